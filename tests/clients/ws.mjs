/* ws.mjs - the client of npm's `ws`, which the notes use: node ws.mjs PORT
 * LOG */

import { readFileSync } from "node:fs";
import { check, expect, library, until } from "./check.mjs";

const WebSocket = library("ws");
const [port, logFile] = process.argv.slice(2);
const server = `ws://localhost:${port}`;
const logged = (...words) => until(
	() => readFileSync(logFile, "utf8").split("\n")
		.find((line) => words.every((word) => line.includes(word))),
	`a line with ${words} in the server's log`);

/* A socket that keeps what it gets until it is asked for. */
async function open(path) {
	const socket = new WebSocket(server + path);
	const got = [];
	socket.on("message", (data, binary) => got.push(binary ? data : data.toString()));
	socket.on("pong", (data) => got.push({ pong: data.toString() }));
	socket.closed = new Promise((done) => socket.on("close",
		(code, reason) => done([code, reason.toString()])));
	socket.next = async () => {
		await until(() => got.length, "a message");
		return got.shift();
	};
	await new Promise((done, fail) => socket.on("open", done).on("error", fail));
	return socket;
}

async function echoes(...messages) {
	const socket = await open("/echo");
	for (const message of messages)
		socket.send(message);
	for (const message of messages) {
		const back = await socket.next();
		if (typeof message === "string")
			expect(back === message, true);
		else
			expect(Buffer.compare(back, message), 0);
	}
	socket.close();
	await socket.closed;
}

const letters = (length) => "Hello Socket! ".repeat(length / 14 + 1).slice(0, length);
const bytes = (length) => Buffer.from(Array.from({ length }, (_, i) => i % 251));

await check("ws: the server speaks first", async () => {
	const socket = await open("/");
	expect(await socket.next(), "Hello Socket!");
	socket.close(1000);
	await socket.closed;
});

await check("ws: a message on any other path than /echo is logged", async () => {
	const socket = await open("/anywhere?you=like");
	expect(await socket.next(), "Hello Socket!");
	socket.send("안녕, ws");
	await logged("Just got this : 안녕, ws from the Browser");
	socket.close();
	await socket.closed;
});

await check("ws: no extension and no subprotocol is agreed on", async () => {
	const socket = await open("/echo");
	expect([socket.extensions, socket.protocol], ["", ""]);
	socket.terminate();
});

await check("ws: text comes back", () => echoes("Hello?", "", "다시 한번 🙂", "\0\r\n"));

await check("ws: binary comes back", () => echoes(bytes(256), Buffer.alloc(0)));

await check("ws: every form of the length", () => echoes(
	...[125, 126, 127, 65535, 65536, 65537].flatMap((n) => [letters(n), bytes(n)])));

await check("ws: 1 MiB of text and of binary", () => echoes(letters(2 ** 20), bytes(2 ** 20)));

await check("ws: 1000 messages at once come back in order", () => echoes(
	...Array.from({ length: 1000 }, (_, i) => `message ${i}`)));

await check("ws: fragments are joined, a ping between them is answered", async () => {
	const socket = await open("/echo");
	socket.send("Hel", { fin: false });
	socket.ping("still there?");
	socket.send("lo", { fin: true });
	expect(await socket.next(), { pong: "still there?" });
	expect(await socket.next(), "Hello");
	socket.close();
	await socket.closed;
});

await check("ws: a pong carries the ping's payload, up to 125 bytes", async () => {
	const socket = await open("/echo");
	for (const payload of ["", "ping", letters(125)]) {
		socket.ping(payload);
		expect(await socket.next(), { pong: payload });
	}
	socket.terminate();
});

await check("ws: the server answers a close with its code, and logs the reason", async () => {
	const socket = await open("/");
	socket.close(4321, "ws has heard enough");
	expect((await socket.closed)[0], 4321);
	await logged("Disconnected from the Browser ❌", "4321", "ws has heard enough");
});

await check("ws: a close without a code is answered without one", async () => {
	const socket = await open("/echo");
	socket.close();
	expect(await socket.closed, [1005, ""]);
});

await check("ws: a client that vanishes is logged, the others stay", async () => {
	const [gone, stays] = [await open("/vanishes"), await open("/echo")];
	const [number] = /#?\d+/.exec(await logged("Connected to Browser ✅", "/vanishes"));
	gone.terminate();
	await logged(`Disconnected from the Browser ❌ ${number} `);
	stays.send("still here");
	expect(await stays.next(), "still here");
	stays.close();
	await stays.closed;
});

process.exit(); /* whatever a failed check left open */
