/*
 * pictures.mjs - the pictures of README.md and README.ko.md, docs/page.png and docs/wire.png,
 * taken of the page as it is: tests/browser/run.sh pictures. It needs port 3000, which is
 * seen in them.
 */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { check, expect, sleep, until } from "../clients/check.mjs";
import { View } from "./view.mjs";

export default async function story(visit) {
	const { page } = visit;
	const wire = new View(page, "wire");
	const screen = await visit.browser.newCDPSession(page);

	/* `scale` is pixels of the picture for one of the page. */
	async function take(file, scale, clip) {
		const { data } = await screen.send("Page.captureScreenshot",
			{ captureBeyondViewport: true, clip: { ...clip, scale } });
		writeFileSync(file, Buffer.from(data, "base64"));
		execFileSync("pngquant", ["--force", "--strip", "--ext", ".png", "64", file]);
	}

	/* A greeting, a message and a Ping, with a byte of the message pointed at. */
	async function fill(language) {
		await page.goto(`http://localhost:3000/?lang=${language}`);
		await page.waitForSelector("#exercises input");
		await page.fill("#text", "Hello Server!");
		await page.press("#text", "Enter");
		await wire.find((row) => row.gist === "Hello Server!", "the message");
		await page.click("#ping");
		await until(async () => (await wire.rows()).length === 6, "the Pong");
		await wire.choose((row) => row.gist === "Hello Server!", "the message");
		await page.click("#wire-detail .xor summary");
		await page.hover("#wire-detail .derived .field:first-child b[data-i='7']");
		await sleep(1500); /* the greeting unfolds */
	}

	async function enter(visitor, name, text) {
		await visitor.fill("#room-name", name);
		await visitor.click("#room-rename");
		await visitor.fill("#room-text", text);
		await visitor.click("#room-say button");
		await until(async () => (await page.textContent("#room-log")).includes(text), text);
	}

	/* Two meet in the room. */
	async function meet(language) {
		const bob = await visit.browser.newPage();
		await bob.goto(`http://localhost:3000/?lang=${language}`);
		await bob.waitForSelector("#room-name");
		await enter(page, "Ann", "Hello Room!");
		await enter(bob, "Bob", "Hello Ann!");
		return bob;
	}

	/* Where the element ends, in the page. */
	const bottom = (id) => page.$eval(id, (one) =>
		one.getBoundingClientRect().bottom + window.scrollY);

	for (const [language, suffix] of [["en", ""], ["ko", ".ko"]])
		await check(`docs/page${suffix}.png and docs/wire${suffix}.png`, async () => {
			await visit.start("3000"); /* its rooms are empty */
			await page.setViewportSize({ width: 1280, height: 850 });
			await fill(language);
			const box = await page.$eval("#wire", (one) => {
				const { x, y, width, height } = one.getBoundingClientRect();
				return { x: x + window.scrollX, y: y + window.scrollY, width, height };
			});
			await take(`docs/wire${suffix}.png`, 1.5, box);
			const bob = await meet(language);
			await page.evaluate(() => document.getElementById("text").focus());
			await page.evaluate(() => window.scrollTo(0, 0));
			await take(`docs/page${suffix}.png`, 1,
				{ x: 0, y: 0, width: 1280, height: await bottom("#room") + 8 });
			await bob.close();
			await visit.stop();
		});

	await check("no error", async () => expect(visit.errors, []));
}
