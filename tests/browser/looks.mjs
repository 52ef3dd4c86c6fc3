/*
 * looks.mjs - the look of the page: light and dark, on a wide screen and on a phone, in
 * English and in Korean. It measures what it can, and leaves pictures for a person.
 */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { check, expect } from "../clients/check.mjs";
import { View, talk } from "./view.mjs";

const HANGUL = /[가-힣]/;

/* Texts with too little contrast to their background: WCAG 2.2, 1.4.3. */
function pale() {
	const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
	const paint = (colour) => {
		canvas.fillStyle = colour;
		canvas.fillRect(0, 0, 1, 1);
	};
	const light = () => {
		const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
			.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
	};
	const contrast = (element) => {
		const above = [];
		for (let one = element; one; one = one.parentElement)
			above.unshift(getComputedStyle(one).backgroundColor);
		["Canvas", ...above].forEach(paint);
		const behind = light();
		paint(getComputedStyle(element).color);
		return Math.max(light() / behind, behind / light());
	};
	const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3
		&& node.data.trim());
	return [...document.querySelectorAll("body *")]
		.filter((element) => hasText(element) && element.checkVisibility() && !element.disabled)
		.map((element) => [contrast(element), `${element.className} ${element.textContent.trim()}`])
		.filter(([ratio]) => ratio < 4.5)
		.map(([ratio, what]) => `${ratio.toFixed(1)} ${what.slice(0, 40)}`);
}

/* Elements whose text overflows. */
const narrow = () => [...document.querySelectorAll(".field .name, .chip, button, summary, label, h3")]
	.filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth)
	.map((element) => element.textContent);

/* These sources, and those in these folders, with strings of several lines joined. */
const read = (...paths) => paths.map((path) => readFileSync(path, "utf8").replace(/"\s+"/g, "")).join("");
const sources = (...folders) => read(...folders
	.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
	.filter((path) => path.endsWith(".c")));

/* The keys of all that an attempt at an exercise may lack. */
const verdictKeys = () => [/(?:lacks\(v,|lacks_rule\(a, v,)\s*([^;]*?)\)/g, /->lacks = ([^;]*);/g]
	.flatMap((asked) => [...sources("explain").matchAll(asked)])
	.flatMap(([, inside]) => [...inside.matchAll(/"([a-z0-9-]+)"/g)].map(([, key]) => key));

/* All texts of the server about a frame or a head: the meanings of fields, and the rules. */
function serverWords() {
	const fields = sources("explain").matchAll(/\{"[^"]+",\s*"([^"]+)",\s*"\d{4} [\d.]+"\}/g);
	const rules = sources("explain", "ws").matchAll(/"([a-z][^"]+ \(RFC 6455 [^"]*)"/g);
	const coded = sources("deflate").matchAll(/(?:check\(|take_code\(|memory\[\] =)[^;]*?"([^"]+)"/g);
	const heads = read("http/request.c", "http/fields.c", "http/handshake.c", "explain/head.c")
		.matchAll(/(?:bad\(|fields_refuse\(|\*why =)[^;"]*"([^"]+)"/g);
	return [...fields, ...rules, ...coded, ...heads].map(([, words]) => words).filter((words) => words !== "Close");
}

export default async function story(visit) {
	const { page } = visit;
	const bench = new View(page, "bench");
	const port = await visit.start("0");

	/* A page with something in each part of it. */
	async function fill(language) {
		await talk(page, `http://localhost:${port}/?lang=${language}`);
		await page.click("#wire-list [data-i='3']");
		await page.click("#wire-detail .xor summary");
		await page.hover("#wire-detail .bits .field:nth-child(5)");
		await page.fill("#hex", "01 82 00 00 00 00 48 65\n80 81 00 00 00 00 79\nc9 00");
		await page.click("#play");
		await bench.find((row) => row.isBroken && row.isSelected, "the rule that it breaks");
		await page.hover("#bench-detail .bits .field:nth-child(2)");
		for (const summary of await page.$$("section:last-of-type details:not([open]) > summary"))
			await summary.click();
	}

	for (const [language, screens] of Object.entries({
		en: [["light", 1280, "light"], ["dark", 1280, "dark"], ["phone", 390, "light"],
			["phone-small", 320, "dark"]],
		ko: [["korean", 1280, "light"], ["korean-phone", 390, "dark"]] }))
		for (const [name, width, scheme] of screens)
			await check(`${name}: all can be read, nothing runs out of its place`, async () => {
				await page.setViewportSize({ width: 1280, height: 860 });
				await fill(language);
				await visit.picture(`wire-${name}`, width, 860, scheme);
				expect(await page.evaluate(pale), []);
				expect(await page.evaluate(narrow), []);
			});

	await check("in Korean all is Korean: the page, the exercises, what the server says", async () => {
		const texts = await page.$$eval("[data-text]", (list) => list.map((one) => one.textContent));
		expect(texts.filter((text) => !HANGUL.test(text)), ["Ping"]);
		const words = await page.evaluate(async (all) => {
			const { wordsOf } = await import("/public/explain/words.js");
			return all.map(wordsOf);
		}, serverWords());
		expect(words.length > 80, true);
		expect(words.filter((text) => !HANGUL.test(text)), []);
		for (const radio of await page.$$("#exercises input")) {
			await radio.check();
			for (const part of [".task", ".hint p", ".explanation p"])
				if (!HANGUL.test(await page.textContent(`#exercise ${part}`)))
					throw new Error(await page.textContent("#exercise"));
		}
	});

	await check("each verdict and each exercise has its texts in both languages", async () => {
		const keys = verdictKeys();
		expect(keys.length > 20, true);
		const missing = await page.evaluate(async (all) => {
			const { TEXTS } = await import("/public/explain/texts.js");
			const holes = (text) => [...text.matchAll(/\{\d\}/g)].map(String).sort().join();
			return [...all.filter((key) => !TEXTS.en[`lacks-${key}`]),
				...Object.keys(TEXTS.en).filter((key) => TEXTS.ko[key] === undefined
					|| holes(TEXTS.en[key]) !== holes(TEXTS.ko[key]))];
		}, keys);
		expect(missing, []);
	});

	await check("no text is defined twice, and each rule says what the server does", async () => {
		const keys = readFileSync("public/explain/texts.js", "utf8").split("const KOREAN")
			.map((part) => [...part.matchAll(/^\t("[^"]+"):/gm)].map(([, key]) => key));
		expect(keys.map((list) => list.filter((key, i) => list.indexOf(key) < i)), [[], []]);
		const said = readFileSync("public/explain/rules.js", "utf8");
		expect([...said.matchAll(/permessage-deflate.{1,80}\/deflate/gs)].length, 2);
	});

	await check("no request went elsewhere; no error, nothing refused by the page's policy", async () => {
		expect(visit.elsewhere, []);
		expect(visit.errors, []);
	});

	await visit.stop();
}
