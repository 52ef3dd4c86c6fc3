/*
 * progress.js - which exercises have been solved, and with which bytes. It is stored in
 * the browser, and exported as a line of text that a teacher can check.
 */

/*
 * Where storage is forbidden, reading and writing throw, and the progress lasts as long
 * as the page. What is no object is another page's, which was at this address before.
 */
function stored() {
	try {
		const found = JSON.parse(localStorage.getItem("solved"));
		if (Array.isArray(found))
			return Object.fromEntries(found.map((id) => [id, ""]));
		return found instanceof Object ? found : {};
	} catch {
		return {};
	}
}

function store(solved) {
	try {
		localStorage.setItem("solved", JSON.stringify(solved));
	} catch {
		/* not stored */
	}
}

/*
 * The 32 bits of FNV-1a (draft-eastlake-fnv). Nothing about it is secret: it shows that
 * a line was changed by accident, not that it is honest.
 */
function hash(text) {
	let sum = 0x811c9dc5;
	for (const byte of new TextEncoder().encode(text))
		sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
	return sum.toString(16).padStart(8, "0");
}

export class Progress {
	solved = stored(); /* what was sent, by the ids of the exercises */

	/* Another tab may have stored more since. */
	load() {
		this.solved = stored();
	}

	has(id) {
		return id in this.solved;
	}

	/* `sent` is hex, with "/" between writes, or undefined when it was long: then only the
	 * hash of what was typed is kept. */
	add(ids, sent, typed) {
		for (const id of ids)
			this.solved[id] ||= sent ?? `~${hash(typed)}`;
		store(this.solved);
	}

	reset() {
		this.solved = {};
		store(this.solved);
	}

	/* "hello-socket;2/20;first-byte=81;hello=8185...;4f5b21a0" for a list of exercises. */
	line(list) {
		const solved = list.filter(({ id }) => this.has(id)).map(({ id }) => `${id}=${this.solved[id]}`);
		const text = ["hello-socket", `${solved.length}/${list.length}`, ...solved].join(";");
		return `${text};${hash(text)}`;
	}
}

/*
 * Reads a line that is as the page wrote it: { count: "2/20", sent }, where `sent` has the
 * bytes that are on it whole, as [id, lines of hex]. Gives undefined for any other line.
 */
export function readLine(line) {
	const [, text, count, sum] = /^(hello-socket;(\d+\/\d+)(?:;[^;=]+=[^;=]*)*);([0-9a-f]{8})$/
		.exec(line.trim()) ?? [];
	if (!text || hash(text) !== sum)
		return undefined;
	const sent = text.split(";").slice(2).map((part) => part.split("="))
		.filter(([, bytes]) => /^[0-9a-f/]+$/.test(bytes));
	return { count, sent: sent.map(([id, bytes]) => [id, bytes.replaceAll("/", "\n")]) };
}
