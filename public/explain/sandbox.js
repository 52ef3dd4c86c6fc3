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
import { Handshakes } from "./piece.js";
import { copyLink } from "./shared.js";
import { say, sayNumber, saySize } from "./texts.js";
import { clearVerdict } from "./verdict.js";
import { wordsOf } from "./words.js";

const PAUSE = 200; /* milliseconds without a key before the bytes are explained */
const LONG = 1024; /* bytes of a frame whose hex is written without blanks */
const PIECES = ["request", "response", "frame", "run", "end"];

const report = (text) => {
	element("hex-status").textContent = text;
};

/* The row of the piece that breaks a rule, or else of the first frame. */
function mostTelling(rows) {
	const broken = rows.findIndex(({ piece }) => piece.broken);
	return broken < 0 ? rows.findIndex(({ piece }) => piece.kind === "frame") : broken;
}

export class Sandbox {
	isPlaying = false; /* from Run on */
	isSharing = false; /* the next answer about the whole box becomes a link */
	asked = 0; /* explanations that have not been answered */
	played = []; /* pieces of the current play */

	constructor(trace, exercises) {
		this.trace = trace;
		this.exercises = exercises;
		this.handshakes = new Handshakes();
		this.detail = new Detail(element("bench-detail"), this.handshakes.of);
		this.list = new List(element("bench-list"), (piece) => {
			this.detail.show(piece);
			return true;
		});
		this.hear();
		element("hex").addEventListener("input", () => {
			this.isPlayed = false;
			this.typed();
		});
		element("play-form").addEventListener("submit", (event) => this.play(event));
		element("share").addEventListener("click", () => this.share());
		new FrameForm((frame) => this.add(frame));
		exercises.onOpen = () => this.isPlayed || this.typed();
		this.typed();
	}

	hear() {
		this.trace.on("explained", (said) => this.explained(said));
		this.trace.on("play", () => this.begin());
		for (const kind of PIECES)
			this.trace.on(kind, (piece) => this.played.push(piece));
		this.trace.on("played", (said) => this.end(said));
		this.trace.on("wrong", ({ word }) => this.refuse(word));
		this.trace.on("error", ({ why }) => {
			this.answered();
			this.isPlaying = false;
			report(wordsOf(why));
		});
		this.trace.on("closed", () => {
			if (this.isPlaying || this.isSharing)
				report(say("no-answer"));
			this.asked = 0;
			this.isPlaying = this.isSharing = false;
		});
	}

	/* The bytes in the box are explained before they are sent. The server reads them, as it
	 * reads those of ./server explain. */
	typed() {
		const text = element("hex").value;
		element("play").disabled = !text.trim();
		element("hex").setAttribute("aria-invalid", "false");
		clearTimeout(this.timer);
		report("");
		if (!text.trim())
			return this.show([]);
		this.timer = setTimeout(() => this.explain(), PAUSE);
	}

	/* The server reads the box before a link is made of it. */
	share() {
		clearTimeout(this.timer);
		this.isSharing = true;
		this.explain();
	}

	async explain() {
		if (await this.trace.ask(`${this.offering()}explain ${element("hex").value}`))
			this.asked++;
	}

	answered() {
		this.asked = Math.max(this.asked - 1, 0);
	}

	/* In some exercises the client offers compression. */
	offering() {
		return this.exercises.current?.offers ? "offering " : "";
	}

	/* `word` is the first one that is no hex, as it was typed. The keyboard's focus must not be
	 * lost with the button. */
	refuse(word) {
		this.answered();
		this.isPlaying = this.isSharing = false;
		if (document.activeElement === element("play"))
			element("hex").focus();
		element("play").disabled = true;
		element("hex").setAttribute("aria-invalid", "true");
		report(say("not-hex", word));
	}

	/* A late explanation does not replace the pieces of a play. */
	explained(said) {
		const isShared = this.isSharing && this.asked === 1;
		this.answered();
		if (!this.isPlaying && !this.isPlayed)
			this.preview(said);
		if (!isShared)
			return;
		this.isSharing = false;
		copyLink(said.hex, Boolean(this.offering()), report);
	}

	preview({ bytes, writes, pieces }) {
		report(bytes ? say(writes > 1 ? "writes" : "one-write", saySize(bytes), sayNumber(writes)) : "");
		this.show(pieces);
	}

	/* Adds a frame from the form on a new line. */
	add(frame) {
		if (!frame)
			return report(wordsOf("this is over 4 MiB of hex"));
		const before = element("hex").value.trimEnd();
		const line = hexOf(frame).join(frame.length > LONG ? "" : " ");
		element("hex").value = before ? `${before}\n${line}` : line;
		this.isPlayed = false;
		this.typed();
	}

	play(event) {
		event.preventDefault(); /* a form would load a new page */
		this.sent = element("hex").value;
		if (element("play").disabled)
			return;
		clearTimeout(this.timer);
		clearVerdict();
		this.isPlaying = true;
		report(say("playing"));
		const { id } = this.exercises.current ?? {};
		const path = this.offering() ? "/deflate" : "/echo";
		this.trace.ask(`${this.offering()}play ${path}${id ? ` ${id}` : ""}\n${this.sent}`);
	}

	begin() {
		this.isPlaying = true;
		this.played = [];
	}

	/* `code` is the close code, 1005 for a Close without one, 0 without a Close. */
	end(said) {
		const { code } = said;
		this.isPlaying = false;
		this.isPlayed = element("hex").value === this.sent;
		this.show(this.played);
		const outcomes = { 0: say("played-open"), 1005: say("played-1005") };
		report(outcomes[code] ?? say("played", code));
		this.exercises.judge(said, this.sent);
	}

	show(pieces) {
		element("bench").hidden = pieces.length === 0;
		this.list.clear();
		pieces.forEach((piece) => this.handshakes.add(piece));
		this.detail.clear();
		pieces.forEach((piece) => this.list.add(piece));
		if (pieces.length)
			this.list.select(mostTelling(this.list.shown));
	}
}
