/*
 * exercises.mjs - a learner writes frames by hand: they are explained before they
 * are sent, and each exercise is solved by the right bytes and not by near misses.
 */

import { check, expect, sleep, until } from "../clients/check.mjs";
import { View } from "./view.mjs";

const KEY = "00 00 00 00";
const HELLO = "f2 48 cd c9 c9 07 00"; /* RFC 7692 7.2.3.1 */

/* Fields to fill in for a frame that is added: they default to those of a masked
 * text frame with FIN. */
const frame = (opcode, text, more = {}) => ({ opcode, text, fin: true, mask: true, ...more });

const BAD = "a rule was broken: a client must mask its frames (RFC 6455 5.1). The server closed with 1002.";
const NO_CLOSE = (code) => `no rule was broken, and nobody closed. Asked was ${code}.`;

/* For each exercise two typical mistakes, each with the end of its verdict, and a
 * solution: lines of hex, or frames by their fields. */
const EXERCISES = {
	"first-byte": [[["18"], "byte 0 is 18 = 0001 1000, asked was 81 = 1000 0001."],
		[["81 85"], "the bytes are right, but their number is 2, asked was 1."], ["81"]],
	"second-byte": [[["81 05"], "byte 1 is 05 = 0000 0101, asked was 85 = 1000 0101."],
		[["81"], "the bytes are right, but their number is 1, asked was 2."], ["81 85"]],
	"hello": [[[frame(1, "hello")], "the payload is “hello”, asked was “Hello”. Its byte 0 is 68 = 0110 1000, "
			+ "asked was 48 = 0100 1000."],
		[["81 85 37 fa 21 3d 7f 9f"], "waiting for 3 more bytes."], ["81 85 37 fa 21 3d 7f 9f 4d 51 58"]],
	"empty": [[["81 80 00 00 00"], "waiting for 1 more byte."], [["81 00"], BAD], [`81 80 ${KEY}`]],
	"ping": [[[`89 80 ${KEY}`], "the payload is empty: the length is 000 0000."],
		[[frame(10, "hi")], "the opcode is 1010, asked was 1001."], [frame(9, "hi")]],
	"length-126": [[[frame(1, "x", { times: 125 })], "the payload has 125 bytes, asked was 126."],
		[["81 fe 00 7e"], "waiting for 130 more bytes."], [frame(1, "x", { times: 126 })]],
	"two-in-one": [[[`81 80 ${KEY}`, `81 80 ${KEY}`], "each write brought one frame. Put both on one line."],
		[[`81 80 ${KEY}`], "only one frame was sent, asked was two."], [`81 80 ${KEY} 82 80 ${KEY}`]],
	"one-in-two": [[[`81 80 ${KEY}`, `81 80 ${KEY}`],
		"each frame came in one write. Break the line inside a frame."],
	[["81", "80 00 00"], "waiting for 2 more bytes."], ["81", `80 ${KEY}`]],
	"fragments": [[[frame(1, "Hel", { fin: false }), frame(0, "lo"), frame(9, "hi")],
		"no Ping (opcode 1001) came between the fragments."],
	[[frame(1, "Hello")], "the message came in one frame: FIN is 1. The first fragment has FIN 0."],
	[frame(1, "Hel", { fin: false }), frame(9, "hi"), frame(0, "lo")]],
	"close-4000": [[[frame(8, "4000")], "the Close has a code, but no reason behind it."],
		[[frame(8, "1000 bye")], "the server closed with 1000, asked was 4000."], [frame(8, "4000 bye")]],
	"close-empty": [[[frame(8, "1000 bye")], "the server closed with 1000, asked was 1005."],
		[[frame(9, "")], NO_CLOSE(1005)], [frame(8, "")]],
	"unmasked": [[[frame(1, "Hello")], NO_CLOSE(1002)],
		[[frame(3, "Hello", { mask: false })], "1002 is right, but for another rule: this opcode is reserved (RFC 6455 5.2)."],
		[frame(1, "Hello", { mask: false })]],
	"reserved-bit": [[["61".repeat(30000)], "1002 is right, but the frame breaks a second rule: a client must mask its "
			+ "frames (RFC 6455 5.1). Asked was a frame that breaks only one."],
		[[frame(3, "Hello")], "1002 is right, but for another rule: this opcode is reserved (RFC 6455 5.2)."],
		[frame(1, "Hello", { rsv1: true })]],
	"nothing-to-continue": [[[frame(1, "Hel", { fin: false }), frame(0, "lo")], NO_CLOSE(1002)],
		[[frame(0, "lo", { mask: false })], "1002 is right, but the frame breaks a second rule: a client must mask its "
			+ "frames (RFC 6455 5.1). Asked was a frame that breaks only one."], [frame(0, "lo")]],
	"long-ping": [[["89 fd"], "waiting for 129 more bytes."],
		[["8a fe 00 7e"], "the opcode is 1010, asked was 1001."], ["89 fe"]],
	"shortest-form": [[["82 fe 00 7e"], "waiting for 130 more bytes."],
		[[frame(1, "Hello")], NO_CLOSE(1002)], ["82 fe 00 7d"]],
	"forbidden-code": [[[`88 82 ${KEY} 03 e8`], "the server closed with 1000, asked was 1002."],
		[[`88 82 ${KEY} 00 00`], "the code is 00 00 = 0. Asked was one that only programs see: 1005 is 03 ed."],
		[`88 82 ${KEY} 03 ed`]],
	"shortest-text": [[[`81 82 ${KEY} c3 28`], "the payload has 2 bytes, asked was 1."],
		[["c1 80"], "the server closed with 1002, asked was 1007."], [`81 81 ${KEY} ff`]],
	"early-1007": [[[`81 82 ${KEY} 48 ff`],
		"all 2 bytes of the payload had arrived when the server refused it. Announce more than you send."],
	[[`81 85 ${KEY} 48`], "waiting for 4 more bytes."], [`81 85 ${KEY} 48 ff`]],
	"too-big": [[["82 ff 00 00 00 00 01 00 00 00"], "waiting for 16,777,220 more bytes."],
		[[frame(2, "small")], NO_CLOSE(1009)], ["82 ff 00 00 00 00 01 00 00 01"]],
	"deflate-hello": [[[frame(1, "Hello")],
		"RSV1 is 0: the first byte is 81 = 1000 0001. Compressed, it is c1 = 1100 0001."],
	[[`c1 87 ${KEY} cb 48 cd c9 c9 07 00`], "decompressed, the payload is “hello”, asked was “Hello”. Its byte 0 "
		+ "is 68 = 0110 1000, asked was 48 = 0100 1000."], [`c1 87 ${KEY} ${HELLO}`]],
	"deflate-again": [[[`c1 87 ${KEY} ${HELLO} c1 87 ${KEY} ${HELLO}`],
		"the second Hello copies nothing from the first. Asked was a match whose distance reaches back into it."],
	[[`c1 87 ${KEY} ${HELLO}`], "only one compressed Hello was sent, asked was two."],
	[`c1 87 ${KEY} ${HELLO}`, `c1 85 ${KEY} f2 00 11 00 00`]],
	"deflate-stored": [[[`c1 87 ${KEY} ${HELLO}`], "the first block begins with f2 = 1111 0010: its type, the two "
			+ "bits above the lowest, is 01. Asked was 00, stored."],
	[[`c1 81 ${KEY} 00`], "the stored block is empty: its length is 0. Asked was one with at least one byte."],
	[`c1 8b ${KEY} 00 05 00 fa ff 48 65 6c 6c 6f 00`]],
	"deflate-ping": [[[frame(9, "hi")], NO_CLOSE(1002)],
		[[`a9 80 ${KEY}`], "another reserved bit is set: the first byte is a9 = 1010 1001. With RSV1 alone it is "
			+ "c9 = 1100 1001."], [`c9 80 ${KEY}`]],
	"deflate-before": [[[`c1 81 ${KEY} 07`], "1007 is right, but for another rule: "
			+ "bit 0: there are no blocks of type 3 (RFC 1951)."],
		[[`c1 87 ${KEY} ${HELLO}`, `c1 85 ${KEY} f2 00 11 00 00`], NO_CLOSE(1007)],
		[`c1 85 ${KEY} f2 00 11 00 00`]],
	"deflate-bomb": [[["82 ff 00 00 00 00 01 00 00 01"],
		"1009 is right, but for another rule: the message is too big (RFC 6455 7.4.1)."],
	[[`88 82 ${KEY} 03 f1`], "the 1009 is in your own Close. Asked was one from the server."],
	[`c2 da ${KEY} ec c1 31 01 00 00 00 c2 a0 f5 4f 6d 09 4f a0${" 00".repeat(75)}`]],
};
const COUNT = Object.keys(EXERCISES).length;

/* The offending field of each rule, as it is outlined. */
const GUILTY = [
	["c1 80", "RSV1"], ["a1 80", "RSV2"], ["91 80", "RSV3"], ["83 80", "opcode"], ["8b 80", "opcode"],
	["80 80", "opcode"], [`01 80 ${KEY} 81 80`, "opcode"], ["09 80", "FIN"], ["81 05", "MASK"],
	["89 fe", "payload length"], ["82 fe 00 7d", "extended length"], ["82 ff 80 00 00 00 00 00 00 00", "extended length"],
	["82 ff 00 00 00 00 01 00 00 01", "extended length"], [`81 81 ${KEY} ff`, "payload"],
	[`88 81 ${KEY} 03`, "payload length"], [`88 82 ${KEY} 03 ed`, "close code"],
	[`88 83 ${KEY} 03 e8 ff`, "close reason"], [`88 80 ${KEY} 81`, "not read"],
];

/* What ./server explain takes, the box takes. */
const FORMS = ["0x81,0x85,0x37,0xfa,0x21,0x3d,0x7f,0x9f,0x4d,0x51,0x58",
	"81:85:37:fa:21:3d:7f:9f:4d:51:58", "818537FA213D7F9F4D5158", "\\x81\\x85\\x37\\xfa\\x21\\x3d\\x7f\\x9f\\x4d\\x51\\x58",
	"00000000: 8185 37fa 213d 7f9f 4d51 58            ..7.!=..MQX",
	"00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58                 |..7.!=..MQX|\n0000000b",
	"0000   81 85 37 fa 21 3d 7f 9f 4d 51 58                  ..7.!=..MQX"];

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
				await page.fill("#hex", i ? `${await page.inputValue("#hex")}\n${part}` : part);
			else
				await add(part);
		}
	}

	const verdict = () => page.textContent("#verdict p:first-child");

	async function play(attempt) {
		await write(attempt);
		await page.click("#play");
		return until(async () => /^(Closed|The connection)/.test(await status()) && status(), "the play");
	}

	await check("hex is explained while it is typed, before it is sent", async () => {
		await page.goto(`http://localhost:${port}/`);
		await page.waitForSelector("#exercises input");
		await page.type("#hex", "81 85 37 fa 21 3d 7f 9f");
		await until(async () => await status() === "8 bytes, in one write", "the explanation");
		await rows(["→text frame"]);
		expect(await page.textContent("#bench-detail .missing"), "Not whole yet: 3 bytes missing.");
		await page.type("#hex", " 4d 51 58\n89 80 00");
		await until(async () => await status() === "14 bytes, in 2 writes", "the explanation");
		await rows(["→text frame", "→Ping frame"]);
		await view.choose((row) => row.title === "text frame", "the text");
		expect((await view.fields()).text.value, "Hello");
		await page.fill("#hex", "");
		await until(() => page.isHidden("#bench"), "nothing to be explained");
	});

	await check("what is no hex is said as it was typed, and cannot be sent", async () => {
		await page.fill("#hex", "81 8X0y");
		await until(() => page.isDisabled("#play"), "a button that is off");
		expect(await page.getAttribute("#hex", "aria-invalid"), "true");
		expect(await status(), "“8X0y” is not hex: write each byte as two digits, 0 to 9 or a to f.");
		await page.fill("#hex", "81 80");
		expect(await page.isDisabled("#play"), false);
	});

	await check("when Run is refused, the focus is in the box that is wrong", async () => {
		await page.fill("#hex", "zz");
		await page.focus("#play");
		await page.keyboard.press("Enter"); /* before it has been explained */
		await until(() => page.isDisabled("#play"), "a button that is off");
		expect(await page.evaluate(() => document.activeElement.id), "hex");
		await page.fill("#hex", "81 80");
	});

	await check("the box takes what ./server explain takes", async () => {
		for (const form of FORMS) {
			await page.fill("#hex", "");
			await page.fill("#hex", form);
			await until(async () => await status() === "11 bytes, in one write", form);
			expect((await view.fields()).text.value, "Hello");
		}
	});

	await check("neither the placeholder nor the form's first state is the answer of an exercise", async () => {
		const placeholder = await page.getAttribute("#hex", "placeholder");
		await page.click("summary[data-text=fields]");
		await page.fill("#hex", "");
		await page.click("#frame-form button");
		await page.click("#play");
		await until(async () => /^Not yet/.test(await verdict()), "a verdict");
		await play([placeholder]);
		expect(await page.textContent("#progress"), `0 of ${COUNT} solved`);
		await page.click("summary[data-text=fields]");
	});

	await check("the payload that is suggested for a Close is taken back with another opcode", async () => {
		await page.click("summary[data-text=fields]");
		await page.fill("#field-text", "mine");
		await page.selectOption("#field-opcode", "8");
		expect(await page.inputValue("#field-text"), "1000 bye");
		await page.selectOption("#field-opcode", "1");
		expect(await page.inputValue("#field-text"), "mine");
		await page.click("summary[data-text=fields]");
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
			"Closed with 1002.");
		expect(await page.textContent("#verdict .also"), "That also solves: 3, 13");
		await rows(["→handshake request", "←handshake response", "→text frame", "←text frame",
			"→text frame", "→not read", "←Close frame"]);
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
		expect(await page.textContent("#progress"), `0 of ${COUNT} solved`);
	});

	for (const [id, [first, second, right]] of Object.entries(EXERCISES))
		await check(`exercise: ${id}`, async () => {
			await page.check(`#exercise-${id}`);
			await page.click("#exercise .hint summary");
			for (const part of ["hint", "explanation"])
				if ((await page.textContent(`#exercise .${part} p`)).length < 15)
					throw new Error(`no ${part}`);
			for (const [wrong, lacks] of [first, second]) {
				await play(wrong);
				expect(await verdict(), `Not yet: ${lacks}`);
				expect(await page.isHidden("#next"), true);
			}
			expect(await page.$eval("#exercise .explanation", (one) => one.open), false);
			await play(right);
			expect(await isSolved(id), true);
			const number = Object.keys(EXERCISES).indexOf(id) + 1;
			expect(await verdict(), `✓ Exercise ${number} solved`);
			expect(await page.isVisible("#exercise .explanation p"), true);
			const name = await page.getAttribute(`#exercise-${id}`, "aria-label");
			if (!new RegExp(`^Exercise ${number}: .*, solved$`).test(name))
				throw new Error(name);
		});

	await check("compressed bytes that are no DEFLATE: the bit, the payload, and a link to RFC 1951", async () => {
		await page.check("#exercise-deflate-before");
		await play([`c1 81 ${KEY} 07`]);
		expect(await page.textContent("#bench-detail .broken"), "This breaks a rule: bit 0: there are no blocks of "
			+ "type 3. RFC 1951 The server refuses it with 1007.");
		expect(await page.getAttribute("#bench-detail .broken a", "href"), "https://www.rfc-editor.org/rfc/rfc1951");
		expect((await view.rule()).name, "payload");
	});

	await check("in an exercise with compression it is in use before anything is sent", async () => {
		await page.fill("#hex", "");
		await page.fill("#hex", `c1 87 ${KEY} ${HELLO}`);
		await until(async () => await status() === "13 bytes, in one write", "the explanation");
		expect((await view.fields()).text.value, "Hello");
		await page.check("#exercise-hello");
		await until(() => page.isVisible("#bench-detail .broken"), "a reserved bit that is set");
		await page.check("#exercise-deflate-hello");
		await until(async () => (await view.fields()).text?.value === "Hello", "a text");
	});

	await check("a message in fragments is a message", async () => {
		await page.check("#exercise-hello");
		await play([frame(1, "Hel", { fin: false }), frame(0, "lo")]);
		expect(await verdict(), "✓ Exercise 3 solved");
		await page.check("#exercise-empty");
		await play([frame(2, "", { fin: false }), frame(0, "")]);
		expect(await verdict(), "✓ Exercise 4 solved");
	});

	await check("Next goes to an exercise and takes the focus there", async () => {
		await page.click("#next");
		expect(await page.isChecked("#exercise-ping"), true);
		expect(await page.evaluate(() => document.activeElement.id), "exercise-ping");
		expect(await page.textContent("#verdict"), "");
	});

	for (const [bytes, name] of GUILTY)
		await check(`the offending field of ${bytes.slice(0, 40)} is outlined and chosen: ${name}`, async () => {
			await play([bytes]);
			expect(await page.$$eval("#bench-detail .guilty", (all) => all.map((one) =>
				one.querySelector(".name").firstChild.textContent)), [name]);
			expect(await page.locator("#bench-detail .guilty.pointed").count(), 1);
			expect((await view.rule()).name, name);
		});

	await check("a message of 1 MiB is made, sent and shown as one row each way", async () => {
		await write([frame(1, "x", { times: 1048576 })]);
		await page.click("#play");
		await until(async () => await status() === "The connection is still open: the server sent no Close.",
			"the play", 20000);
		await rows(["→handshake request", "←handshake response", "→text frame", "←text frame"]);
		expect(await page.$eval("#bench-list [data-i='2'] .size", (size) => size.textContent), "1,048,590");
		await page.fill("#hex", "");
	});

	await check("a frame that is longer than the server takes is not made", async () => {
		for (const text of ["three bytes", "x".repeat(1000)]) {
			await write([frame(1, text, { times: 1048576 })]);
			expect(await status(), "this is over 4 MiB of hex");
			expect(await page.inputValue("#hex"), "");
		}
	});

	await check("when all is solved there is a card, and progress is kept", async () => {
		expect(await page.textContent("#progress"), `${COUNT} of ${COUNT} solved`);
		expect(await page.isVisible("#finished"), true);
		await page.reload();
		await page.waitForSelector("#exercises input");
		expect(await page.locator("#exercises .solved").count(), COUNT);
		expect(await page.textContent("#progress"), `${COUNT} of ${COUNT} solved`);
		expect(await page.isVisible("#finished"), true);
	});

	await check("progress is a line of text that is checked", async () => {
		await page.click("#line > summary");
		const line = await page.inputValue("#progress-line");
		if (!line.startsWith(`hello-socket;${COUNT}/${COUNT};first-byte=81;second-byte=8185;hello=818537fa213d7f9f4d5158;`))
			throw new Error(line);
		const said = async (text) => {
			await page.fill("#check-line", text);
			return page.textContent("#line-status");
		};
		await said(` ${line}\n`);
		const good = `✓ The line is as this page wrote it: ${COUNT} of ${COUNT} solved. `
			+ `The server has judged ${COUNT - 2} of them again: solved.`; /* two are too long */
		await until(async () => await page.textContent("#line-status") === good, good);
		for (const other of [line.replace(`${COUNT}/`, `${COUNT + 1}/`), line.slice(1), "hello", `${line}0`])
			expect(await said(other), "✗ This is not a line as this page writes it.");
	});

	await check("to start over is asked twice", async () => {
		await page.click("#reset");
		expect(await page.textContent("#reset"), "Forget all progress?");
		await page.focus("#check-line");
		expect(await page.textContent("#reset"), "Start over");
		await page.click("#reset");
		await page.click("#reset");
		expect(await page.textContent("#progress"), `0 of ${COUNT} solved`);
		expect(await page.isHidden("#finished"), true);
		expect(await page.evaluate(() => localStorage.getItem("solved")), "{}");
	});

	await check("what another page has stored under the same name is no progress", async () => {
		for (const value of ["5", "true", '"first-byte"']) {
			await page.evaluate((stored) => localStorage.setItem("solved", stored), value);
			await page.reload();
			await page.waitForSelector("#exercise h3");
			expect(await page.textContent("#progress"), `0 of ${COUNT} solved`);
		}
	});

	await check("what is no hex on a line is not sent to be judged", async () => {
		await page.evaluate(() => localStorage.setItem("solved", '{"hello":true,"first-byte":"81"}'));
		await page.reload();
		await page.waitForSelector("#exercise h3");
		await page.click("#line > summary");
		await page.fill("#check-line", await page.inputValue("#progress-line"));
		await until(async () => (await page.textContent("#line-status")).includes("1 of them again: solved"), "a verdict");
		expect(await page.getAttribute("#hex", "aria-invalid"), "false");
		await page.evaluate(() => localStorage.clear());
		await page.reload();
		await page.waitForSelector("#exercise h3");
	});

	await check("what is solved in one of two tabs is solved in both", async () => {
		const other = await visit.browser.newPage();
		await other.goto(`http://localhost:${port}/?lang=en`);
		await other.waitForSelector("#exercises input");
		const solve = async (tab, id, bytes) => {
			await tab.check(`#exercise-${id}`);
			await tab.fill("#hex", bytes);
			await tab.click("#play");
			await until(() => tab.isVisible("#next"), "a solution");
		};
		const isSolved = (count) => Promise.all([page, other].map((tab) => until(async () =>
			await tab.textContent("#progress") === `${count} of ${COUNT} solved`, `${count} solved`)));
		await solve(page, "first-byte", "81");
		await isSolved(1);
		await solve(other, "second-byte", "81 85");
		await isSolved(2);
		expect(Object.keys(await page.evaluate(() => JSON.parse(localStorage.getItem("solved")))),
			["first-byte", "second-byte"]);
		await other.close();
	});

	await check("what was asked while the server was away is not waited for", async () => {
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.bringToFront();
		await visit.stop();
		await page.fill("#hex", "81 80");
		await sleep(1000); /* longer than it waits for the next key */
		for (const button of ["#play", "#share"]) {
			await page.click(button);
			await until(async () => await status() === "No answer: the page is not connected to the server.",
				`what ${button} says`);
			await page.fill("#hex", "");
			await page.fill("#hex", "81 80");
		}
		await visit.start(port);
		await until(async () => await page.textContent("#state") === "open", "the server", 20000);
		await page.fill("#hex", "81 85 37 fa 21 3d 7f 9f 4d 51 58");
		await until(async () => await status() === "11 bytes, in one write", "the explanation");
		await page.click("#share");
		await until(async () => /copied/.test(await status()), "the link");
	});

	await check("what is typed while a slow play is under way is explained all the same", async () => {
		await page.evaluate(() => {
			const { send } = WebSocket.prototype;
			window.hurry = () => { WebSocket.prototype.send = send; };
			WebSocket.prototype.send = function (data) {
				setTimeout(() => send.call(this, data), 500);
			};
		});
		await page.fill("#hex", `81 80 ${KEY}`);
		await page.click("#play");
		await page.fill("#hex", `89 80 ${KEY} 81`);
		await until(async () => await status() === "7 bytes, in one write", "the explanation");
		await rows(["→Ping frame", "→text frame"]);
		await page.evaluate(() => window.hurry());
	});

	await check("a list of exercises that was lost on its way is asked for again", async () => {
		await page.evaluate(() => sessionStorage.setItem("lose", "yes"));
		await page.addInitScript(() => {
			const { send } = WebSocket.prototype;
			WebSocket.prototype.send = function (data) {
				if (data !== "exercises" || !sessionStorage.getItem("lose"))
					return send.call(this, data);
				sessionStorage.removeItem("lose");
				this.close();
			};
		});
		await page.reload();
		await until(async () => await page.textContent("#state") === "open", "a socket");
		await page.click("#reconnect");
		await page.waitForSelector("#exercises input", { timeout: 5000 });
	});

	await check("no request went elsewhere; no error, nothing refused by the page's policy", async () => {
		expect(visit.elsewhere, []);
		expect(visit.errors, []);
	});

	await visit.stop();
}
