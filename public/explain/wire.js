/*
 * wire.js - the bytes on the wire of the page's own sockets, live: a list of pieces, the
 * selected one, and the tools above them.
 */

import { Detail } from "./detail.js";
import { copyText, element, rove } from "./dom.js";
import { Greeting } from "./greeting.js";
import { List } from "./list.js";
import { Handshakes, kindOf } from "./piece.js";
import { captureOf } from "./pcapng.js";
import { copyLink } from "./shared.js";
import { say, sayNumber } from "./texts.js";

const HELD = 11000; /* as many as the list has at most */
const DROPPED = 1000; /* at once, as in list.js */

const status = (text) => {
	element("wire-status").textContent = text;
};

export class Wire {
	lost = 0; /* pieces that the server has dropped, because the page was too slow */
	handshakes = new Handshakes();
	greeting = new Greeting();
	held = null; /* pieces that arrived during a pause; null when not paused */

	constructor(trace) {
		this.detail = new Detail(element("wire-detail"), this.handshakes.of);
		this.list = new List(element("wire-list"), (piece, isChosen) => this.show(piece, isChosen));

		trace.on("live", (piece) => this.take(piece));
		trace.on("lost", ({ count }) => this.lose(count));

		element("wire-filter").addEventListener("change", (event) => this.filter(event.target.value));
		element("ping").addEventListener("click", () => trace.ask("ping"));
		element("pause").addEventListener("click", () => this.pause());
		element("copy").addEventListener("click", () => this.copy());
		element("save").addEventListener("click", () => this.save());
		element("wire-share").addEventListener("click", () => this.share());
		rove(element("wire-tools"), "button");
	}

	/* Returns whether it shows the piece. A piece that somebody is reading stays until
	 * they choose another. */
	show(piece, isChosen) {
		if (!isChosen && this.detail.isInUse())
			return false;
		this.detail.show(piece);
		return true;
	}

	lose(count) {
		this.lost += count;
		this.count();
	}

	take(piece) {
		piece.at ??= Date.now();
		this.handshakes.add(piece);
		this.greeting.take(piece);
		if (this.held)
			this.hold(piece);
		else
			this.list.add(piece);
		this.count();
	}

	/* A pause may be forgotten, and last for days: the oldest pieces would not stay in the list
	 * either. */
	hold(piece) {
		this.held.push(piece);
		if (this.held.length > HELD)
			this.held.splice(0, DROPPED);
	}

	count() {
		const held = this.held?.length;
		const shown = say("count", sayNumber(this.list.shown.length), sayNumber(this.list.number));
		const lost = this.lost ? say("lost-count", sayNumber(this.lost)) : "";
		status((held ? say("paused", sayNumber(held)) : shown) + lost);
	}

	/* Always shows pieces without a kind, such as the end of a connection. */
	filter(wanted) {
		this.list.filter((piece) => !wanted || ["", wanted].includes(kindOf(piece)));
		this.count();
	}

	pause() {
		const pieces = this.held;
		this.held = pieces ? null : [];
		element("pause").setAttribute("aria-pressed", String(!pieces));
		pieces?.forEach((piece) => this.take(piece));
		this.count();
	}

	/* Saves what the list shows as a file for Wireshark. */
	save() {
		const { port, protocol } = window.location;
		const pieces = this.list.shown.map((entry) => entry.piece);
		const link = document.createElement("a");
		link.href = URL.createObjectURL(captureOf(pieces, Number(port) || (protocol === "https:" ? 443 : 80)));
		link.download = "hello-socket.pcapng";
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 10000);
		status(say("saved", sayNumber(pieces.length)));
	}

	/* A head has cookies, which are for nobody else. What refers to an earlier message cannot
	 * be decompressed without it. */
	share() {
		const { kind, hex = "", size = 0, fields = [] } = this.list.piece() ?? {};
		if (kind !== "frame" || hex.length / 2 < size)
			return status(say("no-link"));
		if (fields.some(({ means }) => means === "from an earlier message"))
			return status(say("no-link-alone"));
		copyLink(hex, fields.some(({ name }) => name === "decoded"), status);
	}

	copy() {
		const { hex = "", size = 0 } = this.list.piece() ?? {};
		const count = hex.length / 2;
		copyText(hex.replace(/..(?=.)/g, "$& "),
			count < size ? say("copied-part", count, size) : say("copied", count), status);
	}
}
