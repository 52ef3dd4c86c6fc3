/*
 * refused.mjs - the wire is shown only to the server's own page on this machine, or in a
 * class. Elsewhere the page says why it is not shown, and the exercises work all the same.
 */

import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expect, until } from "../clients/check.mjs";

/* The status of the answer to a request for the trace. */
function ask(where, host, origin) {
	const headers = { Host: host, Upgrade: "websocket", Connection: "Upgrade",
		"Sec-WebSocket-Version": 13, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };
	if (origin)
		headers.Origin = origin;
	return new Promise((done, fail) => {
		const asked = request({ ...where, path: "/trace?page=a", headers, timeout: 5000 });
		asked.on("response", (answer) => { answer.resume(); done(answer.statusCode); });
		asked.on("upgrade", (answer, socket) => { socket.destroy(); done(answer.statusCode); });
		asked.on("error", fail).end();
	});
}

export default async function story(visit) {
	const { page } = visit;
	visit.expected = /^WebSocket connection to .*\/trace.* response code: 403/;

	/* The page works as usual, and says why it does not show the wire. */
	async function isExplained(address, language, hasLessons = true) {
		const lines = visit.console.length;
		visit.host = new URL(address).host;
		await page.goto(address);
		await until(() => visit.console.length === lines + 2, "Hello Socket!");
		await until(() => page.isVisible("#wire-why"), "why");
		const why = await page.textContent("#wire-why");
		for (const word of [language, "localhost", "--no-trace-page", "make run"])
			if (!why.includes(word))
				throw new Error(`${why} lacks ${word}`);
		expect(await page.locator(".traced:visible").count(), 0);
		expect(await page.locator(".lesson:visible").count(), hasLessons ? 1 : 0);
	}

	/* An exercise is played in the server's memory, and so needs no wire. */
	async function canPlay(address) {
		await page.goto(`${address}?lang=en#hex=818000000000`);
		await page.fill("#hex", "81");
		await page.click("#play");
		await until(async () => (await page.textContent("#verdict")).includes("solved"), "the verdict");
		await until(async () => await page.textContent("#shared-status") === "6 bytes", "the bytes of the link");
	}

	let port = await visit.start("0");

	await check("only a page of the server's own, by a name of this machine", async () => {
		const own = `localhost:${port}`;
		expect(await ask({ port }, own, `http://${own}`), 101);
		expect(await ask({ port }, own), 403);
		expect(await ask({ port }, own, "http://evil.example"), 403);
		expect(await ask({ port }, own, `http://127.0.0.1:${port}`), 403);
	});

	await check("a name that was made to lead here is told so: DNS rebinding", () =>
		isExplained(`http://rebound.example:${port}/`, "does not show"));

	await visit.stop();

	for (const options of [["--no-trace-page"], ["--trace-page", "off"], ["--workers", "2"],
		["--trust-proxy"], ["--host", "0.0.0.0"]])
		await check(`${options.join(" ")}: nobody sees the wire, and the page says why`, async () => {
			const isOff = options.some((word) => ["off", "--no-trace-page"].includes(word));
			port = await visit.start("0", ...options);
			expect(await ask({ port, host: "127.0.0.1" }, `localhost:${port}`,
				`http://localhost:${port}`), isOff ? 403 : 101);
			await isExplained(`http://localhost:${port}/`, "does not show", !isOff);
			await isExplained(`http://localhost:${port}/?lang=ko`, "보여 주지 않습니다", !isOff);
			if (!isOff)
				await canPlay(`http://localhost:${port}/`);
			await visit.stop();
		});

	await check("class: a page from elsewhere sees its own wire, and plays", async () => {
		port = await visit.start("0", "--host", "0.0.0.0", "--trace-page", "class");
		visit.host = `rebound.example:${port}`;
		await page.goto(`http://rebound.example:${port}/?lang=en`);
		await page.waitForSelector("#wire-list .piece");
		expect(await page.isVisible("#wire-why"), false);
		await canPlay(`http://rebound.example:${port}/`);
		await visit.stop();
	});

	await check("--unix: a page behind a proxy can play", async () => {
		const socketPath = join(tmpdir(), `hello-${process.pid}.sock`);
		await visit.start("0", "--unix", socketPath);
		expect(await ask({ socketPath }, "localhost", "http://localhost"), 101);
		await visit.stop();
	});

	await check("no request went elsewhere; no other error, nothing refused by the page's policy",
		async () => {
			expect(visit.elsewhere, []);
			expect(visit.errors, []);
		});
}
