/* xor.js - removes a mask byte by byte: RFC 6455 5.3. */

import { make } from "./dom.js";
import { hexOf } from "./hex.js";
import { mark } from "./partners.js";
import { charactersOf } from "./payload.js";
import { say } from "./texts.js";

const BYTES_SHOWN = 64;

/* "7f ^ 37 = 48" */
export function equation({ key, wire, plain }, i) {
	const [a, b, c] = hexOf([wire[i], key[i % 4], plain[i]]);
	return `${a} ^ ${b} = ${c}`;
}

/* A folded table, which is computed when it is opened for the first time. */
export function foldedXor(payload) {
	const details = make("details", "xor", make("summary", "", say("xor")));
	details.addEventListener("toggle", () => {
		const box = table(payload);
		details.append(box);
		letScroll(box);
	}, { once: true });
	return details;
}

/* What is wider than its box can be scrolled with the keyboard too. */
function letScroll(box) {
	if (box.scrollWidth <= box.clientWidth)
		return;
	box.tabIndex = 0;
	box.setAttribute("role", "region");
	box.setAttribute("aria-label", say("xor"));
}

/*
 * RFC 6455 5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", and j
 * is i mod 4. The same XOR again gives back the original.
 */
function table(payload) {
	const wire = payload.wire.slice(0, BYTES_SHOWN);
	const plain = payload.plain.slice(0, BYTES_SHOWN);
	const keys = wire.map((_, i) => payload.key[i % 4]);
	const cells = (texts) => texts.map((text, i) => cell(payload, text, i));
	return make("div", "scroll", make("table", "",
		row(say("xor-wire"), "field-payload", cells(hexOf(wire))),
		row(say("xor-key"), "field-key", cells(hexOf(keys))),
		row(say("xor-plain"), "field-plain", cells(hexOf(plain))),
		row(say("xor-text"), "field-plain", characters(payload, plain))));
}

function cell(payload, text, i) {
	const made = mark(make("td", "", text), i);
	made.title = equation(payload, i);
	return made;
}

/* A character stands under all of its bytes. */
const characters = (payload, plain) => charactersOf(plain).map(({ text, at, size }) => {
	const made = mark(make("td", "", text === " " ? "␣" : text), at, size);
	made.colSpan = size;
	made.title = Array.from({ length: size }, (_, n) => equation(payload, at + n)).join(", ");
	return made;
});

function row(name, colour, cells) {
	const head = make("th", "", name);
	head.scope = "row";
	return make("tr", colour, head, ...cells);
}
