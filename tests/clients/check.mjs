/* check.mjs - what the tests in JavaScript share: a line a check, and patience. */

import { createRequire } from "node:module";

/* Packages from npm lie in build/npm, which is not committed. */
const require = createRequire(new URL("../../build/npm/", import.meta.url));
export const library = (name) => require(name);

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export function expect(got, wanted) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
	if (a !== b)
		throw new Error(`got ${a}, wanted ${b}`);
}

/* Waits until ask() gives something that is true, and returns it. */
export async function until(ask, what, ms = 5000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
		const answer = await ask();
		if (answer)
			return answer;
	}
	throw new Error(`waited ${ms} ms for ${what}`);
}

/* Runs one check, 30 s at most, and says how it went. run.sh counts the lines. */
export async function check(name, run) {
	let timer;
	const late = new Promise((_, fail) => {
		timer = setTimeout(() => fail(new Error("not done in 30 s")), 30000);
	});
	try {
		await Promise.race([run(), late]);
		console.log(`ok    ${name}`);
	} catch (error) {
		console.log(`FAIL  ${name}: ${error.message}`);
		process.exitCode = 1;
	} finally {
		clearTimeout(timer);
	}
}
