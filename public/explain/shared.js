/*
 * shared.js - bytes in a link: "#hex=8185..." is explained as ./server explain does it.
 * The fragment of an address is in no HTTP request, so the bytes reach the server only by
 * the page's trace; where there is none, they are shown as they are.
 */

import { Detail } from "./detail.js";
import { element, make } from "./dom.js";
import { List } from "./list.js";
import { Handshakes } from "./piece.js";
import { say, saySize } from "./texts.js";
import { wordsOf } from "./words.js";

const LONGEST = 65536; /* digits in a link */

const fromLocation = () => /^#hex=([^&]*)/.exec(window.location.hash)?.[1].slice(0, LONGEST);

const isBytes = (hex) => /^(?:[0-9a-f]{2})+$/i.test(hex);

const spaced = (hex) => hex.replace(/..(?=.)/g, "$& ");

/* The address of this page with these bytes in it, or undefined when they are no hex or
 * too many. The language goes with it, and no other part of the query. */
export function linkFor(text) {
	const hex = text.replace(/[\s,]|0x/gi, "").toLowerCase();
	if (!isBytes(hex) || hex.length > LONGEST)
		return undefined;
	const url = new URL(window.location.href);
	const language = url.searchParams.get("lang");
	url.search = language ? `?lang=${language}` : "";
	url.hash = `hex=${hex}`;
	return url.href;
}

/* Copies a link to these bytes, and says by report() whether that was possible. */
export async function copyLink(text, report) {
	const link = linkFor(text);
	if (!link)
		return report(say("no-link"));
	try {
		await navigator.clipboard.writeText(link);
		report(say("link-copied"));
	} catch {
		report(link); /* to be copied by hand */
	}
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
		this.hex = fromLocation();
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

	/* Called when it is known whether the server explains bytes to this page. */
	ask(isTraced) {
		if (this.hex === undefined)
			return;
		const isHex = isBytes(this.hex);
		if (isTraced && isHex)
			this.trace.ask(`show ${this.hex}`);
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
