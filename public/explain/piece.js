/*
 * piece.js - a piece of the bytes on the wire: the head of a request or a response, a
 * frame, a run of bytes, or the end of a connection. The server has taken it apart into
 * fields; explain/json.h describes them.
 */

import { say, saySize } from "./texts.js";
import { valueOf } from "./words.js";

const HEX_KEPT = 2048; /* digits: as much as the server sends of a frame */
const GIST_KEPT = 200; /* characters */

const fieldOf = (piece, name) => piece.fields?.find((field) => field.name === name);
const opcodeOf = (piece) => parseInt(fieldOf(piece, "opcode")?.value ?? "0", 16);

/* The kind of a piece for the filter: "" for the end of a connection. Opcodes from 8 on
 * are those of control frames. */
export function kindOf(piece) {
	switch (piece.kind) {
	case "request":
	case "response":
		return "handshake";
	case "run":
		return "data";
	case "frame":
		return opcodeOf(piece) < 8 ? "data" : "control";
	default:
		return "";
	}
}

/* The most telling value of a piece, for its row. */
export function gistOf(piece) {
	const names = ["text", "close code", "target", "status", "message", "payload"];
	const field = names.map((name) => fieldOf(piece, name)).find((one) => one?.value);
	return [field && valueOf(field), fieldOf(piece, "close reason")?.value]
		.filter((text) => text).join(" ");
}

/* The tooltip of a row: connection, direction, size, and part of a message. */
export function describe(piece, part) {
	const whose = piece.n ? say("connection", piece.n) : piece.size && say("played-connection");
	const way = piece.size && say(piece.dir === "in" ? "to-server" : "to-browser");
	const joined = (part === "goes-on" || part === "ends") && say("joined");
	return [whose, way, piece.size && saySize(piece.size), joined]
		.filter((text) => text).join(", ");
}

/* Returns whether the piece goes on with the one before it in the same direction. */
export const goesOn = (before, piece) => piece.kind === "run" && before !== undefined
	&& (piece.title === "more payload" ? before.kind === "frame" : before.title === piece.title);

const more = (a, b) => (a.endsWith("...") || a.length > GIST_KEPT ? a : a + b);

/* The value of a field that grows: "3 of 5" and "4-5" are "5". */
const grownValue = (before, after) => (after.name === "payload"
	? after.value.replace(/^\d+-/, "") : more(before.value, after.value));

function growField(before, after) {
	return { ...before, bits: before.bits + after.bits, value: grownValue(before, after),
		hex: before.hex && before.hex + (after.hex ?? "") };
}

function growFields(piece, rest) {
	const isOld = (field) => fieldOf(piece, field.name);
	const grown = (piece.fields ?? []).map((field) => {
		const after = fieldOf(rest, field.name);
		return after ? growField(field, after) : field;
	});
	const fresh = (rest.fields ?? []).filter((field) => !isOld(field))
		.map((field) => ({ ...field, at: field.at + piece.size }));
	return [...grown, ...fresh];
}

/* Returns a piece with what has arrived after it: a long message is one piece. */
export function grow(piece, rest) {
	const fields = growFields(piece, rest);
	const broken = rest.broken && { ...rest.broken, at: piece.size + rest.broken.at,
		field: fields.findIndex(({ name }) => name === rest.fields?.[rest.broken.field]?.name) };
	return { ...piece, fields, broken: piece.broken ?? broken, missing: rest.missing, least: rest.least,
		size: piece.size + rest.size, hex: (piece.hex + rest.hex).slice(0, Math.max(HEX_KEPT, piece.hex.length)) };
}

/* The two heads of each connection, since each explains the other. */
export class Handshakes {
	heads = new Map();

	add(piece) {
		if (piece.kind === "request")
			this.heads.set(piece.n, { request: piece });
		else if (piece.kind === "response")
			this.heads.set(piece.n, { ...this.heads.get(piece.n), response: piece });
		else if (piece.kind === "end")
			this.ended(piece.n);
	}

	/* Those of connections that have ended are kept for a while. */
	ended() {
		if (this.heads.size > 100)
			this.heads.delete(this.heads.keys().next().value);
	}

	of = (piece) => {
		const heads = this.heads.get(piece.n) ?? {};
		return heads[piece.kind] === piece ? heads : { [piece.kind]: piece };
	};
}

/*
 * Joins the fragments of a message: tells for each piece whether it begins, continues or
 * ends a message of several frames, or comes between its frames.
 */
export class Joiner {
	open = new Map(); /* by connection: the direction of its unfinished message */

	join(piece) {
		/* a server that has been started anew counts from 1 again */
		if (piece.kind === "end" || piece.kind === "request")
			this.open.delete(piece.n);
		const way = this.open.get(piece.n);
		if (piece.kind === "end")
			return "";
		const isOther = piece.kind !== "frame" || kindOf(piece) !== "data";
		if (isOther || (way && way !== piece.dir))
			return way ? "between" : "";
		return this.joinFrame(piece, way !== undefined);
	}

	joinFrame(frame, isOpen) {
		if (fieldOf(frame, "FIN")?.value === "0") {
			this.open.set(frame.n, frame.dir);
			return isOpen ? "goes-on" : "begins";
		}
		this.open.delete(frame.n);
		return isOpen ? "ends" : "";
	}
}
