/*
 * waits.mjs - the page waits to connect again: no clock on the wall can make it wait
 * longer, and it tries at once when the network is back, or somebody looks.
 */

import { check, expect, until } from "../clients/check.mjs";

export default async function story(visit) {
	const { page } = visit;
	const state = () => page.textContent("#state");
	const detail = () => page.textContent("#detail");
	const seconds = async () => Number(/Next try in (\d+) s$/.exec(await detail())?.[1]);

	const port = await visit.start("0");
	visit.expected = /^WebSocket connection to .*ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED)/;

	/* The server stops; the page waits, and no timer ends that wait any more. */
	async function wait() {
		await page.evaluate(() => {
			window.realTimeout ??= window.setTimeout;
			window.setTimeout = () => 0;
		});
		await visit.stop();
		await until(async () => await seconds() >= 1, "the next try");
		expect(await state(), "closed");
	}

	async function isBack(what) {
		await until(async () => await state() === "open", `an open socket: ${what}`);
		expect(await detail(), `ws://localhost:${port}`);
	}

	await page.goto(`http://localhost:${port}/`);
	await until(async () => await state() === "open", "an open socket");

	await check("a clock that is set back or forth changes nothing", async () => {
		await wait();
		for (const hours of [-1, -24, 1]) {
			await page.evaluate((ms) => {
				const { now } = Date;
				Date.now = () => now() + ms;
				window.setTimeout = window.realTimeout;
				window.dispatchEvent(new Event("online")); /* fails: the server is away */
			}, hours * 3600000);
			await until(async () => await seconds() >= 1, "the next try");
			for (let i = 0; i < 5; i++) {
				const left = await seconds();
				if (left > 30)
					throw new Error(`${left} s`);
				await page.waitForTimeout(200);
			}
		}
		await visit.start(port);
		await page.evaluate(() => window.dispatchEvent(new Event("online")));
		await isBack("it was waiting for that");
	});

	await check("it tries at once when the network is back", async () => {
		await wait();
		await visit.browser.setOffline(true);
		await visit.start(port);
		await visit.browser.setOffline(false);
		await isBack("online");
	});

	await check("it tries at once when it comes out of the browser's cache", async () => {
		await wait();
		await visit.start(port);
		await page.evaluate(() => window.dispatchEvent(
			new PageTransitionEvent("pageshow", { persisted: true })));
		await isBack("pageshow");
	});

	const turn = (visibility) => page.evaluate((value) => {
		Object.defineProperty(document, "visibilityState", { value, configurable: true });
		Object.defineProperty(document, "hidden",
			{ value: value === "hidden", configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	}, visibility);

	await check("it tries at once when it becomes visible, and not when it is hidden", async () => {
		await wait();
		await visit.start(port);
		await turn("hidden");
		await page.waitForTimeout(500);
		expect(await state(), "closed");
		await turn("visible");
		await isBack("visible");
	});

	await check("what was closed on purpose stays closed", async () => {
		await page.click("#close");
		await until(async () => await state() === "closed", "closed");
		await turn("visible");
		await page.evaluate(() => window.dispatchEvent(new Event("online")));
		await page.evaluate(() => window.dispatchEvent(new Event("pageshow")));
		await page.waitForTimeout(500);
		expect(await state(), "closed");
	});

	await check("no error, nothing refused by the page's policy", async () =>
		expect(visit.errors, []));

	await visit.stop();
}
