/*
 * payload.js - the payload of a frame in its three forms: as it was sent, without the
 * mask, and as characters. Byte i of each belongs to byte i of the others, and to byte
 * i mod 4 of the key: RFC 6455 5.3.
 */

import { bytesOf, hexOf } from "./hex.js";

const named = (piece, name) => piece.fields?.find((field) => field.name === name);

const slice = (bytes, field) => bytes.slice(field.at, field.at + Math.ceil(field.bits / 8));

/* Gives as many bytes as the server has sent: { at, key, wire, plain }, or null. */
export function payloadOf(piece) {
	const payload = named(piece, "payload");
	if (!payload)
		return null;
	const bytes = bytesOf(piece.hex ?? "");
	const keyField = named(piece, "masking key");
	const key = keyField ? slice(bytes, keyField) : null;
	const wire = slice(bytes, payload);
	return { at: payload.at, key, wire, plain: key ? wire.map((byte, i) => byte ^ key[i % 4]) : wire };
}

/* How many bytes the character at `at` has, or 0 where the bytes are not UTF-8. */
function sizeOf(bytes, at) {
	const size = [[0x80, 1], [0xc2, 0], [0xe0, 2], [0xf0, 3], [0xf5, 4]]
		.find(([end]) => bytes[at] < end)?.[1] ?? 0;
	try {
		new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes.slice(at, at + size)));
		return bytes.length < at + size ? 0 : size;
	} catch {
		return 0;
	}
}

/* Characters that do not show, but for those within an emoji. */
const isHidden = (text) => /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]+$/u.test(text);

const escaped = (bytes, at, size) => hexOf(bytes.slice(at, at + size)).map((pair, i) =>
	({ text: `\\x${pair}`, at: at + i, size: 1 }));

/* Where the bytes stop being UTF-8. */
function endOfText(bytes, at) {
	for (let size; at < bytes.length && (size = sizeOf(bytes, at)); at += size);
	return at;
}

/* An emoji that is joined of several is one character. */
function segments(bytes, at, end) {
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes.slice(at, end)));
	return [...new Intl.Segmenter().segment(text)].flatMap(({ segment }) => {
		const size = new TextEncoder().encode(segment).length;
		const from = at;
		at += size;
		return isHidden(segment) ? escaped(bytes, from, size) : [{ text: segment, at: from, size }];
	});
}

/* The characters of a text: { text, at, size } each, in bytes; "\xHH" for what does not show. */
export function charactersOf(bytes) {
	const made = [];
	for (let at = 0; at < bytes.length;) {
		const end = endOfText(bytes, at);
		made.push(...segments(bytes, at, end));
		if (end < bytes.length)
			made.push(...escaped(bytes, end, 1));
		at = end + 1;
	}
	return made;
}
