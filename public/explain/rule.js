/*
 * rule.js - what is said about the field that is pointed at: where it is, what it means,
 * the rule behind it, and a link to the section that has the rule.
 */

import { linkToChapter } from "./book.js";
import { make } from "./dom.js";
import { nibblesOf } from "./hex.js";
import { ruleOf } from "./rules.js";
import { say } from "./texts.js";
import { valueOf, wordsOf } from "./words.js";
import { equation } from "./xor.js";

function placeOf({ at, bit, bits }) {
	const last = at + Math.ceil((bit + bits) / 8) - 1;
	if (bits === 1)
		return say("where-bit", at, bit);
	if (bits < 8)
		return say("where-bits", at, bit, bit + bits - 1);
	return last <= at ? say("where-byte", at) : say("where-bytes", at, last);
}

/* A field that is not on the wire is computed from others, or stands for no bits at all. What
 * has been decompressed has places of its own. */
function originOf(piece, field) {
	if (!field.derived)
		return placeOf(field);
	const decoded = piece.fields.findIndex(({ name }) => name === "decoded");
	if (decoded >= 0 && piece.fields.indexOf(field) >= decoded)
		return say("decompressed");
	return field.bits ? say("computed", placeOf(field)) : "";
}

/* A link to "6455 5.2", or to "1951" as a whole. The browser requests nothing from that site until
 * somebody follows the link. */
export function linkTo(rfc) {
	const [number, section] = rfc.split(" ");
	const link = make("a", "rfc", section ? say("section", number, section) : `RFC ${number}`);
	link.href = `https://www.rfc-editor.org/rfc/rfc${number}${section ? `#section-${section}` : ""}`;
	link.target = "_blank";
	link.rel = "noreferrer";
	return link;
}

/* "0x1: UTF-8 text", or "5 bytes, not masked" */
function meaningOf(field) {
	return [valueOf(field), wordsOf(field.means)].filter((text) => text)
		.join(field.means.startsWith("bytes") ? say("before-unit") : ": ");
}

/* A byte that is pointed at: where it is, its bits, and how its mask comes off. */
function byteLines({ at, pair, i }, payload) {
	const value = say("byte-value", at, pair, nibblesOf(parseInt(pair, 16)));
	return [make("small", "", value),
		...(i !== undefined && payload?.key ? [make("small", "equation", equation(payload, i))] : [])];
}

/* `byte` is the byte that is pointed at, as { at, pair, i }, or undefined. */
export function ruleLines(piece, field, byte, payload) {
	const origin = originOf(piece, field);
	return [
		make("p", "", make("strong", "", wordsOf(field.name)), " ", make("small", "", origin)),
		make("p", "means", meaningOf(field), " ", ...(byte ? byteLines(byte, payload) : [])),
		make("p", "", ruleOf(field.name, piece), " ", ...(field.rfc ? [linkTo(field.rfc), " · "] : []),
			linkToChapter(piece, field)),
	];
}
