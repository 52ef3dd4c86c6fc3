/*
 * wire.js - the page's own connection as the server sees it. /trace is a second
 * WebSocket, on which the server sends what crosses the wire of the first: it is
 * the only way, since a browser shows no script a ping, a mask or a header.
 */

import { Detail, rove } from "./detail.js";
import { List, kindOf } from "./list.js";
import { fill, say } from "./texts.js";

const element = (id) => document.getElementById(id);

/* Names this page's sockets to the server, so that it sees no one else's. */
export const page = [...crypto.getRandomValues(new Uint8Array(16))]
	.map((byte) => byte.toString(16).padStart(2, "0")).join("");

const scheme = window.location.protocol === "https:" ? "wss" : "ws";
const address = `${scheme}://${window.location.host}/trace?page=${page}`;

let trace; /* its socket */
let listening; /* a promise: is it open? */
let asked; /* for the exercises, once */
let held = null; /* what comes during a pause */
const hearers = {}; /* by the kind of what the server says */

const detail = new Detail(element("wire-detail"));
const list = new List(element("wire-list"), (piece, isChosen) => {
	if (!isChosen && detail.isInUse())
		return false; /* what is being read stays */
	detail.show(piece);
	return true;
});

/* The trace. */

/* To be awaited before a socket is opened, or its handshake would be missed. */
export function listen() {
	listening ??= new Promise((done) => {
		trace = new WebSocket(address);
		trace.addEventListener("open", () => done(true));
		trace.addEventListener("message", (event) => hear(event.data));
		trace.addEventListener("close", () => {
			listening = undefined;
			done(false);
		});
	});
	return listening;
}

export async function ask(text) {
	if (await listen() && trace.readyState === WebSocket.OPEN)
		trace.send(text);
}

/* A kind of what the server says, but for the pieces of a live connection. */
export const on = (kind, hearer) => {
	hearers[kind] = hearer;
};

/* A server that knows no trace may say anything. */
function hear(text) {
	let said;
	try {
		said = JSON.parse(text);
	} catch {
		return trace.close();
	}
	if (said.n)
		take(said);
	else
		hearers[said.kind]?.(said);
}

/* Whether there is a trace is known when the other socket is open. */
export function settle() {
	const isThere = trace?.readyState === WebSocket.OPEN;
	for (const part of document.querySelectorAll(".traced"))
		part.hidden = !isThere;
	element("wire-why").hidden = isThere;
	if (!isThere)
		fill(element("wire-why"), say("refused"));
	if (isThere)
		asked ??= ask("exercises");
}

/* The view. */

function take(piece) {
	if (held)
		held.push(piece);
	else
		list.add(piece);
	status();
}

function status() {
	element("wire-status").textContent = held?.length ? say("paused", held.length)
		: say("count", list.shown.length, list.all.length);
}

on("lost", (said) => take({ kind: "lost", title: say("lost", said.count) }));

element("wire-filter").addEventListener("change", (event) => {
	const wanted = event.target.value;
	list.filter((piece) => !wanted || !kindOf(piece) || kindOf(piece) === wanted);
	status();
});

element("pause").addEventListener("click", () => {
	const pieces = held;
	held = pieces ? null : [];
	element("pause").setAttribute("aria-pressed", String(!pieces));
	pieces?.forEach(take);
	status();
});

element("ping").addEventListener("click", () => ask("ping"));

element("copy").addEventListener("click", async () => {
	const { hex = "", size = 0 } = list.piece() ?? {};
	const count = hex.length / 2;
	const copied = navigator.clipboard?.writeText(hex.replace(/..(?=.)/g, "$& "));
	const words = count < size ? say("copied-part", count, size) : say("copied", count);
	element("wire-status").textContent =
		await copied?.then(() => words, () => undefined) ?? say("not-copied");
});

rove(element("wire-tools"), "button");
