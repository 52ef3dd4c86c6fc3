/*
 * book.mjs - from the page into the book and back: fields lead to chapters, chapters to
 * lines of code, names in the drawing to files; a link carries bytes, with a server that
 * explains them and with one that does not.
 */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { check, expect, sleep, until } from "../clients/check.mjs";
import { View } from "./view.mjs";

const HELLO = "818537fa213d7f9f4d5158";

/* What may be in the box, and the bytes that it stands for. */
const LINKED = { "8 1 8 5": "08010805", "{0x81, 0x85}": "8185", "81:80": "8180", "\\x81\\x00": "8100",
	"00000000: 8185 37fa 213d 7f9f 4d51 58            ..7.!=..MQX": HELLO,
	"0000000 89 80\n0000002 00 00 00 00\n0000006": "898000000000",
	"0000   81 80                                            ..\n": "8180" };

export default async function story(visit) {
	const { page } = visit;
	const shared = new View(page, "shared");
	let port = await visit.start("0");
	const home = () => `http://localhost:${port}/`;
	const status = () => page.textContent("#shared-status");
	const path = () => new URL(page.url()).pathname + new URL(page.url()).hash;

	await check("the drawing's hello.c opens the file, and Contents lists all", async () => {
		await page.goto(home());
		await page.click("#connection .end small a:text-is('hello.c')");
		await page.waitForURL("**/book/hello.c.html");
		expect(await page.textContent("h1"), "hello.c");
		if (!(await page.textContent("pre")).includes("wss.on"))
			throw new Error("no source");
		await page.click("nav a:text-is('Contents')");
		expect(await page.textContent("h1"), "The book of Hello Socket");
		await page.goBack();
		await page.goBack();
	});

	await check("a field leads to its chapter, a chapter to a line of code", async () => {
		await page.goto(`${home()}#hex=${HELLO}`);
		await page.waitForSelector("#shared-detail .field");
		await page.click("#shared-detail .field:has-text('MASK')");
		await page.click("#shared-detail a.chapter");
		await page.waitForURL("**/book/protocol.html#s5");
		await page.click("a:has-text('frame_mask') >> nth=0");
		await until(() => /^\/book\/ws-frame\.c\.html#L\d+$/.test(path()), path());
		const line = await page.$eval(new URL(page.url()).hash, (element) => element.textContent);
		if (!line.includes("frame_mask"))
			throw new Error(line);
	});

	await check("in Korean the same, and each page of the book leads to its twin", async () => {
		await page.goto(`${home()}?lang=ko`);
		await page.waitForSelector("#wire-list [data-i='1']");
		await page.click("#wire-list [data-i='0']");
		await page.click("#wire-detail .field:has-text('Sec-WebSocket-Extensions')");
		await page.click("#wire-detail a.chapter");
		await page.waitForURL("**/book/protocol.ko.html#s11");
		expect(await page.textContent("#s11 + h2"), "11. 압축");
		expect(await page.getAttribute("html", "lang"), "ko");
		await page.click("a:has-text('offer_accept') >> nth=0");
		await page.waitForURL(/\/book\/deflate-offer\.c\.html#L\d+$/);
		await page.goBack();
		await page.click("nav a:has-text('English')");
		await page.waitForURL("**/book/protocol.html");
		await page.click("nav a:has-text('한국어')");
		await page.waitForURL("**/book/protocol.ko.html");
		await page.click("p.try a >> nth=0");
		await page.waitForSelector("html[lang=ko] #shared-detail .field");
		await page.click("#book a >> nth=0");
		await page.waitForURL("**/book/protocol.ko.html");
		await page.click("nav a:text-is('차례')");
		expect(await page.getAttribute("html", "lang"), "ko");
		expect(await page.textContent("h1"), "Hello Socket의 책");
		await page.click("a:has-text('90분 수업')");
		await page.waitForURL("**/book/teaching.ko.html");
	});

	await check("a frame of a server is refused by the browser, and an empty link is none", async () => {
		await page.goto(`${home()}#hex=c10548656c6c6f`);
		await page.waitForSelector("#shared-detail .broken");
		expect((await page.textContent("#shared-detail .broken")).endsWith("The browser refuses it with 1002."), true);
		await page.evaluate(() => { window.location.hash = "#hex="; });
		await until(() => page.isHidden("#shared"), "no section");
	});

	await check("no link within the book leads nowhere", async () => {
		await page.goto(home()); /* a page of the book may fetch nothing */
		const bad = await page.evaluate(async () => {
			const seen = new Map();
			const read = async (url) => {
				const answer = await fetch(url);
				const text = await answer.text();
				seen.set(url, [answer.ok && answer.url === url,
					new DOMParser().parseFromString(text, "text/html")]);
			};
			const first = new URL("book/index.html", location.href).href;
			await read(first);
			const found = [];
			const queue = [first];
			while (queue.length) {
				const from = queue.pop();
				for (const link of seen.get(from)[1].querySelectorAll("a[href]")) {
					const to = new URL(link.getAttribute("href"), from);
					const [name] = to.href.split("#");
					if (to.origin !== location.origin || !to.pathname.startsWith("/book/"))
						continue;
					if (!seen.has(name)) {
						await read(name);
						queue.push(name);
					}
					const [isThere, document] = seen.get(name);
					const part = decodeURIComponent(to.hash.slice(1));
					if (!isThere || (part && !document.getElementById(part)))
						found.push(`${from}: ${to.href}`);
				}
			}
			return found.concat(seen.size < 100 ? [`only ${seen.size} pages`] : []);
		}).catch((error) => [error.message]);
		expect(bad.slice(0, 5), []);
	});

	for (const file of ["docs/teaching.md", "docs/teaching.ko.md"])
		await check(`the answers in ${file} solve the exercises`, async () => {
			const answers = [...readFileSync(file, "utf8").matchAll(/^\| \d+ \| ([a-z0-9-]+) \| (.*) \|$/gm)]
				.map(([, id, text]) => [id, [...text.matchAll(/`([0-9a-f ]+)`/g)].map(([, bytes]) => bytes).join("\n")
					+ (id === "length-126" ? " 61".repeat(126) : id === "deflate-bomb" ? "00".repeat(74) : "")]);
			const unsolved = await page.evaluate((list) => new Promise((done) => {
				const failed = [];
				const url = new URL("/trace?page=answers", location.href);
				const socket = new WebSocket(url.href.replace("http", "ws"));
				socket.onopen = () => list.forEach(([id, hex]) => socket.send(`judge ${id}\n${hex}`));
				socket.onmessage = ({ data }) => {
					const said = JSON.parse(data);
					if (said.kind === "trace")
						return;
					if (!said.solved)
						failed.push(data);
					list.pop();
					if (!list.length)
						done(failed);
				};
			}), answers);
			expect([answers.length, unsolved], [26, []]);
		});

	await check("the book's bytes open on the page, a server's frame as one", async () => {
		await page.goto(`${home()}book/protocol.html#s3`);
		await page.click("p.try a >> nth=0");
		await page.waitForSelector("#shared-detail .field");
		const [row] = await shared.rows();
		expect([row.way, row.title, row.gist, row.isBroken], ["←", "text frame", "Hello Socket!", false]);
		expect(await status(), "15 bytes");
	});

	await check("another link in the same page, a broken rule, and no hex", async () => {
		await page.evaluate(() => { window.location.hash = "#hex=c18537fa213d"; });
		await until(async () => (await status()).includes("a reserved bit is set"), "the rule");
		await until(async () => (await shared.rows())[0]?.isBroken, "a row that is marked");
		await page.evaluate(() => { window.location.hash = "#hex=<b>x"; });
		await until(async () => (await status()).includes("is not hex"), "the refusal");
		expect(await page.$$eval("#shared-raw b", (list) => list.length), 0);
	});

	await check("a header that is called as what each object has is a header like others", async () => {
		const head = "GET / HTTP/1.1\r\nHost: a\r\nconstructor: x\r\n__proto__: y\r\n\r\n";
		for (const language of ["ko", "en"]) {
			await page.goto(`${home()}?lang=${language}#hex=${Buffer.from(head).toString("hex")}`);
			await page.waitForSelector("#shared-detail .field");
			for (const name of ["constructor", "__proto__"]) {
				const field = page.locator("#shared-detail .field", { hasText: name });
				await field.focus();
				expect(await field.getAttribute("class"), "field field-other pointed");
				const rule = await page.textContent("#shared-detail .rule");
				expect([rule.startsWith(name), /native|\[object/.test(rule)], [true, false]);
			}
		}
	});

	await check("no request and no line of the log has the bytes", async () => {
		const asked = visit.answers.filter(([, url]) => new URL(url).search.includes(HELLO));
		expect([asked, visit.serverLog.includes(HELLO)], [[], false]);
	});

	await check("a button copies a link to what is in the box", async () => {
		await visit.browser.grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.goto(home());
		await page.waitForSelector("#exercises input");
		await page.fill("#hex", "81 85 37fa213d\n7f 9f 4d 51 58");
		await page.click("#share");
		await until(async () => (await page.textContent("#hex-status")).includes("copied"), "copied");
		expect(await page.evaluate(() => navigator.clipboard.readText()), `${home()}#hex=${HELLO}`);
	});

	await check("the link has the bytes of whatever form is in the box", async () => {
		for (const [form, hex] of Object.entries(LINKED)) {
			await page.fill("#hex", form);
			await page.click("#share");
			await until(async () => await page.evaluate(() => navigator.clipboard.readText()) === `${home()}#hex=${hex}`, form);
		}
		await page.fill("#hex", "81 8x");
		await page.click("#share");
		await until(async () => (await page.textContent("#hex-status")).includes("“8x” is not hex"), "the word");
		await page.fill("#hex", "");
		await page.click("#share");
		await until(async () => (await page.textContent("#hex-status")).startsWith("A link can have"), "the refusal");
	});

	await check("a link to a compressed message is decompressed", async () => {
		await page.check("#exercise-deflate-hello");
		await page.fill("#hex", "c1 87 00000000 f2 48 cd c9 c9 07 00");
		await page.click("#share");
		const link = `${home()}#hex=c18700000000f248cdc9c90700&deflate`;
		await until(async () => await page.evaluate(() => navigator.clipboard.readText()) === link, link);
		await page.goto(`${home()}book/`);
		await page.goto(link);
		await until(async () => (await shared.fields()).text?.value === "Hello", "the text");
		expect(await status(), "13 bytes");
		const place = async (name) => {
			await page.click(`#shared-detail .field:has(.name:text-is("${name}"))`);
			return page.textContent("#shared-detail .rule small");
		};
		expect([await place("left out"), await place("text"), await place("unmasked")],
			["", "decompressed from the payload", "computed from bytes 6 to 12"]);
	});

	await check("where there is no clipboard, what would be in it is shown", async () => {
		await page.goto(home());
		await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
		const wire = new View(page, "wire");
		const shown = (id) => page.textContent(`#${id}-status`);
		await wire.choose((row) => row.gist === "Hello Socket!", "the greeting");
		await page.click("#copy");
		await until(async () => await shown("wire") === "81 0d 48 65 6c 6c 6f 20 53 6f 63 6b 65 74 21", "the bytes");
		await page.click("#wire-share");
		await until(async () => await shown("wire") === `${home()}#hex=810d48656c6c6f20536f636b657421`, "the link");
		await page.fill("#hex", HELLO);
		await page.click("#share");
		await until(async () => await shown("hex") === `${home()}#hex=${HELLO}`, "the link");
		await page.setViewportSize({ width: 320, height: 640 });
		await wire.choose((row) => row.title === "handshake request", "the request");
		await page.click("#copy");
		await until(async () => (await shown("wire")).length > 1000, "a long text");
		expect(await page.evaluate(() => document.documentElement.scrollWidth), 320);
		await page.setViewportSize({ width: 1280, height: 860 });
	});

	await check("what is shown is saved as packets, which tshark decodes", async () => {
		const wire = new View(page, "wire");
		await page.fill("#text", "Hello Server!");
		await page.press("#text", "Enter");
		await wire.find((row) => row.gist === "Hello Server!", "what was typed");
		for (let i = 0; i < 2; i++) { /* each time the connections are counted from 1 */
			const before = (await wire.rows()).length;
			await visit.start(String(port));
			await until(async () => (await wire.rows()).length >= before + 3, "the next connection", 20000);
		}
		const [file] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
		const path = "build/screenshots/saved.pcapng";
		await file.saveAs(path);
		const shark = (filter, ...fields) => execFileSync("tshark", ["-r", path, "-o", "tcp.check_checksum:TRUE",
			"-Y", filter, "-T", "fields", ...fields.flatMap((field) => ["-e", field])],
		{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim().split("\n");
		expect(shark("http.response", "http.response.code", "tcp.srcport"), Array(3).fill(`101\t${port}`));
		expect(shark("websocket.opcode == 1", "websocket.opcode", "websocket.mask", "websocket.payload_length")
			.map((line) => line.replace("True", "1").replace("False", "0")), ["1\t0\t13", "1\t1\t13", "1\t0\t13", "1\t0\t13"]);
		expect(shark("tcp.checksum.status == 0 || tcp.analysis.flags || _ws.malformed", "frame.number"), [""]);
	});

	await check("a rule that two sections have leads to the first of them", async () => {
		await page.goto(`${home()}#hex=474554202f01`);
		await page.waitForSelector("#shared-detail .broken a");
		const links = await page.$$eval("#shared-detail .broken a", (list) => list.map(({ href }) => href));
		expect(links, ["https://www.rfc-editor.org/rfc/rfc9112#section-2.2"]);
	});

	await check("who reads the bytes of a link goes on reading when the server is back", async () => {
		await page.goto(`${home()}#hex=${HELLO}`);
		await page.waitForSelector("#shared-detail .field");
		await page.focus("#shared-detail .field");
		await page.keyboard.press("ArrowRight");
		const focused = () => page.evaluate(() => document.activeElement.matches("#shared-detail .pointed"));
		expect(await focused(), true);
		await visit.start(String(port));
		await visit.serverSays("Connected to Browser ✅");
		await sleep(300); /* for an answer, if one was asked for */
		expect(await focused(), true);
	});

	await check("the language can be switched, and the bytes stay", async () => {
		await page.goto(`${home()}#hex=${HELLO}`);
		await page.waitForSelector("#shared-detail .field");
		await page.click(".languages a[lang=ko]");
		await page.waitForSelector("html[lang=ko] #shared-detail .field");
		expect(await page.getAttribute(".languages a[lang=ko]", "aria-current"), "true");
		expect(new URL(page.url()).hash, `#hex=${HELLO}`);
		await page.click(".languages a[lang=en]");
		await page.waitForSelector("html[lang=en] #shared-detail .field");
	});

	await check("it looks as it should, on a phone and in the dark too", async () => {
		await visit.picture("shared", 1280, 860, "light");
		await page.goto(`${home()}book/protocol.html`);
		await visit.picture("book", 1280, 860, "light");
		await visit.picture("book-phone", 320, 640, "dark");
		await page.goto(`${home()}book/sheet.html`);
		await visit.picture("sheet", 1280, 860, "light");
		await page.pdf({ path: "build/screenshots/sheet.pdf", format: "A4" });
	});

	port = await visit.start("0", "--no-trace-page");
	await check("without a trace the raw bytes are there, and the page says why", async () => {
		await page.setViewportSize({ width: 1280, height: 860 });
		await page.goto(`${home()}#hex=${HELLO}`);
		await until(async () => (await status()).includes("explains no bytes"), "the reason");
		expect(await page.textContent("#shared-raw"), "81 85 37 fa 21 3d 7f 9f 4d 51 58");
		expect(await page.isVisible("#shared-view"), false);
	});

	await check("no error, and nothing from elsewhere", async () =>
		expect([visit.errors.filter((text) => !/trace.* 403$/.test(text)), visit.elsewhere], [[], []]));
	await visit.stop();
}
