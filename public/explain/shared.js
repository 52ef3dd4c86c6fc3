/*
 * shared.js - bytes in a link: "#hex=8185..." is explained as ./server explain does it, and
 * "#hex=c187...&deflate" as it does --with permessage-deflate.
 * The fragment of an address is in no HTTP request, so the bytes reach the server only by
 * the page's trace; where there is none, they are shown as they are.
 */

import { Detail } from "./detail.js";
import { copyText, element, make } from "./dom.js";
import { List } from "./list.js";
import { Handshakes } from "./piece.js";
import { say, saySize } from "./texts.js";
import { wordsOf } from "./words.js";

const LONGEST = 65536; /* digits in a link */

function fromLocation() {
	const [, hex, coded] = /^#hex=([^&]+)(&deflate)?/.exec(window.location.hash) ?? [];
	return { hex: hex?.slice(0, LONGEST), isCoded: Boolean(coded) };
}

const isBytes = (hex) => /^(?:[0-9a-f]{2})+$/i.test(hex);

const spaced = (hex) => hex.replace(/..(?=.)/g, "$& ");

/* The address of this page with these bytes in it, or undefined when there are none or too
 * many. The language goes with it, and no other part of the query. */
function linkFor(hex, isCoded) {
	if (!hex || hex.length > LONGEST)
		return undefined;
	const url = new URL(window.location.href);
	const language = url.searchParams.get("lang");
	url.search = language ? `?lang=${language}` : "";
	url.hash = `hex=${hex}${isCoded ? "&deflate" : ""}`;
	return url.href;
}

/* Copies a link to these bytes, and says by report() whether that was possible. `isCoded`:
 * both ends have agreed to permessage-deflate. */
export async function copyLink(hex, isCoded, report) {
	const link = linkFor(hex, isCoded);
	if (!link)
		return report(say("no-link"));
	await copyText(link, say("link-copied"), report);
}

export class Shared {
	handshakes = new Handshakes();

	constructor(trace) {
		this.trace = trace;
		this.detail = new Detail(element("shared-detail"), this.handshakes.of);
		this.list = new List(element("shared-list"), (piece) => {
			this.detail.show(piece);
			return true;
		});
		trace.on("shown", ({ bytes, pieces }) => this.show(bytes, pieces));
		window.addEventListener("hashchange", () => this.open());
		this.open();
	}

	say(text) {
		element("shared-status").textContent = text;
	}

	/* The bytes stand there until the server has explained them. */
	open() {
		Object.assign(this, fromLocation());
		element("shared").hidden = this.hex === undefined;
		if (this.hex === undefined)
			return;
		element("shared-view").hidden = true;
		element("shared-raw").hidden = false;
		element("shared-raw").replaceChildren(make("code", "", spaced(this.hex)));
		this.say("");
		element("shared").scrollIntoView();
		if (this.trace.isOpen())
			this.ask(true);
	}

	/* Called when it is known whether the server explains bytes to this page. What it has
	 * explained stays as it is, since somebody may be reading it. */
	ask(isTraced) {
		if (this.hex === undefined || !element("shared-view").hidden)
			return;
		const isHex = isBytes(this.hex);
		if (isTraced && isHex)
			this.trace.ask(`${this.isCoded ? "offering " : ""}show ${this.hex}`);
		else
			this.say(say(isHex ? "shared-raw" : "not-hex", this.hex.slice(0, 40)));
	}

	show(bytes, pieces) {
		const broken = pieces.findIndex((piece) => piece.broken);
		this.say([saySize(bytes), broken < 0 ? "" : wordsOf(pieces[broken].broken.why)]
			.filter((text) => text).join(": "));
		element("shared-raw").hidden = true;
		element("shared-view").hidden = false;
		this.list.clear();
		pieces.forEach((piece) => this.handshakes.add(piece));
		pieces.forEach((piece) => this.list.add(piece));
		if (pieces.length)
			this.list.select(Math.max(broken, 0));
	}
}
