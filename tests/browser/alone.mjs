/*
 * alone.mjs - the page after the folders of its wings have been deleted: it does all
 * that page.mjs checks, and no dead link or empty section is left.
 */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expect, until } from "../clients/check.mjs";
import { story } from "./page.mjs";

const WINGS = ["chat", "explain"];
const HELLO = "Just got this :  Hello Socket!  from the Server";

/* A copy of the files of public/, without its folders. */
function copyWithoutFolders() {
	const copy = mkdtempSync(join(tmpdir(), "hello-public-"));
	for (const entry of readdirSync("public", { withFileTypes: true }))
		if (entry.isFile())
			cpSync(join("public", entry.name), join(copy, entry.name));
	return copy;
}

/* Follows links: gives the status of a file, or whether this page has the anchor. */
const follow = (links) => Promise.all(links.map(async (link) => {
	const place = link.getAttribute("href");
	return [place, place.startsWith("#") ? Boolean(document.querySelector(place))
		: (await fetch(place)).status];
}));

export default async function alone(visit) {
	const copy = copyWithoutFolders();
	const { page } = visit;
	const options = ["--public", copy];

	async function greeted(port, language) {
		const count = () => visit.console.filter((line) => line === HELLO).length;
		const before = count();
		await page.goto(`http://localhost:${port}/?lang=${language}`);
		await until(() => count() === before + 1, "Hello Socket!");
	}

	/* Gives each wing that script, and returns what the console says about it. */
	async function errorsOf(port, script) {
		for (const wing of WINGS) {
			mkdirSync(join(copy, wing), { recursive: true });
			writeFileSync(join(copy, wing, `${wing}.js`), script);
		}
		visit.errors = [];
		await greeted(port, "en");
		return visit.errors;
	}

	try {
		await story(visit, { prefix: "alone-", options,
			missing: WINGS.map((wing) => `/public/${wing}/${wing}.js`) });

		const port = await visit.start("0", ...options);

		await check("no section is empty, and every link leads somewhere", async () => {
			await greeted(port, "en");
			const texts = await page.$$eval("section", (all) => all.map((one) => one.innerText.trim()));
			expect(texts.map((text) => text.split("\n").length > 1), [true, true, true]);
			expect(await page.$$eval("a", follow), [["?lang=en", 200], ["?lang=ko", 200],
				["public/app.js", 200], ["public/style.css", 200]]);
		});

		await check("in Korean all is Korean", async () => {
			await greeted(port, "ko");
			const texts = await page.$$eval("[data-text]", (list) => list.map((one) => one.textContent));
			expect(texts.filter((text) => !/[가-힣]/.test(text)), []);
			expect(await page.textContent("#state"), "열림");
			expect(await page.getAttribute("html", "lang"), "ko");
			await visit.picture("alone-korean", 1280, 860, "light");
		});

		await check("a broken wing is reported in the console, and the page goes on", async () => {
			for (const script of ["export function {", "export const start = () => { throw SyntaxError(); };"])
				expect((await errorsOf(port, script)).map((line) => /^error: SyntaxError/.test(line)),
					WINGS.map(() => true));
		});
	} finally {
		await visit.stop();
		rmSync(copy, { recursive: true, force: true });
	}
}
