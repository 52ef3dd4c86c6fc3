/*
 * site.mjs - pages of somebody else's: in public/, by --public, as a --site. They
 * do what pages do, while the server's own page keeps its policy.
 */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expect, until } from "../clients/check.mjs";

/* What the policy of the server's own page forbids. */
const PAGE = `<!doctype html><title>mine</title>
<style>h1 { color: rgb(1, 2, 3) }</style>
<h1>mine</h1><p id="told"></p>
<img id="dot" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">
<script>
	const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
	WebAssembly.instantiate(wasm).then(() => { document.getElementById("told").textContent = "works"; });
</script>`;

export default async function story(visit) {
	const { page } = visit;
	const dir = mkdtempSync(join(tmpdir(), "hello-site-"));
	const folder = join(dir, "public");

	/* A server that finds the folder beside itself. */
	mkdirSync(folder);
	copyFileSync("server", join(dir, "server"));
	for (const name of ["index.html", "app.js", "style.css", "icon.svg", "texts.js"])
		copyFileSync(join("public", name), join(folder, name));
	writeFileSync(join(folder, "mine.htm"), PAGE);
	writeFileSync(join(folder, "notes.md"), "# Notes");
	writeFileSync(join(folder, "404.html"), "<h1>lost</h1>");
	writeFileSync(join(folder, "spa.js"), "document.title = location.pathname;");

	async function works(address) {
		await page.goto(address);
		await until(() => page.textContent("#told").then((told) => told === "works"), "the script");
		expect(await page.evaluate(() => getComputedStyle(document.querySelector("h1")).color),
			"rgb(1, 2, 3)");
		expect(await page.evaluate(() => document.getElementById("dot").naturalWidth), 1);
	}

	/* How a WebSocket to that address fares that the page opens. */
	function opened(address) {
		return page.evaluate((to) => new Promise((done) => {
			document.addEventListener("securitypolicyviolation", () => done("refused by policy"));
			const socket = new WebSocket(to);
			socket.onerror = () => setTimeout(done, 1000, "an error");
			socket.onmessage = (event) => { done(event.data); socket.close(); };
		}), address);
	}

	async function own(...options) {
		visit.program = join(dir, "server");
		const port = await visit.start("0", ...options);
		visit.program = undefined;
		return port;
	}

	let port = await own();

	await check("a page in public/ has its scripts, styles, images and WebAssembly", () =>
		works(`http://localhost:${port}/public/mine.htm`));

	await check("Markdown is shown, not downloaded", async () => {
		await page.goto(`http://localhost:${port}/public/notes.md`);
		expect(await page.textContent("body"), "# Notes");
	});

	visit.expected = /rebound|explain|404/;
	await check("the server's own page may connect to it by both its names, and nowhere else", async () => {
		for (const [at, to] of [["localhost", "127.0.0.1"], ["127.0.0.1", "localhost"]]) {
			await page.goto(`http://${at}:${port}/`);
			expect(await opened(`ws://${to}:${port}/`), "Hello Socket!");
			expect(await opened(`ws://${at}:${port}/`), "Hello Socket!");
			expect(await opened(`ws://rebound.example:${port}/`), "refused by policy");
		}
	});

	await check("a folder that --public names", async () => {
		port = await visit.start("0", "--public", folder);
		await works(`http://localhost:${port}/public/mine.htm`);
	});

	await check("--site, and a page for what is missing", async () => {
		port = await visit.start("0", "--site", folder);
		await works(`http://localhost:${port}/mine.htm`);
		await page.goto(`http://localhost:${port}/none`);
		expect(await page.textContent("h1"), "lost");
	});

	await check("--spa", async () => {
		writeFileSync(join(folder, "index.html"), '<script src="/spa.js"></script>');
		port = await visit.start("0", "--site", folder, "--spa");
		await page.goto(`http://localhost:${port}/user/7?tab=1`);
		await until(() => page.title().then((title) => title === "/user/7"), "the page");
	});

	await check("--header with a policy of one's own", async () => {
		port = await visit.start("0", "--site", folder, "--header",
			"Content-Security-Policy: default-src 'none'");
		visit.expected = /Content Security Policy|refused by policy|favicon/;
		await page.goto(`http://localhost:${port}/mine.htm`);
		expect(await page.textContent("#told"), "");
		visit.expected = /rebound/;
	});

	await check("the release changes, by a link that is switched", async () => {
		for (const name of ["one", "two"]) {
			mkdirSync(join(dir, name));
			writeFileSync(join(dir, name, "index.html"), `<h1>${name}</h1>`);
		}
		symlinkSync("one", join(dir, "current"));
		port = await visit.start("0", "--site", join(dir, "current"));
		await page.goto(`http://localhost:${port}/`);
		expect(await page.textContent("h1"), "one");
		rmSync(join(dir, "current"));
		symlinkSync("two", join(dir, "current"));
		await until(async () => {
			await page.reload();
			return await page.textContent("h1") === "two";
		}, "the next release");
	});

	rmSync(dir, { recursive: true });
}
