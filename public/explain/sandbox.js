/*
 * sandbox.js - frames written by hand. A browser's WebSocket cannot send raw bytes, so the
 * server plays the bytes in the box into a second connection, which exists only in its
 * memory; each line is one write. The bytes on its wire come back as pieces.
 */

import { Detail } from "./detail.js";
import { element } from "./dom.js";
import { FrameForm } from "./frame.js";
import { hexOf } from "./hex.js";
import { List } from "./list.js";
import { say } from "./texts.js";
import { wordsOf } from "./words.js";

const PAUSE = 200; /* milliseconds without a key before the bytes are explained */
const PIECES = ["request", "response", "frame", "run", "end"];

const report = (text) => {
	element("hex-status").textContent = text;
};

/* The lines of the box, without blanks and without empty lines. */
const linesOf = (text) => text.toLowerCase().split("\n")
	.map((line) => line.replace(/\s/g, "")).filter((line) => line);
const isBad = (line) => line.length % 2 || /[^0-9a-f]/.test(line);

/* The piece that breaks a rule, or else the first frame after the handshake. */
function mostTelling(pieces) {
	const broken = pieces.findIndex((piece) => piece.broken);
	return broken < 0 ? pieces.findIndex((piece) => piece.kind === "frame") : broken;
}

export class Sandbox {
	isPlaying = false;
	played = []; /* pieces of the current play */

	constructor(trace, exercises) {
		this.trace = trace;
		this.exercises = exercises;
		this.detail = new Detail(element("bench-detail"));
		this.list = new List(element("bench-list"), (piece) => {
			this.detail.show(piece);
			return true;
		});
		this.hear();
		element("hex").addEventListener("input", () => this.typed());
		element("play-form").addEventListener("submit", (event) => this.play(event));
		new FrameForm((frame) => this.add(frame));
		this.typed();
	}

	hear() {
		this.trace.on("explained", (said) => this.explained(said));
		this.trace.on("play", () => this.begin());
		for (const kind of PIECES)
			this.trace.on(kind, (piece) => this.played.push(piece));
		this.trace.on("played", (said) => this.end(said));
		this.trace.on("error", ({ why }) => report(wordsOf(why)));
	}

	/* The bytes in the box are explained before they are sent. */
	typed() {
		const lines = linesOf(element("hex").value);
		const bad = lines.find(isBad);
		element("play").disabled = bad !== undefined || lines.length === 0;
		element("hex").setAttribute("aria-invalid", String(bad !== undefined));
		clearTimeout(this.timer);
		if (bad !== undefined)
			return report(say("pairs", bad));
		const hex = lines.join("");
		report(lines.length > 1 ? say("writes", hex.length / 2, lines.length)
			: hex && say("one-write", hex.length / 2));
		this.timer = setTimeout(() => this.explain(hex), PAUSE);
	}

	explain(hex) {
		if (hex)
			this.trace.ask(`explain ${hex}`);
		else
			this.show([]);
	}

	/* A late explanation does not replace the pieces of a play. */
	explained({ pieces }) {
		if (!this.isPlaying)
			this.show(pieces);
	}

	/* Adds a frame from the form on a new line. */
	add(frame) {
		const before = element("hex").value.trimEnd();
		const line = hexOf(frame).join(" ");
		element("hex").value = before ? `${before}\n${line}` : line;
		this.typed();
	}

	play(event) {
		event.preventDefault(); /* a form would load a new page */
		const lines = linesOf(element("hex").value);
		if (lines.some(isBad) || lines.length === 0)
			return;
		clearTimeout(this.timer);
		report(say("playing"));
		this.trace.ask(`play /echo ${lines.join(" ")}`);
	}

	begin() {
		this.isPlaying = true;
		this.played = [];
	}

	/* `code` is the close code, 1005 for a Close without one, 0 without a Close. */
	end({ code, solved }) {
		this.isPlaying = false;
		this.show(this.played);
		const outcomes = { 0: say("played-open"), 1005: say("played-1005") };
		const numbers = this.exercises.solve(solved).join(", ");
		report([outcomes[code] ?? say("played", code), numbers && say("solved-now", numbers)]
			.filter((text) => text).join(" "));
	}

	show(pieces) {
		element("bench").hidden = pieces.length === 0;
		this.list.clear();
		this.detail.clear();
		pieces.forEach((piece) => this.list.add(piece));
		if (pieces.length)
			this.list.select(mostTelling(pieces));
	}
}
