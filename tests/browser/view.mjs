/*
 * view.mjs - the wire as a person sees it: a list of pieces, and the one that
 * is chosen, field by field. There are two on the page: "wire" and "bench". And
 * talk(): a page with something on its wire; and peer(): a WebSocket that sends what
 * no browser would.
 */

import { connect } from "node:net";
import { sleep, until } from "../clients/check.mjs";

/* Opens the page, sends a text, and waits for its frame. */
export async function talk(page, address) {
	await page.goto(address);
	await page.waitForSelector("#exercises input");
	await page.fill("#text", "Hello Server! 안녕");
	await page.press("#text", "Enter");
	await until(async () => await page.locator("#wire-list .piece").count() === 4, "the frame");
}

export class View {
	constructor(page, name) {
		this.page = page;
		this.list = `#${name}-list`;
		this.detail = `#${name}-detail`;
	}

	/* The rows that are drawn: all of them while they are few. */
	rows() {
		return this.page.$$eval(`${this.list} .piece`, (rows) => rows.map((row) => ({
			i: Number(row.dataset.i),
			title: row.querySelector(".title").textContent,
			gist: row.querySelector(".gist").textContent,
			way: row.querySelector(".way").textContent,
			joined: ["begins", "goes-on", "between", "ends"].find((name) => row.classList.contains(name)),
			isBroken: row.classList.contains("is-broken"),
			isSelected: row.getAttribute("aria-selected") === "true",
		})));
	}

	/* "→text frame", one for each. */
	async titles() {
		return (await this.rows()).map((row) => row.way + row.title);
	}

	/* Waits for a row for which isIt() is true, and returns the last one. */
	find(isIt, what) {
		return until(async () => (await this.rows()).findLast(isIt), what);
	}

	/* Waits until no more rows arrive, since a new row replaces a last row that is chosen. */
	async choose(isIt, what) {
		const row = await this.find(isIt, what);
		const last = async () => String(await this.titles());
		for (let before; before !== await last(); await sleep(100))
			before = await last();
		await this.page.click(`${this.list} [data-i="${row.i}"]`);
		await this.page.mouse.move(0, 0);
		return row;
	}

	/* By their names: bits as "0101", bytes as a list of numbers, value as text. */
	async fields() {
		const list = await this.page.$$eval(`${this.detail} .field`, (fields) => fields.map((field) => {
			const text = (part) => field.querySelector(part)?.textContent ?? "";
			const bytes = [...field.querySelectorAll(".hex b")].map((b) => parseInt(b.textContent, 16));
			return [field.querySelector(".name").firstChild.textContent,
				{ bits: text(".digits"), bytes, value: text(".value"), size: text(".name small") }];
		}));
		return Object.fromEntries(list);
	}

	/* The text below, about the field that is pointed at. */
	rule() {
		return this.page.$eval(`${this.detail} .rule`, (rule) => ({
			name: rule.querySelector("strong")?.textContent ?? "",
			text: rule.textContent,
			why: rule.lastElementChild?.firstChild.textContent ?? "",
			link: rule.querySelector("a")?.href ?? "",
		}));
	}
}

/* Opens a connection on that target and makes the handshake. It drops what it receives. */
export async function peer(port, target) {
	const socket = connect(port, "localhost");
	socket.on("error", () => {}).write(`GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\n`
		+ "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	await new Promise((done) => socket.once("data", done));
	socket.resume();
	return socket;
}

export const hex = (text) => Buffer.from(text.replace(/\s/g, ""), "hex");
export const unmask = (bytes, key) => Buffer.from(bytes.map((byte, i) => byte ^ key[i % 4]));
