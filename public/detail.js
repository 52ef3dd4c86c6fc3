/*
 * detail.js - one piece of what crosses the wire, field by field: the first two
 * bytes of a frame as bits, the rest as bytes, and the rule of the field that is
 * pointed at. What came over the wire is only ever textContent.
 */

import { ruleOf, say, valueOf, wireWords } from "./texts.js";

const BYTES_SHOWN = 128;
const BYTES_XORED = 64;

/* An element with what is in it: texts or elements. */
export function make(tag, name, ...inside) {
	const element = document.createElement(tag);
	element.className = name;
	element.append(...inside);
	return element;
}

export const bytesOf = (hex) => (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
export const sizeOf = (size) => (String(size) === "1" ? say("one-byte") : say("bytes", size));
const bitsOf = (byte) => byte.toString(2).padStart(8, "0");

/* One stop for Tab; the arrow keys go from item to item within it. */
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
		if (at < 0 || !step)
			return;
		event.preventDefault();
		all[(at + step + all.length) % all.length].focus();
	});
}

/* The colour of a field goes by its name. */
function colourOf(field) {
	const name = field.name.replace(/^RSV\d$/, "RSV");
	const colours = {
		"FIN": "fin", "RSV": "rsv", "opcode": "opcode", "MASK": "mask", "payload length": "length",
		"extended length": "length", "masking key": "key", "payload": "payload",
		"unmasked": "plain", "text": "plain", "close code": "opcode", "close reason": "plain",
		"Sec-WebSocket-Key": "key", "key + GUID": "key", "SHA-1": "mask", "Base64": "plain",
		"Sec-WebSocket-Accept": "plain", "status": "opcode",
	};
	return `field-${colours[name] ?? "other"}`;
}

function placeOf(field) {
	const { at, bit, bits } = field;
	const last = at + Math.ceil((bit + bits) / 8) - 1;
	if (bits < 8)
		return bits === 1 ? say("where-bit", at, bit)
			: say("where-bits", at, bit, bit + bits - 1);
	return last <= at ? say("where-byte", at) : say("where-bytes", at, last);
}

/* "6455 5.2": a link, which asks nobody until it is followed. */
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
		box.addEventListener("pointerover", (event) => this.point(event.target));
		box.addEventListener("focusin", (event) => this.point(event.target));
		box.addEventListener("click", (event) => this.point(event.target));
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
		const title = make("h3", "", wireWords(piece.title));
		if (piece.size)
			title.append(" ", make("small", "",
				`${say(piece.dir === "in" ? "to-server" : "to-browser")}, ${sizeOf(piece.size)}`));
		this.box.replaceChildren(title, ...this.broken(), ...this.fields());
		if (piece.fields?.length)
			this.box.append(this.rule);
		this.box.querySelector(".field")?.setAttribute("tabindex", "0");
	}

	broken() {
		const { broken } = this.piece;
		if (!broken)
			return [];
		const [, words, rfc] = /^(.*?)(?: \(RFC (.*)\))?$/.exec(broken.why);
		const line = make("p", "broken", say("breaks", wireWords(words)), ". ");
		if (rfc)
			line.append(linkTo(rfc));
		if (broken.code)
			line.append(" ", say("answer-code", broken.code));
		return [line];
	}

	fields() {
		const all = this.piece.fields ?? [];
		const isHead = this.piece.kind === "request" || this.piece.kind === "response";
		const isBits = (field) => this.piece.kind === "frame" && field.at < 2 && !field.derived;
		const wire = all.filter((field) => !field.derived && !isBits(field));
		const derived = all.filter((field) => field.derived);
		return [
			make("div", "bits", ...all.filter(isBits).map((field) => this.bits(field))),
			make("div", isHead ? "heads" : "parts", ...wire.map((field) => this.part(field, isHead))),
			make("div", "derived", ...derived.map((field) => this.part(field, true))),
			...this.xor(),
		].filter((element) => element.childElementCount);
	}

	button(field, ...inside) {
		const name = `field ${colourOf(field)}${field.derived ? " worked-out" : ""}`;
		const button = make("button", name, make("span", "name", wireWords(field.name)), ...inside);
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

	/* Beside bytes, a value is how many they are. */
	part(field, isText) {
		const button = this.button(field);
		const value = valueOf(field);
		if (!isText && value)
			button.firstChild.append(make("small", "", sizeOf(value)));
		if (!isText || field.hex)
			button.append(this.hex(field));
		if (isText && value)
			button.append(make("span", "value", value));
		return button;
	}

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

	/* The mask, taken off byte by byte; worked out when it is opened. */
	xor() {
		const named = (name) => this.piece.fields?.find((field) => field.name === name);
		const [key, payload] = [named("masking key"), named("payload")];
		if (!key || !payload)
			return [];
		const details = make("details", "xor", make("summary", "", say("xor")));
		details.addEventListener("toggle", () => {
			if (details.childElementCount === 1)
				details.append(this.table(this.bytesIn(key), this.bytesIn(payload)));
		});
		return [details];
	}

	table(key, payload) {
		const wire = payload.slice(0, BYTES_XORED);
		const plain = wire.map((byte, i) => byte ^ key[i % 4]);
		const text = plain.map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·"));
		const row = (name, colour, cells) => make("tr", colour, make("th", "", name),
			...cells.map((cell) => make("td", "", cell)));
		const table = make("table", "",
			row(say("xor-wire"), "field-payload", hexOf(wire)),
			row(say("xor-key"), "field-key", hexOf(wire.map((_, i) => key[i % 4]))),
			row(say("xor-plain"), "field-plain", hexOf(plain)),
			row(say("xor-text"), "field-plain", text));
		return make("div", "scroll", table);
	}

	/* The rule of the field, and the byte if it is one. */
	/* Its link keeps the focus, though a page that scrolls moves fields under the mouse. */
	point(target) {
		const button = target.closest(".field");
		if (!button || this.rule.contains(document.activeElement))
			return;
		const { field } = button;
		this.box.querySelector(".field.pointed")?.classList.remove("pointed");
		button.classList.add("pointed");
		this.rule.className = `rule ${colourOf(field)}`;
		const means = [valueOf(field), wireWords(field.means)].filter((text) => text)
			.join(field.means.startsWith("bytes") ? " " : ": ");
		this.rule.replaceChildren(
			make("p", "", make("strong", "", wireWords(field.name)), " ", make("small", "",
				field.derived ? say("worked-out", placeOf(field)) : placeOf(field))),
			make("p", "means", means, " ", ...this.byte(target, field)),
			make("p", "", ruleOf(field.name), " ", ...(field.rfc ? [linkTo(field.rfc)] : [])));
	}

	/* The byte that is pointed at, or that the bits are in. */
	byte(target, field) {
		const isBits = field.bits < 8 && !field.derived;
		const at = isBits ? field.at : target.dataset.at;
		if (at === undefined)
			return [];
		const [pair] = isBits ? hexOf([this.bytes[at]]) : [target.textContent];
		return [make("small", "", say("byte-value", at, pair, bitsOf(parseInt(pair, 16))))];
	}
}
