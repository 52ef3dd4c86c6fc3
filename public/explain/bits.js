/*
 * bits.js - the first two bytes of a frame, bit by bit: RFC 6455 5.2. The two hex digits
 * of a byte stand under its eight bits, each under the four bits that it stands for.
 */

import { make } from "./dom.js";
import { bitsOf, hexOf } from "./hex.js";

const digit = (hex) => make("span", "digit", hex);

/* A byte of which parts() gives the elements above its digits. */
const column = (byte, ...parts) =>
	make("div", "byte", ...parts, ...[...hexOf([byte])[0]].map(digit));

/* The bits of a field as a row of digits, with "--columns" to set. */
export function bitDigits(byte, first, count) {
	const bits = bitsOf(byte).slice(first, first + count);
	const digits = make("span", "digits", ...[...bits].map((bit) => make("b", "", bit)));
	digits.style.setProperty("--columns", count);
	return digits;
}

/* `buttons` are those of the fields; each has its field. */
export function fieldBits(bytes, buttons) {
	const ats = [...new Set(buttons.map((button) => button.field.at))];
	return ats.map((at) => column(bytes[at], ...buttons.filter((button) => button.field.at === at)));
}

/* The same without fields: bits alone. */
export const plainBits = (byte) => column(byte, bitDigits(byte, 0, 8));
