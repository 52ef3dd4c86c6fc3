/*
 * visit.mjs - a learner's visit: headless Chromium on the page of the real
 * ./server. Plays the stories that are named: node tests/browser/visit.mjs page
 * A story is a file here; it is given the visit, and its checks go on from where
 * the one before stopped. Pictures are left in build/screenshots/.
 */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { library, sleep, until } from "../clients/check.mjs";

const PICTURES = "build/screenshots";
const LIMIT = 150000; /* milliseconds for a story */

class Visit {
	profile = mkdtempSync(join(tmpdir(), "hello-browser-"));
	program; /* that is started, if not ./server */
	server; /* the one started last, and the lines that it logs */
	serverLog = "";
	console = []; /* the page's log, without errors */
	errors = [];
	answers = []; /* status and address */
	elsewhere = []; /* addresses that are not the page's */
	/* Chromium reports a server that is away as an error; no script can stop it. */
	expected = /^WebSocket connection to .*ERR_CONNECTION_REFUSED/;

	async begin() {
		const { chromium } = library("playwright-core");
		this.browser = await chromium.launchPersistentContext(this.profile, {
			executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
			handleSIGINT: false,
			handleSIGTERM: false,
			viewport: { width: 1280, height: 860 },
			args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-features=WebRtcHideLocalIpsWithMdns",
				"--host-resolver-rules=MAP rebound.example 127.0.0.1, MAP * ~NOTFOUND, "
					+ "EXCLUDE localhost, EXCLUDE 127.0.0.1"],
		});
		this.page = this.browser.pages()[0];
		this.page.on("console", (message) => this.heard(message));
		this.page.on("pageerror", (error) => this.errors.push(error.message));
		this.browser.on("response", (answer) => this.answers.push([answer.status(), answer.url()]));
		this.browser.on("request", (request) => this.asked(request));
		this.page.on("websocket", (socket) => this.asked(socket));
		await this.page.addInitScript(() => document.addEventListener("securitypolicyviolation",
			(event) => console.error(`refused by policy: ${event.blockedURI} ${event.violatedDirective}`)));
		mkdirSync(PICTURES, { recursive: true });
	}

	async end() {
		await this.stop();
		await Promise.race([this.browser?.close(), sleep(5000)]);
		rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
	}

	heard(message) {
		if (message.type() === "log")
			this.console.push(message.text());
		else if (!this.expected.test(message.text()))
			this.errors.push(`${message.type()}: ${message.text()}`);
	}

	asked(request) {
		if (new URL(request.url()).host !== this.host)
			this.elsewhere.push(request.url());
	}

	/* Starts a server, instead of one that a broken check has left; its port,
	 * unless it listens on a path. */
	async start(port, ...options) {
		await this.stop();
		const child = spawn(this.program ?? "./server", ["--port", port, ...options],
			{ stdio: ["ignore", "pipe", "inherit"] });
		this.serverLog = "";
		child.stdout.setEncoding("utf8").on("data", (text) => { this.serverLog += text; });
		child.ended = new Promise((done) => child.on("exit", done));
		this.server = child;
		const listening = /^Listening on (?:ws:.*:(\d+)|unix:.*)$/m;
		const [, bound] = await until(() => listening.exec(this.serverLog), "the server to listen");
		this.host = `localhost:${bound}`;
		return bound;
	}

	async stop() {
		this.server?.kill("SIGTERM");
		await Promise.race([this.server?.ended, sleep(6000)]);
		this.server?.kill("SIGKILL");
	}

	serverSays(line) {
		return until(() => this.serverLog.includes(line), `the server's ${line}`);
	}

	/* Presses Tab until the element has the focus, which must be visible at every step. */
	async tabTo(id, key = "Tab") {
		for (let step = 0; step < 60; step++) {
			await this.page.keyboard.press(key);
			const [now, bare] = await this.page.evaluate(() => {
				const element = document.activeElement;
				const shown = element.closest(".chip") ?? element;
				const bare = element !== document.body
					&& getComputedStyle(shown).outlineStyle === "none";
				return [element.id, bare];
			});
			if (bare)
				throw new Error(`the focus is not to be seen on #${now}`);
			if (now === id)
				return;
		}
		throw new Error(`${key} does not reach ${id}`);
	}

	async picture(name, width, height, colorScheme) {
		await this.page.setViewportSize({ width, height });
		await this.page.emulateMedia({ colorScheme });
		await sleep(300);
		await this.page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
		const wide = await this.page.evaluate(() => document.documentElement.scrollWidth);
		if (wide > width)
			throw new Error(`${name}: ${wide} pixels on a screen of ${width}`);
	}
}

/* The server and the browser always end with this program. Returns
 * whether all went well. */
async function play(name) {
	console.log(`${name}.mjs`);
	process.exitCode = 0; /* a check that fails sets it */
	const visit = new Visit();
	const { default: story } = await import(`./${name}.mjs`);
	process.on("exit", () => visit.server?.kill("SIGKILL"));
	let stop;
	const stopped = new Promise((_, fail) => {
		stop = (why) => fail(new Error(why));
	});
	const limit = setTimeout(stop, LIMIT, `not done in ${LIMIT} ms`);
	process.on("SIGINT", stop).on("SIGTERM", stop);
	try {
		await Promise.race([visit.begin().then(() => story(visit)), stopped]);
	} catch (error) {
		console.log(`FAIL  the story ${name} breaks off: ${error.message}`);
		process.exitCode = 1;
	}
	clearTimeout(limit);
	if (process.exitCode)
		console.log(`The server's last words:\n${visit.serverLog.slice(-2000)}`);
	await visit.end();
	return !process.exitCode;
}

let failed = 0;
for (const name of process.argv.slice(2))
	failed += !await play(name);
process.exit(failed);
