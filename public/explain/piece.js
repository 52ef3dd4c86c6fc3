/*
 * piece.js - a piece of the bytes on the wire: the head of a request or a response, a
 * frame, a run of bytes, or the end of a connection. The server has taken it apart into
 * fields; explain/json.h describes them.
 */

import { say, saySize } from "./texts.js";
import { valueOf } from "./words.js";

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

/*
 * Joins the fragments of a message: tells for each piece whether it begins, continues or
 * ends a message of several frames, or comes between its frames.
 */
export class Joiner {
	open = new Map(); /* by connection: the direction of its unfinished message */

	join(piece) {
		const way = this.open.get(piece.n);
		if (piece.kind === "end") {
			this.open.delete(piece.n);
			return "";
		}
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
