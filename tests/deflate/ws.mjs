/* ws.mjs - npm's `ws` with each parameter of permessage-deflate: node ws.mjs
 * PORT */

import { check, expect, library, until } from "../clients/check.mjs";

const WebSocket = library("ws");
const [port] = process.argv.slice(2);

const long = JSON.stringify(Array.from({ length: 3000 }, (_, i) => ({ id: i, name: `name ${i}` })));
const noise = Buffer.from(Array.from({ length: 20000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255));
const messages = ["Hello", "", "Hello", long, noise, long, "안녕 ".repeat(200), Buffer.alloc(100000),
	...Array.from({ length: 200 }, (_, i) => `{"type":"message","from":"alice","text":"number ${i}"}`)];

/* Returns what the 101 has agreed to. */
async function echoes(path, perMessageDeflate) {
	const socket = new WebSocket(`ws://localhost:${port}${path}`, { perMessageDeflate });
	const got = [];
	const closed = new Promise((done) => socket.on("close", (code) => done(code)));
	socket.on("message", (data, binary) => got.push(binary ? data : data.toString()));
	await new Promise((done, fail) => socket.on("open", done).on("error", fail));
	messages.forEach((message) => socket.send(message));
	await until(() => got.length === messages.length, "every echo", 20000);
	messages.forEach((message, i) => expect(Buffer.compare(
		Buffer.from(got[i]), Buffer.from(message)), 0));
	const { extensions } = socket;
	socket.close(1000);
	expect(await closed, 1000);
	return extensions;
}

const all = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const offers = [
	{},
	{ serverNoContextTakeover: true },
	{ clientNoContextTakeover: true },
	{ serverNoContextTakeover: true, clientNoContextTakeover: true },
	...all(8, 15).map((bits) => ({ serverMaxWindowBits: bits })),
	...all(8, 15).map((bits) => ({ clientMaxWindowBits: bits })),
	...all(8, 15).map((bits) => ({ serverMaxWindowBits: bits, clientMaxWindowBits: 23 - bits,
		serverNoContextTakeover: bits % 2 === 0, clientNoContextTakeover: bits % 3 === 0 })),
];

for (const offer of offers)
	await check(`ws: ${JSON.stringify(offer)}`, async () => {
		const agreed = await echoes("/deflate", { threshold: 0, ...offer });
		expect(agreed, "permessage-deflate");
	});

await check("ws: nothing is agreed to where it is not offered", async () => {
	expect(await echoes("/deflate", false), "");
});

await check("ws: nothing is agreed to on /echo", async () => {
	expect(await echoes("/echo", true), "");
});

process.exit(); /* whatever a failed check left open */
