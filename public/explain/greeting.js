/*
 * greeting.js - the first message from the server unfolds from the spark on the cable
 * into its frame: bits, bytes and characters.
 */

import { plainBits } from "./bits.js";
import { element, make } from "./dom.js";
import { bytesOf, hexOf } from "./hex.js";
import { charactersOf, payloadOf } from "./payload.js";
import { say } from "./texts.js";

const TRAVEL = 600; /* milliseconds that the spark takes along the cable, as in app.js */
const BYTES_SHOWN = 24;

const isGreeting = (piece) => piece.kind === "frame" && piece.dir === "out";

/* A character over its bytes. */
function letter(plain, { text, at, size }) {
	return make("span", "letter", make("b", "", text === " " ? "␣" : text),
		make("small", "", hexOf(plain.slice(at, at + size)).join(" ")));
}

function draw(piece) {
	const bytes = bytesOf(piece.hex);
	const plain = payloadOf(piece)?.plain.slice(0, BYTES_SHOWN) ?? [];
	const link = make("a", "", say("below-link"));
	link.href = "#wire";
	return make("div", "greeting",
		make("div", "strip", ...bytes.slice(0, 2).map(plainBits),
			make("div", "letters", ...charactersOf(plain).map((one) => letter(plain, one)))),
		make("p", "status", say("greeting", piece.size, plain.length), " ", link));
}

/* Waits for the spark, unless the reader wants no motion. */
function unfold(strip) {
	if (window.matchMedia("(prefers-reduced-motion: reduce)").matches)
		return;
	strip.animate([{ transform: "scaleX(0)", clipPath: "inset(0 100% 0 0)" },
		{ transform: "none", clipPath: "inset(0)" }],
	{ delay: TRAVEL, duration: 500, easing: "ease-out", fill: "backwards" });
}

export class Greeting {
	/* Shows the first frame from the server, once. */
	take(piece) {
		if (this.isShown || !isGreeting(piece))
			return;
		this.isShown = true;
		const drawn = draw(piece);
		element("connection").querySelector(".line").after(drawn);
		unfold(drawn.firstChild);
	}
}
