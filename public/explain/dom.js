/* dom.js - finds and makes elements, and moves the keyboard's focus among them. */

export const element = (id) => document.getElementById(id);

/* Makes an element of a class, with texts and elements inside. */
export function make(tag, name, ...inside) {
	const made = document.createElement(tag);
	made.className = name;
	made.append(...inside);
	return made;
}

/*
 * The clipboard exists only for pages from localhost or over https, and may refuse. Then
 * the text is reported instead of `done`, to be copied by hand.
 */
export async function copyText(text, done, report) {
	try {
		await navigator.clipboard.writeText(text);
		report(done);
	} catch {
		report(text);
	}
}

/* With these a key is the browser's: Alt and an arrow go back, Ctrl and Page Down to
 * another tab. */
export const isBrowsers = (event) => event.altKey || event.ctrlKey || event.metaKey;

/*
 * A roving tabindex: the box is one stop for Tab, and the arrow keys move between the
 * items in it. Tab returns to the item that had the focus last.
 */
export function rove(box, selector) {
	const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
	const items = () => [...box.querySelectorAll(selector)];
	box.addEventListener("focusin", (event) => {
		if (event.target.matches(selector))
			for (const item of items())
				item.tabIndex = item === event.target ? 0 : -1;
	});
	box.addEventListener("keydown", (event) => {
		const all = items();
		const at = all.indexOf(event.target);
		const step = steps[event.key];
		if (at < 0 || !step || isBrowsers(event))
			return;
		event.preventDefault();
		all[(at + step + all.length) % all.length].focus();
	});
}
