/*
 * page.mjs - the page opens its socket, is used with the keyboard alone, and
 * sees the server stop and return. All of this holds without any wing: alone.mjs.
 */

import { check, expect, sleep, until } from "../clients/check.mjs";

const HELLO = ["Connected to Server ✅", "Just got this :  Hello Socket!  from the Server"];
const BYE = "Disconnected from Server ❌";

export default (visit) => story(visit);

/* Pictures get the prefix, and the server the options. `missing` lists files it lacks. */
export async function story(visit, { prefix = "", options = [], missing = [] } = {}) {
	const { page } = visit;

	/* What a person sees. */
	const state = () => page.textContent("#state");
	const detail = () => page.textContent("#detail");
	const lines = () => page.$$eval("#log li", (list) => list.map((line) => line.textContent));
	const isState = (wanted, ms) => until(async () => await state() === wanted, `state ${wanted}`, ms);
	const consoleHas = (wanted, ms) => until(() => visit.console.length >= wanted.length,
		`${wanted.length} lines in the console, not ${JSON.stringify(visit.console)}`, ms)
		.then(() => expect(visit.console, wanted));

	const port = await visit.start("0", ...options);
	const seen = [...HELLO];

	await check("the console says Connected and Hello Socket!, and no more", async () => {
		await page.goto(`http://localhost:${port}/`);
		await consoleHas(seen);
		await visit.serverSays("Connected to Browser ✅");
	});

	await check("the page shows the same two lines with their times", async () => {
		const shown = await lines();
		expect(shown.map((line) => line.replace(/^\d\d:\d\d:\d\d /, "")), seen);
		expect(await state(), "open");
		expect(await detail(), `ws://localhost:${port}`);
	});

	await check("the folder of the page leads to the page", async () => {
		const { status, url, redirected } = await page.evaluate(async () => {
			const { status, url, redirected } = await fetch("/public/?lang=en");
			return { status, url: new URL(url).pathname, redirected };
		});
		expect([status, url, redirected], [200, "/", true]);
	});

	await check("it is Korean where Korean is preferred, and not in Konkani", async () => {
		const languages = await page.evaluate(async () => {
			const made = [];
			for (const value of ["ko", "ko-KR", "kok-IN", "en"]) {
				Object.defineProperty(navigator, "language", { value, configurable: true });
				made.push((await import(`/public/texts.js?${value}`)).language);
			}
			return made;
		});
		expect(languages, ["ko", "ko", "en", "en"]);
	});

	await check("it names the server's own address to try in the console", async () =>
		expect(await page.textContent(".steps code"), `new WebSocket("ws://localhost:${port}")`));

	await check("a text is sent with the keyboard alone, and the server logs it", async () => {
		await visit.tabTo("text");
		await page.keyboard.type("Hello Server!");
		await page.keyboard.press("Enter");
		await visit.serverSays("Just got this : Hello Server! from the Browser");
		expect((await lines()).at(-1).slice(9), "Sent this : Hello Server! to the Server");
		expect(await page.inputValue("#text"), "");
	});

	await check("it looks as it should: light, dark, phone", async () => {
		await visit.picture(`${prefix}light`, 1280, 860, "light");
		await visit.picture(`${prefix}dark`, 1280, 860, "dark");
		await visit.picture(`${prefix}phone`, 390, 844, "light");
		await visit.picture(`${prefix}phone-small`, 320, 640, "dark");
		await page.setViewportSize({ width: 1280, height: 860 });
	});

	await check("text is text, never page", async () => {
		await page.keyboard.type("<b>안녕</b> &amp;");
		await page.keyboard.press("Enter");
		await visit.serverSays("Just got this : <b>안녕</b> &amp; from the Browser");
		expect((await lines()).at(-1).slice(9), "Sent this : <b>안녕</b> &amp; to the Server");
	});

	await check("the socket is in reach of the console: what it sends is logged", async () => {
		await page.evaluate(() => window.socket.send("typed in the console"));
		await visit.serverSays("Just got this : typed in the console from the Browser");
	});

	await check("/echo answers a socket of the console's own", async () => {
		const back = await page.evaluate((url) => new Promise((done) => {
			const echo = new WebSocket(url);
			echo.onopen = () => echo.send("Is anybody there?");
			echo.onmessage = (event) => { done(event.data); echo.close(); };
		}), `ws://localhost:${port}/echo`);
		expect(back, "Is anybody there?");
	});

	await check("Close closes with 1000 and stays closed", async () => {
		await visit.tabTo("close");
		await page.keyboard.press("Enter");
		await isState("closed");
		seen.push(BYE);
		await consoleHas(seen);
		if (!(await detail()).startsWith("Closed with 1000 (normal closure)"))
			throw new Error(await detail());
		await visit.serverSays("Close was pressed");
		await sleep(2500);
		expect(visit.console, seen);
	});

	await check("a closed socket cannot be closed, and the focus is not lost", async () => {
		expect(await page.isDisabled("#close"), true);
		expect(await page.evaluate(() => document.activeElement.id), "reconnect");
	});

	await check("nothing is sent on a closed socket, and the text is kept", async () => {
		await visit.tabTo("text");
		await page.keyboard.type("kept");
		await page.keyboard.press("Enter");
		expect((await lines()).at(-1).slice(9), "Not sent: the socket is not open");
		expect(await page.inputValue("#text"), "kept");
	});

	await check("Reconnect opens a new socket, from closed and from open", async () => {
		await page.keyboard.press("Shift+Tab");
		await page.keyboard.press("Space");
		seen.push(...HELLO);
		await consoleHas(seen);
		await page.keyboard.press("Space");
		seen.push(BYE, ...HELLO);
		await consoleHas(seen);
		expect(await state(), "open");
	});

	await check("SIGTERM: the page is told, and the server ends with 0", async () => {
		visit.server.kill("SIGTERM");
		seen.push(BYE);
		await consoleHas(seen);
		const why = await detail();
		if (!/^Closed with 1001 \(going away\).*\. Next try in \d s$/.test(why))
			throw new Error(why);
		expect(await visit.server.ended, 0);
	});

	await check("while the server is away the pauses grow", async () => {
		const failures = () => page.$$eval("#log li", (list) => list
			.filter((line) => line.textContent.includes("No connection: 1006"))
			.map((line) => Date.parse(line.querySelector("time").dateTime)));
		await until(async () => (await failures()).length === 3, "three attempts", 10000);
		const [first, second, third] = await failures();
		const pauses = [second - first, third - second];
		if (pauses[0] < 990 || pauses[0] > 2500 || pauses[1] < 1990 || pauses[1] > 4500)
			throw new Error(`pauses of ${pauses} ms`);
		expect(visit.console, seen);
	});

	await check("it is back by itself when the server is", async () => {
		expect(await visit.start(port, ...options), port);
		seen.push(...HELLO);
		await consoleHas(seen, 10000);
		await visit.serverSays("Connected to Browser ✅");
		expect(await state(), "open");
	});

	await check("the log keeps 200 lines, and of a long text its beginning", async () => {
		await page.fill("#text", "long ".repeat(1000));
		await page.evaluate(() => {
			const form = document.getElementById("send");
			for (let i = 0; i < 300; i++) {
				form.requestSubmit();
				document.getElementById("text").value = `line ${i}`;
			}
			document.getElementById("text").value = "long ".repeat(1000);
			form.requestSubmit();
		});
		expect((await lines()).length, 200);
		if ((await lines()).at(-1).length > 1100)
			throw new Error("the long line is shown whole");
		const bottom = await page.$eval(".log", (log) => Math.abs(log.scrollTop) < 2);
		expect(bottom, true);
		await visit.serverSays("Just got this : line 298 from the Browser");
	});

	await check("no request went elsewhere, and an error answered only those for missing files", async () => {
		expect(visit.elsewhere, []);
		const answers = visit.answers.map(([status, url]) => [status, new URL(url).pathname]);
		expect(answers.filter(([status, path]) => status !== 200 && path !== "/public/"), missing.map((path) => [404, path]));
		const paths = answers.map(([, path]) => path);
		for (const path of ["/", "/public/app.js", "/public/style.css", "/public/icon.svg"])
			if (!paths.includes(path))
				throw new Error(`no answer for ${path}`);
		/* Without it Chromium requests /favicon.ico, which this test cannot see. */
		expect(await page.getAttribute("link[rel=icon]", "href"), "public/icon.svg");
	});

	/* Chromium reports a missing file as an error; no script can stop it. */
	await check("no error, no warning, nothing refused by the page's policy", async () =>
		expect(visit.errors, missing.map(() =>
			"error: Failed to load resource: the server responded with a status of 404 (Not Found)")));

	await visit.stop();
}
