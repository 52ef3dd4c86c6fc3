/*
 * exercises.mjs - a learner writes frames by hand: they are explained before they
 * are sent, and each exercise is solved by the right bytes and not by near misses.
 */

import { check, expect, until } from "../clients/check.mjs";
import { View } from "./view.mjs";

const KEY = "00 00 00 00";

/* Fields to fill in for a frame that is added: they default to those of a masked
 * text frame with FIN. */
const frame = (opcode, text, more = {}) => ({ opcode, text, fin: true, mask: true, ...more });

/* For each exercise a near miss and a solution: lines of hex, or
 * frames by their fields. */
const EXERCISES = {
	"hello": [["81 85 37 fa 21 3d 7f 9f 4d 51 4f"], ["81 85 37 fa 21 3d 7f 9f 4d 51 58"]],
	"empty": [["81 80 00 00 00"], [`81 80 ${KEY}`]],
	"ping": [[`89 80 ${KEY}`], [frame(9, "hi")]],
	"two-in-one": [[`81 80 ${KEY}`, `81 80 ${KEY}`], [`81 80 ${KEY} 82 80 ${KEY}`]],
	"one-in-two": [[`81 80 ${KEY}`, `81 80 ${KEY}`], ["81", `80 ${KEY}`]],
	"length-126": [[frame(1, "x", { times: 125 })], [frame(1, "x", { times: 126 })]],
	"fragments": [[frame(1, "Hel", { fin: false }), frame(0, "lo"), frame(9, "hi")],
		[frame(1, "Hel", { fin: false }), frame(9, "hi"), frame(0, "lo")]],
	"close-4000": [[frame(8, "4000")], [frame(8, "4000 bye")]],
	"close-empty": [[frame(8, "1000 bye")], [frame(8, "")]],
	"unmasked": [[frame(1, "Hello")], [frame(1, "Hello", { mask: false })]],
	"reserved-bit": [[frame(3, "Hello")], [frame(1, "Hello", { rsv1: true })]],
	"nothing-to-continue": [[frame(1, "Hel", { fin: false }), frame(0, "lo")], [frame(0, "lo")]],
	"long-ping": [["89 fd"], ["89 fe"]],
	"shortest-form": [["82 fe 00 7e"], ["82 fe 00 7d"]],
	"forbidden-code": [[`88 82 ${KEY} 03 e8`], [`88 82 ${KEY} 03 ed`]],
	"shortest-text": [[`81 82 ${KEY} c3 28`], [`81 81 ${KEY} ff`]],
	"early-1007": [[`81 82 ${KEY} 48 ff`], [`81 85 ${KEY} 48 ff`]],
	"too-big": [["82 ff 00 00 00 00 01 00 00 00"], ["82 ff 00 00 00 00 01 00 00 01"]],
};

export default async function story(visit) {
	const { page } = visit;
	const view = new View(page, "bench");
	const port = await visit.start("0");
	const status = () => page.textContent("#hex-status");
	const rows = (wanted) => until(async () => String(await view.titles()) === String(wanted), wanted);
	const isSolved = (id) => page.$eval(`#exercise-${id}`,
		(radio) => radio.parentElement.classList.contains("solved"));

	async function add({ opcode, text, fin, mask, rsv1 = false, times = 1 }) {
		await page.selectOption("#field-opcode", String(opcode));
		await page.setChecked("#field-fin", fin);
		await page.setChecked("#field-mask", mask);
		await page.setChecked("#field-rsv1", rsv1);
		await page.fill("#field-text", text);
		await page.fill("#field-times", String(times));
		await page.click("#frame-form button");
	}

	/* Types lines of hex, or builds frames from fields. */
	async function write(attempt) {
		await page.fill("#hex", "");
		for (const [i, part] of attempt.entries()) {
			if (typeof part === "string")
				await page.type("#hex", i ? `\n${part}` : part);
			else
				await add(part);
		}
	}

	async function play(attempt) {
		await write(attempt);
		await page.click("#play");
		return until(async () => /^(Closed|The connection)/.test(await status()) && status(), "the play");
	}

	await check("hex is explained while it is typed, before it is sent", async () => {
		await page.goto(`http://localhost:${port}/`);
		await page.waitForSelector("#exercises input");
		await page.type("#hex", "81 85 37 fa 21 3d 7f 9f");
		expect(await status(), "8 bytes, in one write");
		await rows(["→text frame", "→more payload"]);
		expect(await page.textContent("#bench-detail .broken"),
			"This breaks a rule: the bytes end inside this frame. ");
		await page.type("#hex", " 4d 51 58\n89 80 00");
		expect(await status(), "14 bytes, in 2 writes");
		await rows(["→text frame", "→Ping frame"]);
		await view.choose((row) => row.title === "text frame", "the text");
		expect((await view.fields()).text.value, "Hello");
		await page.fill("#hex", "");
		await until(() => page.isHidden("#bench"), "nothing to be explained");
	});

	await check("what is no hex is said, and cannot be sent", async () => {
		await page.fill("#hex", "81 80 xy");
		expect(await page.isDisabled("#play"), true);
		expect(await page.getAttribute("#hex", "aria-invalid"), "true");
		expect(await status(), "“8180xy” is not hex: write each byte as two digits, 0 to 9 or a to f.");
		await page.fill("#hex", "81 8");
		expect(await page.isDisabled("#play"), true);
		await page.fill("#hex", "81 80");
		expect(await page.isDisabled("#play"), false);
	});

	await check("a frame by its fields is explained before it is sent", async () => {
		await page.click("summary[data-text=fields]");
		await write([frame(1, "Hi", { fin: false }), frame(8, "4000 bye")]);
		await rows(["→text frame", "→Close frame"]);
		const lines = (await page.inputValue("#hex")).split("\n");
		expect(lines.map((line) => line.slice(0, 5)), ["01 82", "88 85"]);
		await view.choose((row) => row.title === "Close frame", "the Close");
		const fields = await view.fields();
		expect([fields["close code"].value, fields["close reason"].value], ["4000", "bye"]);
	});

	await check("what is played is shown both ways, at the rule that is broken", async () => {
		expect(await play([frame(1, "Hello"), frame(1, "Hello", { rsv1: true }), frame(1, "late")]),
			"Closed with 1002. Solved: 1, 11.");
		await rows(["→handshake request", "←handshake response", "→text frame", "←text frame",
			"→text frame", "→not read", "←Close frame", "→not read"]);
		const [broken] = (await view.rows()).filter((row) => row.isSelected);
		expect([broken.i, broken.isBroken], [4, true]);
		expect(await page.textContent("#bench-detail .broken"),
			"This breaks a rule: a reserved bit is set. RFC 6455, section 5.2 The server refuses it with 1002.");
	});

	await check("the server's list is this test's", async () => {
		const ids = await page.$$eval("#exercises input", (list) => list.map((radio) => radio.id));
		expect(ids, Object.keys(EXERCISES).map((id) => `exercise-${id}`));
		await page.evaluate(() => localStorage.clear());
		await page.reload();
		await page.waitForSelector("#exercises input");
		await page.click("summary[data-text=fields]");
		expect(await page.textContent("#progress"), "0 of 18 solved");
	});

	for (const [id, [wrong, right]] of Object.entries(EXERCISES))
		await check(`exercise: ${id}`, async () => {
			await page.check(`#exercise-${id}`);
			for (const part of ["hint", "explanation"]) {
				await page.click(`#exercise .${part} summary`);
				if ((await page.textContent(`#exercise .${part} p`)).length < 15)
					throw new Error(`no ${part}`);
			}
			await play(wrong);
			expect(await isSolved(id), false);
			await play(right);
			expect(await isSolved(id), true);
			const number = Object.keys(EXERCISES).indexOf(id) + 1;
			if (!new RegExp(`Solved: .*\\b${number}\\b`).test(await status()))
				throw new Error(await status());
			expect(await page.getAttribute(`#exercise-${id}`, "aria-label"), `Exercise ${number}, solved`);
		});

	await check("progress is kept when the page is loaded again", async () => {
		expect(await page.textContent("#progress"), "18 of 18 solved");
		await page.reload();
		await page.waitForSelector("#exercises input");
		expect(await page.locator("#exercises .solved").count(), 18);
		expect(await page.textContent("#progress"), "18 of 18 solved");
	});

	await check("no request went elsewhere; no error, nothing refused by the page's policy", async () => {
		expect(visit.elsewhere, []);
		expect(visit.errors, []);
	});

	await visit.stop();
}
