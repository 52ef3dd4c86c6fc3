/*
 * wire.js - what crosses the wire of the page's own sockets, as it happens: a list of
 * pieces, the one that is chosen, and the tools above them.
 */

import { Detail } from "./detail.js";
import { element, rove } from "./dom.js";
import { List } from "./list.js";
import { kindOf } from "./piece.js";
import { say } from "./texts.js";

const status = (text) => {
	element("wire-status").textContent = text;
};

export class Wire {
	held = null; /* pieces that came during a pause; null when there is none */

	constructor(trace) {
		this.detail = new Detail(element("wire-detail"));
		this.list = new List(element("wire-list"), (piece, isChosen) => this.show(piece, isChosen));

		trace.on("live", (piece) => this.take(piece));
		trace.on("lost", ({ count }) => this.take({ kind: "lost", title: say("lost", count) }));

		element("wire-filter").addEventListener("change", (event) => this.filter(event.target.value));
		element("ping").addEventListener("click", () => trace.ask("ping"));
		element("pause").addEventListener("click", () => this.pause());
		element("copy").addEventListener("click", () => this.copy());
		rove(element("wire-tools"), "button");
	}

	/* Returns whether the piece is shown. One that somebody reads stays until they choose. */
	show(piece, isChosen) {
		if (!isChosen && this.detail.isInUse())
			return false;
		this.detail.show(piece);
		return true;
	}

	take(piece) {
		if (this.held)
			this.held.push(piece);
		else
			this.list.add(piece);
		this.count();
	}

	count() {
		status(this.held?.length ? say("paused", this.held.length)
			: say("count", this.list.shown.length, this.list.all.length));
	}

	/* Pieces without a kind, such as the end of a connection, are always shown. */
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

	/* The clipboard is only there for a page from localhost or by https, and may refuse. */
	async copy() {
		const { hex = "", size = 0 } = this.list.piece() ?? {};
		const count = hex.length / 2;
		try {
			await navigator.clipboard.writeText(hex.replace(/..(?=.)/g, "$& "));
			status(count < size ? say("copied-part", count, size) : say("copied", count));
		} catch {
			status(say("not-copied"));
		}
	}
}
