/*
 * trace.js - the page's second WebSocket. A browser shows its scripts no header, no mask
 * and no Ping, so the server tells the page on /trace what crosses the wire of its other
 * sockets. What it says is JSON, what it is asked is plain text: explain/page.h has both.
 */

import { hexOf } from "./hex.js";

/* The server shows a page the sockets that bear its name, and no others. */
const NAME = hexOf(crypto.getRandomValues(new Uint8Array(16))).join("");

export const nameSocket = (url) => url.searchParams.set("page", NAME);

export class Trace {
	hearers = {}; /* by the kind of what the server says */

	/* `url` is that of any socket of the page. */
	constructor(url) {
		this.url = new URL("/trace", url);
		nameSocket(this.url);
	}

	/* Opens the socket if it is not open. Resolves when it has opened, or has failed to. */
	listen() {
		this.listening ??= new Promise((done) => {
			this.socket = new WebSocket(this.url);
			this.socket.addEventListener("open", done);
			this.socket.addEventListener("message", (event) => this.hear(event.data));
			this.socket.addEventListener("close", () => {
				this.listening = undefined;
				done();
			});
		});
		return this.listening;
	}

	isOpen() {
		return this.socket?.readyState === WebSocket.OPEN;
	}

	async ask(text) {
		await this.listen();
		if (this.isOpen())
			this.socket.send(text);
	}

	/*
	 * The hearer is called with all that the server says of that kind. Pieces of the page's
	 * sockets, which have the number of a connection, are of the kind "live".
	 */
	on(kind, hearer) {
		this.hearers[kind] = hearer;
	}

	/* A server without a trace greets here too. What is not JSON is no trace. */
	hear(text) {
		let said;
		try {
			said = JSON.parse(text);
		} catch {
			return this.socket.close();
		}
		this.hearers[said.n ? "live" : said.kind]?.(said);
	}
}
