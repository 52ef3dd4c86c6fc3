/* xor.js - removes a mask byte by byte: RFC 6455 5.3. */

import { make } from "./dom.js";
import { hexOf } from "./hex.js";
import { say } from "./texts.js";

const BYTES_SHOWN = 64;

/* A folded table, which is computed when it is opened for the first time. */
export function foldedXor(key, payload) {
	const details = make("details", "xor", make("summary", "", say("xor")));
	details.addEventListener("toggle", () => details.append(table(key, payload)), { once: true });
	return details;
}

/*
 * RFC 6455 5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", and j
 * is i mod 4. The same XOR again gives back the original.
 */
function table(key, payload) {
	const wire = payload.slice(0, BYTES_SHOWN);
	const keys = wire.map((_, i) => key[i % 4]);
	const plain = wire.map((byte, i) => byte ^ keys[i]);
	return make("div", "scroll", make("table", "",
		row(say("xor-wire"), "field-payload", hexOf(wire)),
		row(say("xor-key"), "field-key", hexOf(keys)),
		row(say("xor-plain"), "field-plain", hexOf(plain)),
		row(say("xor-text"), "field-plain", plain.map(characterOf))));
}

const row = (name, colour, cells) => make("tr", colour, make("th", "", name),
	...cells.map((cell) => make("td", "", cell)));

const characterOf = (byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·");
