/*
 * head.js - a head of HTTP: each line as it was sent, with its CR LF, beside its fields;
 * and the way from Sec-WebSocket-Key to Sec-WebSocket-Accept: RFC 6455 4.2.2.
 */

import { make } from "./dom.js";
import { bytesOf, hexOf } from "./hex.js";
import { say } from "./texts.js";
import { wordsOf } from "./words.js";

const KEY = "Sec-WebSocket-Key";
const ACCEPT = "Sec-WebSocket-Accept";

const named = (piece, name) => piece?.fields?.find((field) => field.name === name);

/* Gives the lines of a head as { from, to, text, ended }. */
function linesOf(bytes) {
	const lines = [];
	for (let from = 0, to; from < bytes.length; from = to) {
		const end = bytes.findIndex((byte, i) => i >= from && byte === 13 && bytes[i + 1] === 10);
		to = end < 0 ? bytes.length : end + 2;
		lines.push({ from, to, text: shown(bytes.slice(from, end < 0 ? to : end)), ended: end >= 0 });
	}
	return lines;
}

/* ASCII as it is; of other bytes nobody knows what they mean in a head. */
const shown = (bytes) => bytes.map((byte) => (byte >= 32 && byte < 127
	? String.fromCharCode(byte) : `\\x${hexOf([byte])[0]}`)).join("");

/* `buttons` are those of the fields on the wire. */
export function headLines(piece, buttons) {
	return linesOf(bytesOf(piece.hex)).flatMap(({ from, to, text, ended }) => {
		const end = ended ? [make("span", "crlf", "CR LF")] : [];
		const inside = buttons.filter(({ field }) => field.at >= from && field.at < to);
		return [make("code", "raw", text, ...end), make("div", "of-line", ...inside)];
	});
}

/* The end of a chain that is not computed. */
const link = (name, value) =>
	make("li", "link", make("span", "name", name), " ", make("span", "value", value));

/* A step of another piece is shown, and cannot be pointed at. */
const step = (field) => link(wordsOf(field.name), field.value);

/*
 * From the key by three steps to the accept value. `steps` are the buttons of the derived
 * fields when the piece is the request.
 */
export function chain(request, response, steps) {
	const [key, accept] = [named(request, KEY), named(response, ACCEPT)];
	const derived = request?.fields.filter((field) => field.derived) ?? [];
	if (!key || !derived.length)
		return [];
	const middle = steps.length ? steps.map((button) => make("li", "", button)) : derived.map(step);
	const last = accept ? [link(ACCEPT, accept.value), make("li", "match",
		say(accept.value === derived.at(-1).value ? "accept-same" : "accept-differs"))] : [];
	return [make("ol", "chain", link(KEY, key.value), ...middle, ...last)];
}
