/*
 * raw.mjs - characters that a browser sends as they are, though RFC 3986 wants them
 * encoded: pages, files and sockets are there all the same.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expect } from "../clients/check.mjs";

/* What can be typed, but letters, digits and "#", which ends an address. */
const MARKS = [..." !\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~"];

/* Gives the status of each address. */
const statusOf = (page, addresses) => page.evaluate((list) => Promise.all(
	list.map(async (address) => (await fetch(address)).status)), addresses);

export default async function story(visit) {
	const { page } = visit;
	const folder = mkdtempSync(join(tmpdir(), "hello-raw-"));

	writeFileSync(join(folder, "index.html"), "<title>raw</title>");
	mkdirSync(join(folder, "[docs]"));
	writeFileSync(join(folder, "[docs]", "index.html"), "docs");
	for (const mark of MARKS.filter((one) => !"/\\?%".includes(one)))
		writeFileSync(join(folder, `x${mark}1.png`), mark);
	writeFileSync(join(folder, "x[1].png"), "");
	const port = await visit.start("0", "--public", folder);
	await page.goto(`http://localhost:${port}/`);

	await check("every character in a query", async () => {
		const addresses = ["/?a[]=1", "/?q=x|y", "/?f={}", "/?q=100%", "/?%zz",
			...MARKS.map((mark) => `/?${mark}=${mark}`)];
		expect(await statusOf(page, addresses), addresses.map(() => 200));
	});

	await check("every character in a file's name, but a lone % is refused", async () => {
		const names = ["x[1].png", ...MARKS.filter((one) => !"/\\?%".includes(one))
			.map((mark) => `x${mark}1.png`)];
		expect(await statusOf(page, names.map((name) => `/public/${name}`)),
			names.map(() => 200));
		expect(await statusOf(page, ["/public/100%"]), [400]);
	});

	await check("a redirect to a folder keeps the query", async () => {
		const address = await page.evaluate(async () =>
			(await fetch("/public/[docs]?a[]=1&q=x|y%&f={}")).url);
		expect(address, `http://localhost:${port}/public/%5Bdocs%5D/?a%5B%5D=1&q=x%7Cy%25&f=%7B%7D`);
	});

	await check("every character in a socket's address", async () => {
		const opened = await page.evaluate((marks) => Promise.all(marks.map((mark) =>
			new Promise((done) => {
				const socket = new WebSocket(`ws://${location.host}/echo?a=${mark}b${mark}`);
				socket.onopen = () => socket.send(mark);
				socket.onmessage = (event) => { socket.close(); done(event.data); };
				socket.onclose = (event) => done(event.code);
			}))), [...MARKS, "{b}", "[]"]);
		expect(opened, [...MARKS, "{b}", "[]"]);
	});

	rmSync(folder, { recursive: true });
}
