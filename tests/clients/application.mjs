/* application.mjs - three clients of the application in docs/application.md: node
 * application.mjs PORT */

import { check, expect, library, until } from "./check.mjs";

const WebSocket = library("ws");
const port = process.argv[2];

function open(path) {
	const socket = new WebSocket(`ws://localhost:${port}${path}`);
	socket.got = [];
	socket.on("message", (data) => socket.got.push(data.toString()));
	return new Promise((done, fail) => socket.on("open", () => done(socket)).on("error", fail));
}

const said = (socket) => socket.got.filter((text) => !text.startsWith("It is "));

await check("application: a timer, a broadcast, rooms", async () => {
	const [a, b, other] = await Promise.all(["/one", "/two", "/quiet"].map(open));
	a.send("hi");
	other.send("nobody else");
	for (const socket of [a, b, other])
		await until(() => socket.got.filter((text) => /^It is \d\d:\d\d:\d\d$/.test(text)).length > 1,
			"the time, twice");
	expect([a, b, other].map(said), [["hi"], ["hi"], ["nobody else"]]);
	a.close();
	b.terminate();
	other.close();
});
