/*
 * detail.js - one piece of the bytes on the wire, field by field: the first two bytes of
 * a frame as bits, the rest as bytes, and the rule of the field that is pointed at. Bytes
 * from a peer become textContent, never HTML.
 */

import { bitDigits, fieldBits } from "./bits.js";
import { make, rove } from "./dom.js";
import { chain, headLines } from "./head.js";
import { bytesOf, hexOf } from "./hex.js";
import { light, mark, markKey } from "./partners.js";
import { charactersOf, payloadOf } from "./payload.js";
import { linkTo, ruleLines } from "./rule.js";
import { say, saySize } from "./texts.js";
import { valueOf, wordsOf } from "./words.js";
import { foldedXor } from "./xor.js";

const BYTES_SHOWN = 128;

/* style.css has a class for each. Related fields have the same colour. */
const COLOURS = {
	__proto__: null, /* a header may be called "constructor" */
	"FIN": "fin", "RSV": "rsv", "opcode": "opcode", "MASK": "mask", "payload length": "length",
	"extended length": "length", "masking key": "key", "payload": "payload",
	"unmasked": "plain", "text": "plain", "close code": "opcode", "close reason": "plain",
	"Sec-WebSocket-Key": "key", "key + GUID": "key", "SHA-1": "mask", "Base64": "plain",
	"Sec-WebSocket-Accept": "plain", "status": "opcode",
};

/* Where the bytes of a field begin in the payload without its mask. */
const PLAIN = { "unmasked": 0, "text": 0, "close code": 0, "close reason": 2 };

const colourOf = (field) => `field-${COLOURS[field.name.replace(/^RSV\d$/, "RSV")] ?? "other"}`;

/* A touch screen has no pointer that hovers, and often no keys. */
const howToPoint = () => say(window.matchMedia("(hover: none)").matches ? "point-touch" : "point");

export class Detail {
	/* handshakeOf(piece) gives both heads of its connection: { request, response }. */
	constructor(box, handshakeOf) {
		this.box = box;
		this.handshakeOf = handshakeOf;
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
		this.payload = payloadOf(piece);
		this.buttons = (piece.fields ?? []).map((field) => this.button(field));
		this.rule = make("div", "rule", howToPoint());
		this.rule.setAttribute("aria-live", "polite");
		this.box.replaceChildren(this.title(), ...this.broken(), ...this.missing(), ...this.parts());
		if (this.buttons.length)
			this.box.append(this.rule);
		this.buttons[0]?.setAttribute("tabindex", "0");
		this.accuse(this.buttons[piece.broken?.field]);
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
		const [, words, rfc] = /^(.*?)(?: \(RFC ([^,]*).*\))?$/.exec(broken.why); /* the first of them */
		const line = make("p", "broken", say("breaks", wordsOf(words)), ". ");
		if (rfc)
			line.append(linkTo(rfc));
		if (broken.code)
			line.append(" ", say(this.piece.dir === "out" ? "browser-refuses-with" : "refused-with", broken.code));
		return [line];
	}

	/* What is incomplete breaks no rule: more may arrive. */
	missing() {
		const { missing, least } = this.piece;
		return missing ? [make("p", "missing", say(least ? "missing-least" : "missing", saySize(missing)))] : [];
	}

	/* The field that breaks the rule is outlined and chosen. */
	accuse(button) {
		if (!button)
			return;
		button.classList.add("guilty");
		this.choose(button);
	}

	/* Derived fields are not on the wire: the server has computed them from those that are. */
	parts() {
		const isHead = this.piece.kind === "request" || this.piece.kind === "response";
		const isBits = ({ field }) => this.piece.kind === "frame" && field.at < 2 && !field.derived;
		const derived = this.buttons.filter(({ field }) => field.derived);
		const wire = this.buttons.filter((button) => !button.field.derived && !isBits(button));
		const bits = this.buttons.filter(isBits);
		const elements = isHead ? this.head(wire, derived) : [
			make("div", "bits", ...fieldBits(this.bytes, bits)),
			make("p", "count status", ...(bits.length ? [say("count-bits")] : [])),
			make("div", "parts", ...wire),
			make("div", "derived", ...derived),
			...(this.payload?.key ? [foldedXor(this.payload)] : [])];
		return elements.filter((element) => element.hasChildNodes());
	}

	head(wire, derived) {
		const { request, response } = this.handshakeOf?.(this.piece) ?? { [this.piece.kind]: this.piece };
		const isOwn = request === this.piece;
		const steps = chain(request, response, isOwn ? derived : []);
		return [make("div", "heads", ...headLines(this.piece, wire)),
			...(steps.length ? steps : [make("div", "derived", ...derived)])];
	}

	button(field) {
		const name = `field ${colourOf(field)}${field.derived ? " computed" : ""}`;
		const button = make("button", name, make("span", "name", wordsOf(field.name)));
		button.type = "button";
		button.tabIndex = -1;
		button.field = field;
		if (this.piece.kind === "frame" && field.at < 2 && !field.derived)
			this.fillBits(button);
		else
			this.fillBytes(button);
		return button;
	}

	fillBits(button) {
		const { at, bit, bits } = button.field;
		button.append(bitDigits(this.bytes[at] ?? 0, bit, bits));
		button.style.setProperty("grid-column-end", `span ${bits}`);
	}

	/* A field shows its value as text, or its bytes in hex; then its value is their number. */
	fillBytes(button) {
		const { field } = button;
		const isText = field.derived || this.piece.kind === "request" || this.piece.kind === "response";
		const value = valueOf(field);
		if (!isText && value)
			button.firstChild.append(make("small", "", saySize(value)));
		if (field.code) /* its bits, in the order in which they are read */
			button.append(make("span", "hex", field.code));
		if (!isText || field.hex)
			button.append(this.hex(field));
		if (isText && value)
			button.append(this.value(field, value));
	}

	/* Characters of a payload are elements, so that each can be lit with its bytes. Those of
	 * a compressed message have no bytes of their own. */
	value(field, value) {
		const isCoded = this.piece.fields.some(({ name }) => name === "decoded");
		const start = isCoded ? undefined : PLAIN[field.name];
		const bytes = this.payload?.plain.slice(start, start + BYTES_SHOWN);
		if (start === undefined || !bytes?.length)
			return make("span", "value", value);
		if (field.name === "close code")
			return mark(make("span", "value", value), 0, 2);
		const isCut = field.bits / 8 > bytes.length;
		const characters = charactersOf(bytes).filter(({ text, at }) =>
			!isCut || !text.startsWith("\\x") || at < bytes.length - 3);
		return make("span", "value", ...characters.map(({ text, at, size }) =>
			mark(make("b", "", text), start + at, size)), isCut ? "…" : "");
	}

	/* The bytes of the payload without its mask are computed here: the server sends fewer. */
	bytesIn(field) {
		if (field.name === "unmasked" && this.payload)
			return this.payload.plain;
		return field.hex ? bytesOf(field.hex)
			: this.bytes.slice(field.at, field.at + Math.ceil(field.bits / 8));
	}

	/* A screen reader says the name and the size of a field, not 128 bytes of hex. */
	hex(field) {
		const bytes = this.bytesIn(field).slice(0, BYTES_SHOWN);
		const pairs = hexOf(bytes).map((pair, i) => this.pair(field, pair, i));
		const rest = this.unseen(field, pairs.length);
		const made = make("span", "hex", ...pairs, ...rest);
		made.setAttribute("aria-hidden", "true");
		return made;
	}

	pair(field, pair, i) {
		const byte = make("b", "", pair);
		byte.dataset.at = field.at + i;
		if (field.at + i === this.piece.broken?.at && !field.derived)
			byte.className = "culprit";
		if (field.name === "masking key")
			return markKey(byte, i);
		return ["payload", "unmasked"].includes(field.name) ? mark(byte, i) : byte;
	}

	/* "… 64,213 more", and then the byte that breaks the rule, if it is among them. */
	unseen(field, shown) {
		const { broken } = this.piece;
		const more = Math.ceil(field.bits / 8) - shown;
		if (more <= 0)
			return [];
		const isLast = broken?.byte && !field.derived && broken.at >= field.at + shown
			&& broken.at < field.at + field.bits / 8;
		return [make("i", "", say("more-bytes", more)),
			...(isLast ? [make("b", "culprit", broken.byte)] : [])];
	}

	/*
	 * Shows the rule of the field that is pointed at. The rule stays while its link has the
	 * focus: when the page scrolls, other fields move under a mouse that rests.
	 */
	point(target) {
		light(this.box, target);
		const button = target.closest(".field");
		if (button && !this.rule.contains(document.activeElement))
			this.choose(button, target);
	}

	choose(button, target = button) {
		const { field } = button;
		this.box.querySelector(".field.pointed")?.classList.remove("pointed");
		button.classList.add("pointed");
		this.rule.className = `rule ${colourOf(field)}`;
		this.rule.replaceChildren(...ruleLines(this.piece, field, this.byteAt(target, field), this.payload));
	}

	/* The byte that is pointed at, or the byte that contains the bits. */
	byteAt(target, field) {
		if (field.bits < 8 && !field.derived)
			return { at: field.at, pair: hexOf([this.bytes[field.at]])[0] };
		const { at, i } = target.dataset;
		return at === undefined ? undefined : { at, pair: target.textContent, i };
	}
}
