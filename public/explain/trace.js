/*
 * trace.js - the page's second WebSocket. Scripts in a browser see no header, mask or
 * Ping, so the server sends the page the bytes on the wire of its other sockets, on
 * /trace. The server's messages are JSON and described in explain/page.h; the page's
 * commands are plain text and described in explain/lesson.h.
 */

import { hexOf } from "./hex.js";

/* The server shows a page only the sockets that carry its name. */
const NAME = hexOf(crypto.getRandomValues(new Uint8Array(16))).join("");

const PART = 20000; /* characters of a long command in a message: at most 60,000 bytes */

export const nameSocket = (url) => url.searchParams.set("page", NAME);

export class Trace {
	seesWire = false;
	hearers = {}; /* by the kind of message */

	/* `url` is that of any socket of the page. */
	constructor(url) {
		this.url = new URL("trace", url);
		nameSocket(this.url);
	}

	/* Opens the socket if it is not open. Resolves when the server has said what it shows, or
	 * when the socket has failed to open. */
	listen() {
		this.listening ??= new Promise((done) => {
			this.socket = new WebSocket(this.url);
			this.started = done;
			this.socket.addEventListener("message", (event) => this.hear(event.data));
			this.socket.addEventListener("close", () => {
				this.listening = undefined;
				this.seesWire = false;
				this.hearers.closed?.();
				done();
			});
		});
		return this.listening;
	}

	/* The first message. Not every page that has the lessons sees its wire. */
	start({ wire = false }) {
		this.seesWire = wire;
		this.started();
	}

	isOpen() {
		return this.socket?.readyState === WebSocket.OPEN;
	}

	/* Returns whether it was asked. */
	async ask(text) {
		await this.listen();
		const isOpen = this.isOpen();
		if (isOpen)
			this.send(text);
		return isOpen;
	}

	/* A long command is sent in parts. */
	send(text) {
		if (text.length <= PART)
			return this.socket.send(text);
		for (let at = 0; at < text.length; at += PART) {
			const word = at + PART < text.length ? "more" : "last";
			this.socket.send(`${word} ${text.slice(at, at + PART)}`);
		}
	}

	/*
	 * Calls the hearer with every message of that kind. Pieces of the page's own sockets,
	 * which have the number of a connection, are of the kind "live". "closed": the socket
	 * is, and what was asked has no answer.
	 */
	on(kind, hearer) {
		this.hearers[kind] = hearer;
	}

	/* A server without a trace sends its greeting here, which is not JSON. */
	hear(text) {
		let said;
		try {
			said = JSON.parse(text);
		} catch {
			return this.socket.close();
		}
		if (said.kind === "trace")
			this.start(said);
		this.hearers[said.n ? "live" : said.kind]?.(said);
	}
}
