/*
 * prefix.mjs - headless Chromium on the page where a proxy gives it a path of its own:
 * node tests/proxy/prefix.mjs https://localhost:PORT/hello
 * Its files and its sockets are found beneath that path, and nothing else is asked for.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expect, library, until } from "../clients/check.mjs";

const [, , prefix] = process.argv;
const wss = prefix.replace("https:", "wss:");
const profile = mkdtempSync(join(tmpdir(), "hello-prefix-"));
const { chromium } = library("playwright-core");
const browser = await chromium.launchPersistentContext(profile, {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	ignoreHTTPSErrors: true,
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"],
});
const [page] = browser.pages();
const said = [], asked = [], failed = [], sockets = [];
page.on("console", (message) => said.push(message.text()));
page.on("websocket", (socket) => sockets.push(socket.url()));
browser.on("request", (request) => asked.push(request.url()));
browser.on("response", (answer) => answer.status() >= 400 && failed.push(answer.url()));

await check("the page greets, and its files are beneath the prefix", async () => {
	await page.goto(`${prefix}/`);
	await until(() => said.includes("Just got this :  Hello Socket!  from the Server"), "the greeting");
	expect(asked.filter((url) => !url.startsWith(`${prefix}/`)), []);
	expect(failed, []);
	for (const file of ["public/app.js", "public/style.css", "public/icon.svg", "public/explain/explain.js"])
		expect(asked.includes(`${prefix}/${file}`), true);
});

await check("so are its sockets", async () => {
	expect(sockets.map((url) => url.split("?")[0]).sort().reverse().slice(0, 2),
		[`${wss}/trace`, `${wss}/`]);
	expect(await page.textContent("#detail"), `${wss}/`);
});

await check("what it says to try in the console works", async () => {
	const lines = await page.$$eval(".steps code .address", (all) => all.map((one) => one.textContent));
	expect(lines, [`${wss}/`, `${wss}/echo`]);
	const back = await page.evaluate((url) => new Promise((done) => {
		const echo = new WebSocket(url);
		echo.onopen = () => echo.send("Is anybody there?");
		echo.onmessage = (event) => done(event.data);
		echo.onclose = (event) => done(event.code);
	}), lines[1]);
	expect(back, "Is anybody there?");
});

await check("its links lead somewhere", async () => {
	const statuses = await page.$$eval("a[href]", (all) => Promise.all(all
		.filter((one) => one.origin === window.location.origin && !one.getAttribute("href").startsWith("#"))
		.map(async (one) => (await fetch(one.href)).status)));
	expect(statuses.length > 0 && statuses.every((status) => status === 200), true);
});

await check("without the last slash, the proxy adds it", async () => {
	said.length = 0;
	await page.goto(prefix);
	await until(() => said.includes("Just got this :  Hello Socket!  from the Server"), "the greeting");
	expect(page.url(), `${prefix}/`);
});

await browser.close();
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
