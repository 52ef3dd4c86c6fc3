/*
 * axe.mjs - the page for everybody: axe-core finds nothing in light, dark and forced
 * colours, in English and Korean, down to 320 px; what is chosen is seen in forced
 * colours; without a script no button is dead.
 */

import { readFileSync } from "node:fs";
import { check, expect, until } from "../clients/check.mjs";
import { View, talk } from "./view.mjs";

const AXE = readFileSync("build/npm/node_modules/axe-core/axe.min.js", "utf8");

/* Labels of less than 12 px. */
const small = () => [...document.querySelectorAll("body *")]
	.filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
		&& one.checkVisibility() && parseFloat(getComputedStyle(one).fontSize) < 12)
	.map((one) => `${getComputedStyle(one).fontSize} ${one.className} ${one.textContent.slice(0, 20)}`);

export default async function story(visit) {
	const { page } = visit;
	const bench = new View(page, "bench");
	const port = await visit.start("0");

	/* Something in each part, with a field that is pointed at and one that breaks a rule. */
	async function fill(language) {
		await talk(page, `http://localhost:${port}/?lang=${language}`);
		await page.waitForSelector(".greeting");
		await page.fill("#hex", "81 82 00 00 00 00 48 65\nc9 00");
		await page.click("#play");
		await bench.find((row) => row.isBroken && row.isSelected, "the rule that it breaks");
		for (const summary of await page.$$("details:not([open]) > summary"))
			await summary.click();
		await page.hover("#wire-detail .field-mask");
	}

	async function violations() {
		await page.evaluate(AXE);
		const { violations: found } = await page.evaluate(() => window.axe.run(document));
		return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ").slice(0, 300)}`);
	}

	for (const [name, width, media] of [["light", 1280, { colorScheme: "light" }],
		["dark", 1280, { colorScheme: "dark" }], ["forced colours", 1280, { forcedColors: "active" }],
		["a phone", 390, { colorScheme: "light" }], ["320 px", 320, { colorScheme: "dark" }]])
		for (const language of ["en", "ko"])
			await check(`${name}, ${language}: axe finds nothing, no label is under 12 px`, async () => {
				await page.setViewportSize({ width, height: 860 });
				await page.emulateMedia({ colorScheme: "light", forcedColors: "none", ...media });
				await fill(language);
				expect(await violations(), []);
				expect(await page.evaluate(small), []);
				expect(await page.evaluate(() => document.documentElement.scrollWidth), width);
				await page.click("#wire-list [data-i='0']");
				expect(await violations(), []);
				await visit.picture(`axe-${name.replace(/\W/g, "-")}-${language}`, width, 860, media.colorScheme ?? "light");
			});

	for (const [name, ...twins] of [["the book", "protocol.html", "protocol.ko.html"],
		["the lesson", "teaching.html", "teaching.ko.html"], ["the contents", "index.html", "index.ko.html"],
		["the sheet", "sheet.html", "sheet.ko.html"], ["a source", "hello.c.html"]])
		for (const [file, width, colorScheme] of twins.flatMap((one) => [[one, 390, "dark"], [one, 1280, "light"]]))
			await check(`${name}, ${file}, ${width} px, ${colorScheme}: axe finds nothing`, async () => {
				await page.setViewportSize({ width, height: 860 });
				await page.emulateMedia({ colorScheme, forcedColors: "none" });
				await page.goto(`http://localhost:${port}/book/${file}`);
				expect(await violations(), []);
				expect(await page.evaluate(() => document.documentElement.scrollWidth), width);
			});

	await check("in forced colours the row and the field that are chosen differ from the others", async () => {
		await page.setViewportSize({ width: 1280, height: 860 });
		await page.emulateMedia({ forcedColors: "active" });
		await fill("en");
		const look = (selector) => page.$eval(selector, (one) => {
			const { backgroundColor, color, borderColor, outlineStyle } = getComputedStyle(one);
			return [backgroundColor, color, borderColor, outlineStyle].join();
		});
		for (const [chosen, other] of [["#wire-list [aria-selected=true]", "#wire-list [aria-selected=false]"],
			["#wire-detail .field.pointed", "#wire-detail .field:not(.pointed)"],
			["#bench-detail .guilty", "#bench-detail .bits .field:not(.guilty)"],
			[".chip:has(:checked)", ".chip:not(:has(:checked))"]])
			if (await look(chosen) === await look(other))
				throw new Error(`${chosen} looks like ${other}`);
		await page.emulateMedia({ forcedColors: "none" });
	});

	await check("no name of a button is over 100 characters long", async () => {
		await page.fill("#text", "x".repeat(120));
		await page.press("#text", "Enter");
		await until(async () => await page.locator("#wire-list .piece").count() === 5, "the frame");
		const names = await page.$$eval(".field.field-payload", (all) => all.map((one) => [...one.childNodes]
			.filter((node) => node.ariaHidden !== "true").map((node) => node.textContent).join(" ")));
		expect(names.filter((name) => name.length > 100), []);
	});

	await check("without a script there is no button and no field, but a reason", async () => {
		const context = await page.context().browser()?.newContext({ javaScriptEnabled: false })
			?? page.context();
		const still = await context.newPage();
		const session = await context.newCDPSession(still);
		await session.send("Emulation.setScriptExecutionDisabled", { value: true });
		await still.goto(`http://localhost:${port}/`);
		const { root } = await session.send("DOM.getDocument", { depth: -1 });
		const shown = async (selector) => {
			const { nodeIds } = await session.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
			const boxes = await Promise.all(nodeIds.map((nodeId) =>
				session.send("DOM.getBoxModel", { nodeId }).then(() => 1, () => 0)));
			return boxes.filter(Boolean).length;
		};
		expect([await shown("button"), await shown("input"), await shown("noscript p")], [0, 0, 1]);
		await still.close();
	});

	await check("no request went elsewhere; no error, nothing refused by the page's policy", async () => {
		expect(visit.elsewhere, []);
		expect(visit.errors, []);
	});

	await visit.stop();
}
