/*
 * detail.js - one piece of the bytes on the wire, field by field: the first two bytes of
 * a frame as bits, the rest as bytes, and the rule of the field that is pointed at. Bytes
 * from a peer become textContent, never HTML.
 */

import { make, rove } from "./dom.js";
import { bitsOf, bytesOf, hexOf } from "./hex.js";
import { ruleOf } from "./rules.js";
import { say, saySize } from "./texts.js";
import { valueOf, wordsOf } from "./words.js";
import { foldedXor } from "./xor.js";

const BYTES_SHOWN = 128;

/* style.css has a class for each. Related fields have the same colour. */
const COLOURS = {
	"FIN": "fin", "RSV": "rsv", "opcode": "opcode", "MASK": "mask", "payload length": "length",
	"extended length": "length", "masking key": "key", "payload": "payload",
	"unmasked": "plain", "text": "plain", "close code": "opcode", "close reason": "plain",
	"Sec-WebSocket-Key": "key", "key + GUID": "key", "SHA-1": "mask", "Base64": "plain",
	"Sec-WebSocket-Accept": "plain", "status": "opcode",
};

const colourOf = (field) => `field-${COLOURS[field.name.replace(/^RSV\d$/, "RSV")] ?? "other"}`;

function placeOf({ at, bit, bits }) {
	const last = at + Math.ceil((bit + bits) / 8) - 1;
	if (bits === 1)
		return say("where-bit", at, bit);
	if (bits < 8)
		return say("where-bits", at, bit, bit + bits - 1);
	return last <= at ? say("where-byte", at) : say("where-bytes", at, last);
}

/* A link to "6455 5.2". The browser requests nothing from that site until somebody
 * follows the link. */
export function linkTo(rfc) {
	const [number, section] = rfc.split(" ");
	const link = make("a", "rfc", say("section", number, section));
	link.href = `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`;
	link.target = "_blank";
	link.rel = "noreferrer";
	return link;
}

export class Detail {
	constructor(box) {
		this.box = box;
		rove(box, ".field");
		for (const kind of ["pointerover", "focusin", "click"])
			box.addEventListener(kind, (event) => this.point(event.target));
	}

	isInUse() {
		return this.box.matches(":hover") || this.box.contains(document.activeElement);
	}

	clear() {
		this.piece = null;
		this.box.replaceChildren();
	}

	show(piece) {
		this.piece = piece;
		this.bytes = bytesOf(piece.hex ?? "");
		this.rule = make("div", "rule", say("point"));
		this.rule.setAttribute("aria-live", "polite");
		this.box.replaceChildren(this.title(), ...this.broken(), ...this.fields());
		if (piece.fields?.length)
			this.box.append(this.rule);
		this.box.querySelector(".field")?.setAttribute("tabindex", "0");
	}

	title() {
		const { title, size, dir } = this.piece;
		const heading = make("h3", "", wordsOf(title));
		if (size) {
			const way = say(dir === "in" ? "to-server" : "to-browser");
			heading.append(" ", make("small", "", `${way}, ${saySize(size)}`));
		}
		return heading;
	}

	/* The rule that the piece breaks: "a reserved bit is set (RFC 6455 5.2)" */
	broken() {
		const { broken } = this.piece;
		if (!broken)
			return [];
		const [, words, rfc] = /^(.*?)(?: \(RFC (.*)\))?$/.exec(broken.why);
		const line = make("p", "broken", say("breaks", wordsOf(words)), ". ");
		if (rfc)
			line.append(linkTo(rfc));
		if (broken.code)
			line.append(" ", say("refused-with", broken.code));
		return [line];
	}

	/* Derived fields are not on the wire: the server has computed them from those that are. */
	fields() {
		const all = this.piece.fields ?? [];
		const isHead = this.piece.kind === "request" || this.piece.kind === "response";
		const isBits = (field) => this.piece.kind === "frame" && field.at < 2 && !field.derived;
		const bits = all.filter(isBits);
		const wire = all.filter((field) => !field.derived && !isBits(field));
		const derived = all.filter((field) => field.derived);
		return [
			make("div", "bits", ...bits.map((field) => this.bits(field))),
			make("div", isHead ? "heads" : "parts", ...wire.map((field) => this.part(field, isHead))),
			make("div", "derived", ...derived.map((field) => this.part(field, true))),
			...this.xor(),
		].filter((element) => element.childElementCount);
	}

	button(field, ...inside) {
		const name = `field ${colourOf(field)}${field.derived ? " computed" : ""}`;
		const button = make("button", name, make("span", "name", wordsOf(field.name)), ...inside);
		button.type = "button";
		button.tabIndex = -1;
		button.field = field;
		return button;
	}

	bits(field) {
		const bits = bitsOf(this.bytes[field.at] ?? 0).slice(field.bit, field.bit + field.bits);
		const digits = make("span", "digits", ...[...bits].map((bit) => make("b", "", bit)));
		const button = this.button(field, digits);
		button.style.setProperty("grid-column-end", `span ${field.bits}`);
		button.style.setProperty("--columns", field.bits);
		return button;
	}

	/* A field shows its value as text, or its bytes in hex; then its value is their number. */
	part(field, isText) {
		const button = this.button(field);
		const value = valueOf(field);
		if (!isText && value)
			button.firstChild.append(make("small", "", saySize(value)));
		if (!isText || field.hex)
			button.append(this.hex(field));
		if (isText && value)
			button.append(make("span", "value", value));
		return button;
	}

	/* A derived field has bytes of its own; any other field shows bytes of the piece. */
	bytesIn(field) {
		return field.hex ? bytesOf(field.hex)
			: this.bytes.slice(field.at, field.at + Math.ceil(field.bits / 8));
	}

	hex(field) {
		const bytes = this.bytesIn(field);
		const pairs = hexOf(bytes.slice(0, BYTES_SHOWN)).map((pair, i) => {
			const byte = make("b", "", pair);
			byte.dataset.at = field.at + i;
			if (field.at + i === this.piece.broken?.at && !field.derived)
				byte.className = "culprit";
			return byte;
		});
		const more = Math.ceil(field.bits / 8) - pairs.length;
		const rest = more > 0 ? [make("i", "", say("more-bytes", more))] : [];
		return make("span", "hex", ...pairs, ...rest);
	}

	xor() {
		const named = (name) => this.piece.fields?.find((field) => field.name === name);
		const [key, payload] = [named("masking key"), named("payload")];
		return key && payload ? [foldedXor(this.bytesIn(key), this.bytesIn(payload))] : [];
	}

	/*
	 * Shows the rule of the field that is pointed at. The rule stays while its link has the
	 * focus: when the page scrolls, other fields move under a mouse that rests.
	 */
	point(target) {
		const button = target.closest(".field");
		if (!button || this.rule.contains(document.activeElement))
			return;
		this.box.querySelector(".field.pointed")?.classList.remove("pointed");
		button.classList.add("pointed");
		const { field } = button;
		const place = field.derived ? say("computed", placeOf(field)) : placeOf(field);
		this.rule.className = `rule ${colourOf(field)}`;
		this.rule.replaceChildren(
			make("p", "", make("strong", "", wordsOf(field.name)), " ", make("small", "", place)),
			make("p", "means", meaningOf(field), " ", ...this.byte(target, field)),
			make("p", "", ruleOf(field.name), " ", ...(field.rfc ? [linkTo(field.rfc)] : [])));
	}

	/* The byte that is pointed at, or the byte that contains the bits. */
	byte(target, field) {
		const isBits = field.bits < 8 && !field.derived;
		const at = isBits ? field.at : target.dataset.at;
		if (at === undefined)
			return [];
		const [pair] = isBits ? hexOf([this.bytes[at]]) : [target.textContent];
		return [make("small", "", say("byte-value", at, pair, bitsOf(parseInt(pair, 16))))];
	}
}

/* "0x1: UTF-8 text", or "5 bytes, not masked" */
function meaningOf(field) {
	return [valueOf(field), wordsOf(field.means)].filter((text) => text)
		.join(field.means.startsWith("bytes") ? say("before-unit") : ": ");
}
