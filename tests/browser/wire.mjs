/*
 * wire.mjs - a learner watches the page's own connection: the page shows the bytes
 * that crossed the wire, which are computed here once more.
 */

import { createHash } from "node:crypto";
import { check, expect, until } from "../clients/check.mjs";
import { View, hex, peer, unmask } from "./view.mjs";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 1.3 */
const LINK = /^https:\/\/www\.rfc-editor\.org\/rfc\/rfc(6455|911[012]|3174|4648|6265)#section-\d+(\.\d+)*$/;
const TEXT = "Hello Server! 안녕";

const sha1 = (text) => createHash("sha1").update(text).digest();
const isTitled = (title, way) => (row) => row.title === title && (!way || row.way === way);

/* As the browser reports it: the headers of its own handshake. */
async function handshakes(page) {
	const session = await page.context().newCDPSession(page);
	const heard = {};
	session.on("Network.webSocketCreated", ({ requestId, url }) => { heard[requestId] = { url }; });
	session.on("Network.webSocketWillSendHandshakeRequest",
		({ requestId, request }) => Object.assign(heard[requestId], { asks: request.headers }));
	session.on("Network.webSocketHandshakeResponseReceived",
		({ requestId, response }) => Object.assign(heard[requestId], { answer: response.headers }));
	await session.send("Network.enable");
	return heard;
}

export default async function story(visit) {
	const { page } = visit;
	const view = new View(page, "wire");
	const port = await visit.start("0");
	const heard = await handshakes(page);
	const status = () => page.textContent("#wire-status");
	const choose = (title, way) => view.choose(isTitled(title, way), `a ${title}`);
	let target; /* of the page's socket; with it, others join its view */

	await check("the handshake is shown, as the browser has sent it", async () => {
		await page.goto(`http://localhost:${port}/`);
		await choose("handshake request");
		const own = Object.values(heard).find(({ url }) => url.includes("/?page="));
		target = new URL(own.url).search;
		const fields = await view.fields();
		expect(fields.method.value, "GET");
		expect(fields.target.value, `/${target}`);
		expect(fields["Sec-WebSocket-Key"].value, own.asks["Sec-WebSocket-Key"]);
		expect(fields.Origin.value, `http://localhost:${port}`);
		await choose("handshake response");
		expect((await view.fields())["Sec-WebSocket-Accept"].value, own.answer["Sec-WebSocket-Accept"]);
	});

	await check("the accept value, step by step, is that of the key", async () => {
		await choose("handshake request");
		const fields = await view.fields();
		const joined = fields["Sec-WebSocket-Key"].value + GUID;
		expect(fields["key + GUID"].value, joined);
		expect(fields["SHA-1"].value, sha1(joined).toString("hex").replace(/..(?=.)/g, "$& "));
		expect(fields.Base64.value, sha1(joined).toString("base64"));
		await choose("handshake response");
		expect((await view.fields())["Sec-WebSocket-Accept"].value, sha1(joined).toString("base64"));
	});

	await check("the server's Hello crosses as it is, without a mask", async () => {
		await choose("text frame", "←");
		const fields = await view.fields();
		expect([fields.FIN.bits, fields.opcode.bits, fields.MASK.bits], ["1", "0001", "0"]);
		expect(parseInt(fields["payload length"].bits, 2), 13);
		expect(Buffer.from(fields.payload.bytes).toString(), "Hello Socket!");
		expect(fields.text.value, "Hello Socket!");
		expect(fields["masking key"], undefined);
	});

	await check("what is typed crosses masked, and the mask comes off", async () => {
		await page.fill("#text", TEXT);
		await page.press("#text", "Enter");
		await choose("text frame", "→");
		const fields = await view.fields();
		const [key, payload] = [fields["masking key"].bytes, fields.payload.bytes];
		expect([fields.FIN.bits, fields.opcode.bits, fields.MASK.bits], ["1", "0001", "1"]);
		expect(parseInt(fields["payload length"].bits, 2), payload.length);
		expect(fields.payload.size, `${payload.length} bytes`);
		expect(unmask(payload, key).toString(), TEXT);
		expect(Buffer.from(fields.unmasked.bytes).toString(), TEXT);
		expect(fields.text.value, TEXT);
	});

	await check("XOR is shown on demand, byte by byte", async () => {
		const { payload, "masking key": key } = await view.fields();
		expect(await page.locator("#wire-detail table").count(), 0);
		await page.click("#wire-detail .xor summary");
		await page.waitForSelector("#wire-detail table");
		const rows = await page.$$eval("#wire-detail tr", (list) =>
			list.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)));
		const numbers = rows.slice(0, 3).map((row) => row.map((pair) => parseInt(pair, 16)));
		expect(numbers[0], payload.bytes);
		expect(numbers[1], payload.bytes.map((_, i) => key.bytes[i % 4]));
		expect(numbers[2], [...unmask(payload.bytes, key.bytes)]);
	});

	await check("Ping: the server asks, the browser answers", async () => {
		await page.click("#ping");
		await view.find(isTitled("Pong frame"), "a Pong");
		expect((await view.titles()).slice(-2), ["←Ping frame", "→Pong frame"]);
	});

	await check("each field that is pointed at has its rule, and a link to its section", async () => {
		const count = (await view.rows()).length;
		for (let i = 0; i < count; i++) {
			await page.click(`#wire-list [data-i="${i}"]`);
			const fields = page.locator("#wire-detail .field");
			for (let j = 0; j < await fields.count(); j++) {
				await fields.nth(j).hover();
				const { name, why, link } = await view.rule();
				expect(name, await fields.nth(j).locator(".name").evaluate((e) => e.firstChild.textContent));
				if (!LINK.test(link) || why.length < 20)
					throw new Error(`${name}: ${why} ${link}`);
			}
		}
		await page.mouse.move(0, 0);
	});

	await check("a bit and a byte that are pointed at say which they are", async () => {
		await choose("text frame", "→");
		await page.hover("#wire-detail .bits .field:nth-child(5)");
		const bits = await view.rule();
		if (!bits.text.includes("byte 0, bits 4 to 7") || !bits.text.includes("byte 0: 81 = 1000 0001"))
			throw new Error(bits.text);
		const last = page.locator("#wire-detail .parts .field:nth-child(2) .hex b").last();
		await last.hover();
		const at = await last.getAttribute("data-at");
		const byte = parseInt(await last.textContent(), 16);
		const wanted = `byte ${at}: ${await last.textContent()} = ${byte.toString(2).padStart(8, "0").replace(/^..../, "$& ")}`;
		if (!(await view.rule()).text.includes(wanted))
			throw new Error(`${(await view.rule()).text} lacks ${wanted}`);
		await page.mouse.move(0, 0);
	});

	await check("a field that is pointed at gives its rule its colour", async () => {
		await choose("handshake request");
		await page.hover("#wire-detail .field-key");
		const colour = (selector) => page.$eval(selector, (element) => getComputedStyle(element).color);
		expect(await colour(".rule strong"), await colour(".field-key .name"));
		await page.mouse.move(0, 0);
	});

	await check("the filter shows one kind at a time", async () => {
		const wanted = { handshake: ["→handshake request", "←handshake response"],
			data: ["←text frame", "→text frame"], control: ["←Ping frame", "→Pong frame"] };
		for (const [kind, titles] of Object.entries(wanted)) {
			await page.check(`#wire-filter [value=${kind}]`);
			await until(async () => String(await view.titles()) === String(titles), titles);
			expect(await status(), "2 of 6 shown");
		}
		await page.check("#wire-filter [value='']");
		await until(async () => (await view.titles()).length === 6, "all");
	});

	await check("Pause holds what comes, and lets it go on", async () => {
		await page.click("#pause");
		await page.click("#ping");
		await until(async () => await status() === "Paused: 2 waiting", "the pause");
		expect((await view.titles()).length, 6);
		await page.click("#pause");
		await until(async () => (await view.titles()).length === 8, "what was held");
	});

	await check("Copy as hex: the bytes of the piece that is chosen", async () => {
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await choose("text frame", "←");
		await page.click("#copy");
		await until(async () => await status() === "15 bytes copied", "the copy");
		const copied = await page.evaluate(() => navigator.clipboard.readText());
		expect(hex(copied).toString("latin1"), "\x81\x0dHello Socket!");
	});

	await check("fragments hang together, with what comes between them", async () => {
		const other = await peer(port, `/echo${target}`);
		other.write(hex("0182 00000000 6869 8980 00000000 0081 00000000 20 8081 00000000 21"));
		await view.find((row) => row.joined === "ends", "the last fragment");
		const parts = (await view.rows()).filter((row) => row.joined);
		expect(parts.map((row) => [row.title, row.joined]), [["text frame", "begins"],
			["Ping frame", "between"], ["Pong frame", "between"], ["continuation frame", "goes-on"],
			["continuation frame", "ends"]]);
		await choose("continuation frame");
		expect((await view.fields()).message.value, "4 bytes in 3 frames, complete");
		other.destroy();
	});

	await check("a broken rule is named, with its byte, its section and its answer", async () => {
		const other = await peer(port, `/echo${target}`);
		other.write(hex("8185 01020304 ff"));
		await view.choose((row) => row.isBroken, "the frame that is refused");
		const line = await page.textContent("#wire-detail .broken");
		expect(line, "This breaks a rule: the text is not UTF-8. RFC 6455, section 8.1 The server refuses it with 1007.");
		const culprit = page.locator("#wire-detail .parts .culprit");
		expect(await culprit.textContent(), "ff");
		await choose("Close frame", "←");
		expect((await view.fields())["close code"].value, "1007");
		other.destroy();
	});

	await check("a frame that never was whole is shown as far as it came", async () => {
		const other = await peer(port, `/echo${target}`);
		other.end(hex("8985 01020304 68"));
		await view.choose((row) => row.title === "Ping frame" && row.way === "→" && row.gist === "1 of 5",
			"the unfinished Ping");
		expect((await view.fields()).payload.size, "1 of 5 bytes");
		expect(await page.textContent("#wire-detail .missing"), "Not whole yet: 4 bytes missing.");
		expect(await page.locator("#wire-detail .broken, #wire-detail .guilty").count(), 0);
	});

	await check("Close: both Close frames with their code and reason, then the end", async () => {
		await page.click("#close");
		const last = ["→Close frame", "←Close frame", "·the connection has ended"];
		await until(async () => String((await view.titles()).slice(-3)) === String(last), last);
		await choose("the connection has ended");
		expect(await page.textContent("#wire-detail"), "the connection has ended");
		await choose("Close frame", "→");
		const fields = await view.fields();
		expect([fields["close code"].value, fields["close reason"].value], ["1000", "Close was pressed"]);
		expect([...unmask(fields.payload.bytes, fields["masking key"].bytes)].slice(0, 2), [3, 232]);
		await page.hover("#wire-detail .derived .field:nth-child(2)");
		const rule = await view.rule();
		if (!rule.text.includes("1000: normal closure") || !rule.link.endsWith("#section-7.4.1"))
			throw new Error(JSON.stringify(rule));
	});

	await check("a byte that is pointed at lights its partners: wire, key, plain, character", async () => {
		await page.click("#reconnect");
		await until(async () => await page.textContent("#state") === "open", "an open socket");
		await page.fill("#text", TEXT);
		await page.press("#text", "Enter");
		await view.choose((row) => row.gist === TEXT, "what was typed");
		const lit = () => page.$$eval("#wire-detail .lit", (all) => all.map((one) => one.textContent));
		const { payload, "masking key": key } = await view.fields();
		const pair = (byte) => byte.toString(16).padStart(2, "0");
		const partners = [key.bytes[2], payload.bytes[6]].map(pair);
		for (const place of [".field-payload .hex b", ".field-plain .hex b", ".field-plain .value b"]) {
			await page.locator(`#wire-detail ${place}`).nth(6).hover();
			expect(await lit(), [...partners, "53", "S"]);
		}
		const equation = `${pair(payload.bytes[6])} ^ ${pair(key.bytes[2])} = 53`;
		await page.locator("#wire-detail .field-payload .hex b").nth(6).hover();
		expect(await page.textContent("#wire-detail .rule .equation"), equation);
		await page.locator("#wire-detail .field-plain .value b").filter({ hasText: "안" }).hover();
		expect((await lit()).slice(-4), ["ec", "95", "88", "안"]);
		await page.locator("#wire-detail .field-key .hex b").nth(1).hover();
		expect((await lit()).includes("e") && (await lit()).includes("S"), false);
		await page.click("#wire-detail .xor summary");
		const cell = page.locator("#wire-detail tr:nth-child(3) td").nth(6);
		expect(await cell.getAttribute("title"), equation);
		await cell.hover();
		expect((await lit()).length, 8);
		await page.mouse.move(0, 0);
	});

	await check("an emoji that is joined of several is one character; what does not show is \\xHH", async () => {
		const shown = await page.evaluate(async () => {
			const { charactersOf } = await import("/public/explain/payload.js");
			const encode = (text) => [...new TextEncoder().encode(text)];
			const texts = (bytes) => charactersOf(bytes).map(({ text }) => text);
			return [texts(encode("a👨‍👩‍👧‍👦안")), texts(encode("👍🏽🇰🇷")), texts(encode("\n\u202e")), texts([0x41, 0xff, 0xec, 0x95]),
				texts([])];
		});
		expect(shown, [["a", "👨‍👩‍👧‍👦", "안"], ["👍🏽", "🇰🇷"], ["\\x0a", "\\xe2", "\\x80", "\\xae"],
			["A", "\\xff", "\\xec", "\\x95"], []]);
	});

	await check("the two hex digits of a byte stand under its eight bits", async () => {
		const bytes = await page.$$eval("#wire-detail .byte", (all) => all.map((byte) => [
			[...byte.querySelectorAll(".digits b")].map((bit) => bit.textContent).join(""),
			[...byte.querySelectorAll(".digit")].map((digit) => digit.textContent).join("")]));
		expect(bytes.map(([bits]) => parseInt(bits, 2).toString(16)), bytes.map(([, digits]) => digits));
		const middles = await page.$$eval("#wire-detail .byte:first-child :is(.digits b, .digit)", (all) =>
			all.map((one) => one.getBoundingClientRect()).map(({ left, width }) => Math.round(left + width / 2)));
		expect(middles[8] > middles[1] && middles[8] < middles[2], true);
		expect((await page.textContent("#wire-detail .count")).startsWith("Bits are counted from the left, 0 first"), true);
	});

	await check("a handshake: its raw lines, each field, and the way from the key to the accept value", async () => {
		await page.focus("#wire-list");
		await page.keyboard.press("End");
		await choose("handshake response");
		const link = await page.$$eval(".chain .link", (all) => all.map((one) => one.querySelector(".name").textContent));
		expect(link, ["Sec-WebSocket-Key", "key + GUID", "SHA-1", "Base64", "Sec-WebSocket-Accept"]);
		expect((await page.textContent(".chain .match"))[0], "✓");
		await choose("handshake request");
		const raw = await page.$$eval("#wire-detail .raw", (all) => all.map((one) => one.textContent));
		expect(raw[0].startsWith("GET /?page=") && raw[0].endsWith(" HTTP/1.1CR LF"), true);
		expect(raw.at(-1), "CR LF");
		expect(raw.every((line) => line.endsWith("CR LF")), true);
		const names = Object.keys(await view.fields());
		expect(names.includes("other fields"), false);
		for (const line of raw.slice(1, -1))
			if (!names.some((name) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)))
				throw new Error(line);
	});

	await check("columns have headings with units", async () =>
		expect(await page.$$eval("#wire .columns span", (all) => all.map((one) => one.textContent)),
			["ms", "", "what", "content", "bytes"]));

	await check("a long message is one row that grows, and so is what is not read", async () => {
		await page.focus("#wire-list");
		await page.keyboard.press("End");
		const before = await page.$eval("#wire-list .piece:last-child", (row) => Number(row.dataset.i));
		const other = await peer(port, `/x${target}`);
		other.write(hex("81ff 0000000000030d40 00000000"));
		for (let i = 0; i < 20; i++) {
			other.write(Buffer.alloc(10000, 0x61));
			await page.waitForTimeout(10);
		}
		await view.find((row) => row.gist.startsWith("aaa"), "the message");
		await until(async () => (await page.$$eval("#wire-list .size", (all) => all.map((one) => one.textContent)))
			.includes("200,014"), "all of it");
		other.write(hex("8300 00"));
		for (let i = 0; i < 5; i++) {
			other.write(Buffer.alloc(1000, 0x61));
			await page.waitForTimeout(10);
		}
		await view.find((row) => row.title === "Close frame" && row.gist.startsWith("1002"), "the Close");
		const rows = (await view.rows()).filter(({ i }) => i > before).map(({ way, title }) => way + title);
		expect(rows.filter((title) => title.includes("more payload")), []);
		expect(rows.filter((title) => title.includes("not read")).length <= 1, true);
		other.destroy();
	});

	await check("losses stand in the status", async () => {
		const said = await page.evaluate(async () => {
			const { Wire } = await import("/public/explain/wire.js");
			const wire = Object.create(Wire.prototype);
			Object.assign(wire, { lost: 0, held: null, list: { shown: [1, 2], number: 2000 } });
			wire.lose(2000);
			wire.lose(744);
			return document.getElementById("wire-status").textContent;
		});
		expect(said, "2 of 2,000 shown; 2,744 not shown: too fast");
		await page.click("#ping");
		await until(async () => !(await status()).includes("744"), "the true status");
	});

	await check("the first screen unfolds the greeting into its bits", async () => {
		const bits = await page.$$eval(".greeting .byte", (all) => all.map((one) => one.textContent));
		expect(bits, ["1000000181", "000011010d"]);
		expect(await page.$$eval(".greeting .letter small", (all) => all.map((one) => one.textContent).join("")),
			Buffer.from("Hello Socket!").toString("hex"));
		const bottom = await page.$eval(".greeting", (one) => one.getBoundingClientRect().bottom + window.scrollY);
		expect(bottom < 860, true);
	});

	await check("10,000 frames in 15 s: the status is true, and no task takes over 250 ms", async () => {
		await page.evaluate(() => {
			window.longest = 0;
			new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => {
				window.longest = Math.max(window.longest, duration);
			})).observe({ type: "longtask" });
		});
		const other = await peer(port, `/x${target}`);
		const frames = Buffer.concat(Array.from({ length: 100 }, () => hex("8182 00000000 6869")));
		const number = (pattern) => async () => Number((pattern.exec(await status())?.[1] ?? "0").replaceAll(",", ""));
		const [total, lost] = [number(/of ([\d,]+)/), number(/; ([\d,]+) not shown/)];
		await page.waitForTimeout(300);
		const first = await total();
		for (let i = 0; i < 100; i++) {
			other.write(frames);
			await page.waitForTimeout(50);
		}
		await until(async () => await total() + await lost() === first + 10000, "all of them", 15000)
			.catch(async ({ message }) => { throw new Error(`${message}: ${first}, ${await status()}`); });
		const longest = await page.evaluate(() => window.longest);
		if (longest > 250)
			throw new Error(`a task took ${longest} ms`);
		const [all, drawn] = await page.evaluate(() => [document.querySelectorAll("*").length,
			document.querySelectorAll("#wire-list .piece").length]);
		if (drawn > 40 || all > 1500)
			throw new Error(`${drawn} rows, ${all} elements`);
		await page.focus("#wire-list");
		await page.keyboard.press("Home");
		await view.find((row) => row.i === 0 && row.isSelected, "the first row");
		await page.keyboard.press("End");
		await view.find((row) => row.gist === "hi" && row.isSelected, "the last row");
		await page.fill("#text", "still there?");
		await page.press("#text", "Enter");
		await view.find((row) => row.gist === "still there?" && row.isSelected, "what was typed");
		other.destroy();
	});

	await check("at 11,000 pieces the oldest 1,000 are dropped, and each other is there once", async () => {
		const counts = await page.evaluate(async () => {
			const { List } = await import("/public/explain/list.js");
			const list = new List(document.createElement("div"), () => true);
			for (let i = 0; i < 11000; i++)
				list.add({ kind: "frame", dir: "in", title: "text frame" });
			return [list.all.length, list.shown.length, new Set(list.shown).size];
		});
		expect(counts, [10000, 10000, 10000]);
	});

	await check("a pause that is forgotten does not hold pieces without end", async () => {
		const counts = await page.evaluate(async () => {
			const { Wire } = await import("/public/explain/wire.js");
			const { List } = await import("/public/explain/list.js");
			const { Handshakes } = await import("/public/explain/piece.js");
			const wire = Object.create(Wire.prototype);
			const list = new List(document.createElement("div"), () => true);
			Object.assign(wire, { lost: 0, held: null, list, handshakes: new Handshakes(), greeting: { take() {} } });
			wire.pause();
			for (let i = 0; i < 30000; i++)
				wire.take({ kind: "frame", dir: "in", title: "text frame", i });
			const { length } = wire.held;
			wire.pause();
			return [length <= 11000, list.all.length >= 10000, list.all.at(-1).piece.i];
		});
		expect(counts, [true, true, 29999]);
	});

	await check("the fragments of a connection before a restart are not those of the next", async () => {
		const parts = await page.evaluate(async () => {
			const { Joiner } = await import("/public/explain/piece.js");
			const joiner = new Joiner();
			const frame = (fin) => ({ kind: "frame", n: 2, dir: "in",
				fields: [{ name: "FIN", value: fin }, { name: "opcode", value: "0x1" }] });
			return [{ kind: "request", n: 2, dir: "in" }, frame("0"),
				{ kind: "request", n: 2, dir: "in" }, frame("1")].map((piece) => joiner.join(piece));
		});
		expect(parts, ["", "begins", "", ""]);
	});

	await check("a page that is opened at #wire shows the wire", async () => {
		await page.goto("about:blank");
		await page.goto(`http://localhost:${port}/#wire`);
		await page.waitForSelector("#exercises input");
		const top = await page.$eval("#wire", (wire) => wire.getBoundingClientRect().top);
		expect(top < 860, true);
	});

	await check("no request went elsewhere; no error, nothing refused by the page's policy", async () => {
		expect(visit.elsewhere, []);
		expect(visit.errors, []);
	});

	await visit.stop();
}
