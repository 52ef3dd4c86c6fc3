/*
 * frame.js - builds a frame from its fields: RFC 6455 5.2. The frame may break the rules
 * as far as the form allows it.
 *
 *     FIN RSV1 RSV2 RSV3 opcode    1, 1, 1, 1 and 4 bits
 *     MASK payload length          1 and 7 bits
 *     extended length              16 or 64 bits, if the 7 bits say so
 *     masking key                  32 bits, if MASK is set
 *     payload
 */

import { element } from "./dom.js";
import { say } from "./texts.js";

const CLOSE = 8;
const LONGEST = 2 ** 21; /* bytes: in hex, twice as much, which is all that the server takes */
const SUGGESTED = "1000 bye";

/* The highest byte first. It divides because shifts work on 32 bits only. */
const bigEndian = (number, count) => Array.from({ length: count },
	(_, i) => Math.floor(number / 2 ** (8 * (count - 1 - i))) % 256);

/* The 7 bits, and the bytes of the extended length: 2 after 126, 8 after 127. */
function lengthBytes(size) {
	if (size < 126)
		return [size];
	return size < 65536 ? [126, ...bigEndian(size, 2)] : [127, ...bigEndian(size, 8)];
}

function frameBytes({ fin, rsv1, opcode, mask, payload }) {
	const first = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
	const [length, ...extended] = lengthBytes(payload.length);
	if (!mask)
		return [first, length, ...extended, ...payload];
	const key = crypto.getRandomValues(new Uint8Array(4));
	const masked = payload.map((byte, i) => byte ^ key[i % 4]);
	return [first, 0x80 | length, ...extended, ...key, ...masked];
}

/* RFC 6455 5.5.1: the payload of a Close, "4000 bye", is two bytes of code and the reason. */
function payloadBytes(opcode, text) {
	const [, code, reason] = opcode === CLOSE ? /^(\d+) ?(.*)$/s.exec(text) ?? [] : [];
	const bytes = [...new TextEncoder().encode(code ? reason : text)];
	return code ? [(code >> 8) & 255, code & 255, ...bytes] : bytes;
}

export class FrameForm {
	/* Calls onFrame with the bytes of each frame that the form makes; undefined: too many. */
	constructor(onFrame) {
		element("field-opcode").addEventListener("change", () => this.suggest());
		element("frame-form").addEventListener("submit", (event) => {
			event.preventDefault(); /* a form would load a new page */
			onFrame(this.size() > LONGEST ? undefined : frameBytes(this.fields()));
		});
		this.label();
	}

	opcode() {
		return Number(element("field-opcode").value);
	}

	times() {
		return Number(element("field-times").value) || 1;
	}

	/* Bytes of the text, with all its repetitions. */
	size() {
		return new TextEncoder().encode(element("field-text").value).length * this.times();
	}

	fields() {
		return {
			fin: element("field-fin").checked,
			rsv1: element("field-rsv1").checked,
			opcode: this.opcode(),
			mask: element("field-mask").checked,
			payload: payloadBytes(this.opcode(), element("field-text").value.repeat(this.times())),
		};
	}

	/* Suggests a payload for a Close, which begins with a code, and takes the suggestion
	 * back with another opcode, unless it was changed. */
	suggest() {
		const text = element("field-text");
		if (this.opcode() === CLOSE) {
			this.before ??= text.value;
			text.value = SUGGESTED;
		} else if (this.before !== undefined) {
			if (text.value === SUGGESTED)
				text.value = this.before;
			this.before = undefined;
		}
		this.label();
	}

	label() {
		element("field-text-label").textContent =
			say(this.opcode() === CLOSE ? "payload-close" : "payload-text");
	}
}
