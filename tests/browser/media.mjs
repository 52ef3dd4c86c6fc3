/*
 * media.mjs - what a page is made of, loaded by headless Chromium: pictures, fonts,
 * scripts, a video that seeks; then again, with 304s. Chromium makes the media, too.
 * The checks are one story: each goes on where the one before it stopped.
 */

import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expect, library, sleep, until } from "../clients/check.mjs";
import { webm } from "./webm.mjs";

const top = mkdtempSync(join(tmpdir(), "hello-media-"));
const folder = join(top, "public");
const file = (name, content) => writeFileSync(join(folder, name), content);

/* The server: the folder alone is its own. It drops early who does not read. */

let server;
let serverLog = "";

async function start() {
	server = spawn("build/asan/server", ["--port", "0", "--public", folder, "--send-timeout", "2"],
		{ stdio: ["ignore", "pipe", "pipe"] });
	process.on("exit", () => server.kill("SIGKILL"));
	for (const out of [server.stdout, server.stderr])
		out.setEncoding("utf8").on("data", (text) => { serverLog += text; });
	server.ended = new Promise((done) => server.on("exit", done));
	const listening = /^Listening on ws:\/\/localhost:(\d+)$/m;
	return (await until(() => listening.exec(serverLog), "the server to listen"))[1];
}

/* The browser, and what went over the wire. */

const { chromium } = library("playwright-core");
const browser = await chromium.launchPersistentContext(join(top, "profile"), {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	handleSIGINT: false,
	handleSIGTERM: false,
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--autoplay-policy=no-user-gesture-required",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"],
});
const page = browser.pages()[0];
const errors = [];
const paths = new Map();
const starts = new Map();
let answers = [];

page.on("console", (message) => errors.push(`${message.type()}: ${message.text()}`));
page.on("pageerror", (error) => errors.push(error.message));
await page.addInitScript(() => document.addEventListener("securitypolicyviolation",
	(event) => console.error(`refused by policy: ${event.blockedURI} ${event.violatedDirective}`)));

/* Playwright tells a 304 as the 200 that the cache makes of it. An answer may be told
 * before its request. */
const wire = await browser.newCDPSession(page);
wire.on("Network.requestWillBeSent", ({ requestId, request }) =>
	paths.set(requestId, decodeURIComponent(new URL(request.url).pathname)));
wire.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) => {
	answers.push({ status: statusCode, path: () => paths.get(requestId),
		start: () => starts.get(requestId) });
});
/* Where the range begins that is asked for. */
wire.on("Network.requestWillBeSentExtraInfo", ({ requestId, headers }) => {
	const range = Object.entries(headers).find(([name]) => name.toLowerCase() === "range");
	starts.set(requestId, Number(/^bytes=(\d+)-/.exec(range?.[1])?.[1]));
});
await wire.send("Network.enable");

/* The media. A frame of the video says in its grey which one it is. */

const VIDEO = "/public/video.webm";
const FRAMES = 40;
const FRAME_MS = 1000;
const FRAME_BYTES = 1 << 20;
const greyOf = (i) => 20 + 5 * i;

const drawn = (type, grey) => page.evaluate(([as, level]) => {
	const canvas = document.createElement("canvas");
	[canvas.width, canvas.height] = [320, 180];
	const context = canvas.getContext("2d", { alpha: false });
	context.fillStyle = `rgb(${level}, ${level}, ${level})`;
	context.fillRect(0, 0, 320, 180);
	return canvas.toDataURL(as, 0.9).split(",")[1];
}, [type, grey]).then((data) => Buffer.from(data, "base64"));

const GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7";
const AVIF = "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAA"
	+ "cGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAAB"
	+ "AAABGgAAABoAAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABL"
	+ "aXBjbwAAABRpc3BlAAAAAAAAAAgAAAAIAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xy"
	+ "bmNseAABAA0ABoAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACJtZGF0EgAKCDgIv+UBDQaQMgwdwAAA"
	+ "QAAAryirO8g=";

const PICTURES = ["png.png", "jpeg.jpg", "webp.webp", "gif.gif", "avif.avif", "svg.svg",
	"그림 #1.png"];
const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Media</title>
<link rel="icon" href="/public/svg.svg"><link rel="stylesheet" href="/public/style.css">
${PICTURES.map((name) => `<img src="/public/${encodeURIComponent(name)}" alt="">`).join("\n")}
<p id="woff2">Hello Socket!</p><p id="ttf">Hello Socket!</p><p id="none">Hello Socket!</p>
<video src="/public/video.webm" preload="metadata" muted></video>
<script src="/public/classic.js"></script><script type="module" src="/public/module.mjs"></script>
</html>`;
const STYLE = `@font-face { font-family: two; src: url(two.woff2); }
@font-face { font-family: one; src: url(one.ttf); }
p { font: 40px serif; display: table; }
#woff2 { font-family: two, monospace; } #ttf { font-family: one, monospace; }
body { color: rgb(1, 2, 3); background: url("svg.svg"); }`;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>';
const GALLERY = `<!doctype html><html lang="en"><title>Gallery</title>
<img src="../png.png" alt=""><img src="here.svg" alt="">
</html>`;

function makeTexts() {
	mkdirSync(join(folder, "gallery"), { recursive: true });
	file("index.html", PAGE);
	file("style.css", STYLE);
	file("classic.js", "window.classic = true;");
	file("module.mjs", 'import { one } from "./part.js"; window.module = one;');
	file("part.js", 'export const { one } = await (await fetch("/public/data.json")).json();');
	file("data.json", '{ "one": 1 }');
	file("svg.svg", SVG);
	file("gif.gif", Buffer.from(GIF, "base64"));
	file("avif.avif", Buffer.from(AVIF, "base64"));
	file("gallery/index.html", GALLERY);
	file("gallery/here.svg", SVG);
	const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
	for (const name of ["one.ttf", "two.ttf"])
		copyFileSync(font, join(folder, name));
	execFileSync("woff2_compress", [join(folder, "two.ttf")], { stdio: "ignore" });
	/* the tag of a large file that has just changed is good for one answer */
	const ago = Date.now() / 1000 - 60;
	utimesSync(join(folder, "two.woff2"), ago, ago);
}

async function makePictures() {
	file("png.png", await drawn("image/png", 99));
	file("그림 #1.png", await drawn("image/png", 99));
	file("jpeg.jpg", await drawn("image/jpeg", 99));
	file("webp.webp", await drawn("image/webp", 99));
	const frames = [];
	for (let i = 0; i < FRAMES; i++)
		frames.push(await drawn("image/webp", greyOf(i)));
	file("video.webm", webm(frames, 320, 180, FRAME_MS, FRAME_BYTES));
}

/* What the page has become. */

const video = (run, argument) => page.$eval("video", run, argument);

/* The frame that is shown. */
const frameShown = () => video((element) => {
	const canvas = document.createElement("canvas");
	const context = canvas.getContext("2d");
	context.drawImage(element, 0, 0);
	return context.getImageData(9, 9, 1, 1).data[1];
}).then((grey) => Math.round((grey - greyOf(0)) / 5));

const seek = (to) => video((element, seconds) => new Promise((done) => {
	element.onseeked = () => done(element.currentTime);
	element.currentTime = seconds;
}), to);

const answersFor = (path) => answers.filter((answer) => answer.path() === path);
const answered = (path) => answersFor(path).map(({ status }) => status);

async function isWhole() {
	await until(() => page.evaluate(() => window.classic && window.module
		&& document.readyState === "complete"), "the page to load", 20000);
	await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

async function expectPictures(count) {
	const widths = await page.$$eval("img",
		(all) => all.map((one) => one.complete && one.naturalWidth));
	expect(widths.length, count);
	if (widths.some((width) => !width))
		throw new Error(`widths ${widths}`);
}

async function story() {
	makeTexts();
	await makePictures();
	const home = `http://localhost:${await start()}/`;

	await check("the page loads", async () => {
		await page.goto(home);
		await isWhole();
	});

	await check("pictures: PNG, JPEG, WebP, GIF, AVIF, SVG, and a name in Korean", () =>
		expectPictures(PICTURES.length));

	await check("fonts: WOFF2 and TrueType, and text is set in them", async () => {
		expect(await page.evaluate(() => [...document.fonts].map((font) => font.status)),
			["loaded", "loaded"]);
		const [two, one, none] = await page.$$eval("p", (all) => all.map((p) => p.offsetWidth));
		expect(two, one);
		if (one === none)
			throw new Error(`all are ${one} wide`);
	});

	await check("scripts: classic, module, and what they import and fetch", async () =>
		expect(await page.evaluate(() => [window.classic, window.module]), [true, 1]));

	await check("style: its colours are the page's", async () =>
		expect(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(1, 2, 3)"));

	await check("the video is asked for by range, and knows its length", async () => {
		await until(() => video((element) => element.readyState >= 1), "metadata");
		expect(await video((element) => element.duration), FRAMES * FRAME_MS / 1000);
		expect(answered(VIDEO)[0], 206);
	});

	await check("it seeks to its end and back, by ranges", async () => {
		answers = [];
		for (const to of [38.5, 3.5, 20.5]) {
			expect(await seek(to), to);
			expect(await frameShown(), Math.floor(to));
		}
		/* 304 where the fast server has filled the cache already */
		const isRangeFrom = ({ status, start }) => [206, 304].includes(status)
			&& start() > 8 * FRAME_BYTES;
		await until(() => answersFor(VIDEO).some(isRangeFrom), "a range from further on");
	});

	await check("it plays, though it has paused for longer than the server waits", async () => {
		await sleep(3000);
		await video((element) => element.play());
		await until(() => video((element) => element.currentTime > 22), "it to play");
		expect(await frameShown() >= 21, true);
		await seek(39.5);
		await until(() => video((element) => element.ended), "its end");
		expect(await video((element) => element.error), null);
	});

	await check("again: 304 for everything", async () => {
		answers = [];
		await page.reload();
		await isWhole();
		await expectPictures(PICTURES.length);
		const fetched = answers.filter(({ status, path }) => status !== 304 && path() !== VIDEO);
		expect(fetched.map(({ path }) => path()), []);
		for (const path of ["/", "/public/style.css", "/public/two.woff2", "/public/module.mjs",
			"/public/part.js", "/public/data.json", "/public/그림 #1.png"])
			expect(answered(path), [304]);
	});

	await check("again after an edit: 200 for what is new, and it shows", async () => {
		answers = [];
		file("data.json", '{ "one": 2 }');
		file("style.css", STYLE.replace("3)", "4)"));
		await page.reload();
		await isWhole();
		expect(await page.evaluate(() => [window.module, getComputedStyle(document.body).color]),
			[2, "rgb(1, 2, 4)"]);
		expect([answered("/public/data.json"), answered("/public/style.css"), answered("/"),
			answered("/public/classic.js")], [[200], [200], [304], [304]]);
	});

	await check("a page in a folder finds what is beside it", async () => {
		await page.goto(`${home}public/gallery`);
		expect(page.url(), `${home}public/gallery/`);
		await expectPictures(2);
	});

	await check("no error, no warning, nothing refused by the page's policy", async () =>
		expect(errors, []));

	await check("the server ends with 0", async () => {
		await page.goto("about:blank");
		server.kill("SIGTERM");
		expect(await Promise.race([server.ended, sleep(6000)]), 0);
	});
}

/* Whatever happens, the server and the browser end with this program. */
const limit = setTimeout(() => end(new Error("not done in 100 s")), 100000);
for (const signal of ["SIGINT", "SIGTERM"])
	process.once(signal, () => end(new Error(signal)));

async function end(error) {
	clearTimeout(limit);
	if (error) {
		console.log(`FAIL  the story breaks off: ${error.message}`);
		process.exitCode = 1;
	}
	if (process.exitCode)
		console.log(`The server's last words:\n${serverLog.slice(-2000)}`);
	await Promise.race([browser.close(), sleep(5000)]);
	rmSync(top, { recursive: true, force: true, maxRetries: 5 });
	process.exit();
}

await story().then(() => end(), end);
