/*
 * keyboard.mjs - a learner without a mouse: Tab from one thing to the next, arrow
 * keys within it, Enter and Space. The focus is always visible.
 */

import { check, expect, until } from "../clients/check.mjs";
import { View } from "./view.mjs";

/* The stops of Tab from the top, when everything is unfolded; one for each group. */
const STOPS = ["close", "reconnect", "text", "Send", "log", "link", "room-name", "room-rename",
	"filter", "copy", "wire-list", "field",
	"XOR, byte by byte", "link", "link", "exercise",
	"Show it to a teacher, or check a line", "Hint", "Explanation", "link", "hex", "play", "share", "next",
	"Build a frame from its fields", "field-fin", "field-rsv1", "field-mask", "field-opcode", "field-text",
	"field-times", "Add frame", "bench-list", "field", ...new Array(7).fill("link")];

/* The best name of the element that has the focus. */
const focused = () => {
	const element = document.activeElement;
	const kinds = { "#wire-filter input": "filter", "#exercises input": "exercise", ".field": "field",
		"a": "link", ".log": "log" };
	const kind = Object.keys(kinds).find((selector) => element.matches(selector));
	return kind ? kinds[kind] : element.id || element.textContent;
};

export default async function story(visit) {
	const { page } = visit;
	const view = new View(page, "wire");
	const bench = new View(page, "bench");
	const port = await visit.start("0");
	const press = (...keys) => keys.reduce((before, key) =>
		before.then(() => page.keyboard.press(key)), Promise.resolve());
	const focus = () => page.evaluate(focused);
	const selected = async (of) => (await of.rows()).find((row) => row.isSelected);

	await check("a message is typed, and the list goes from row to row", async () => {
		await page.goto(`http://localhost:${port}/`);
		await page.waitForSelector("#exercises input");
		await visit.tabTo("text");
		await page.keyboard.type("Hello Server!");
		await press("Enter");
		await view.find((row) => row.gist === "Hello Server!" && row.isSelected, "what was typed");
		await visit.tabTo("wire-list");
		await press("Home");
		await until(async () => (await selected(view)).i === 0, "the first row");
		await press("ArrowDown", "ArrowDown", "ArrowUp", "End");
		const row = await view.find((one) => one.i === 3 && one.isSelected, "the last row");
		expect(row.gist, "Hello Server!");
		const active = await page.getAttribute("#wire-list", "aria-activedescendant");
		expect(await page.getAttribute(`[id="${active}"]`, "aria-selected"), "true");
	});

	await check("the arrow keys go from field to field, and each says its rule", async () => {
		await press("Tab");
		const names = Object.keys(await view.fields());
		for (const name of names) {
			expect((await view.rule()).name, name);
			await press("ArrowRight");
		}
		expect((await view.rule()).name, names[0]);
		await press("ArrowLeft", "ArrowUp", "ArrowDown");
		expect((await view.rule()).name, names.at(-1));
	});

	await check("the XOR table opens, and the rule's link is the next stop", async () => {
		await press("Tab", "Enter");
		await page.waitForSelector("#wire-detail table");
		await press("Tab");
		const link = await page.evaluate(() => document.activeElement.href);
		expect(link, (await view.rule()).link);
	});

	await check("Ping, Pause and Copy are one toolbar; the filter is one group", async () => {
		await visit.tabTo("ping", "Shift+Tab");
		await press("Enter", "ArrowRight", "Space");
		expect(await focus(), "pause");
		expect(await page.getAttribute("#pause", "aria-pressed"), "true");
		await press("Space", "ArrowRight");
		expect(await focus(), "copy");
		await press("Tab", "Shift+Tab", "Shift+Tab");
		expect(await focus(), "filter");
		await press("ArrowRight", "ArrowRight", "ArrowRight");
		await until(async () => String(await view.titles()) === "←Ping frame,→Pong frame", "control");
		await press("ArrowRight");
		await until(async () => (await view.titles()).length === 6, "all");
	});

	await check("a key that is the browser's own is left to it: Alt and an arrow go back", async () => {
		const taken = (id, key, more) => page.evaluate(([selector, init]) => {
			const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
			return !document.querySelector(selector).dispatchEvent(event);
		}, [id, { key, ...more }]);
		for (const [id, key] of [["#pause", "ArrowRight"], ["#wire-detail .field", "ArrowRight"],
			["#wire-list", "Home"], ["#wire-list", "PageDown"]]) {
			expect(await taken(id, key, {}), true);
			for (const more of ["altKey", "ctrlKey", "metaKey"])
				expect(await taken(id, key, { [more]: true }), false);
		}
	});

	await check("an exercise is chosen, its hint opened, its frame typed and played", async () => {
		await visit.tabTo("exercise-first-byte");
		await press("ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight");
		expect(await page.textContent("#exercise .task"),
			"Send a message with an empty payload.");
		await press("Tab", "Tab", "Enter", "Tab", "Enter");
		expect(await page.isVisible("#exercise .hint p"), true);
		expect(await page.isVisible("#exercise .explanation p"), true);
		await visit.tabTo("hex");
		await page.keyboard.type("81 80 00 00 00 00");
		await press("Tab", "Enter");
		await page.waitForSelector(".solved #exercise-empty");
		expect(await focus(), "play");
	});

	await check("a frame is made of its fields and added with Enter", async () => {
		await press("Tab", "Tab", "Tab", "Enter", "Tab", "Tab", "Space", "Tab", "Space", "Tab", "9", "Tab");
		await page.keyboard.type("hi");
		await press("Enter");
		await until(async () => (await page.inputValue("#hex")).endsWith("\nc9 02 68 69"), "the frame");
		await bench.find((row) => row.isBroken && row.isSelected, "what is wrong with it");
	});

	await check("Tab comes by everything there is, in order, and is not caught", async () => {
		await view.choose((row) => row.gist === "Hello Server!", "a masked frame");
		await bench.choose((row) => row.i === 0, "a frame");
		await page.hover("#wire-detail .field");
		await page.hover("#bench-detail .field");
		await page.evaluate(() => document.activeElement.blur());
		await visit.tabTo("close");
		const stops = [await focus()];
		for (; stops.length < 60; stops.push(await focus())) {
			await press("Tab");
			if (await page.evaluate(() => document.activeElement === document.body))
				break;
		}
		expect(stops, STOPS);
	});

	await check("no error, nothing refused by the page's policy", async () =>
		expect(visit.errors, []));

	await visit.stop();
}
