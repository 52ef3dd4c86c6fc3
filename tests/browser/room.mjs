/*
 * room.mjs - two pages in a room: they talk, take names, see each other come and go,
 * return after the server has been away, and reach each other without it.
 */

import { check, expect, sleep, until } from "../clients/check.mjs";

const EVIL = "<img src=x onerror=alert(1)>\u202e<b>";

/* One page, and what a person sees of its room. */
class Visitor {
	constructor(page) {
		this.page = page;
	}

	async enter(name) {
		await this.page.waitForSelector("#room-name");
		await this.page.fill("#room-name", name);
		await this.page.click("#room-rename");
	}

	async say(text) {
		await this.page.fill("#room-text", text);
		await this.page.click("#room-say button");
	}

	lines = () => this.page.$$eval("#room-log li", (all) => all.map((line) =>
		line.textContent.replace(/^\d\d:\d\d:\d\d /, "")));
	members = () => this.page.$$eval("#room-members li", (all) => all.map((item) =>
		item.firstChild.textContent + (item.querySelector("button") ? "" : item.lastChild.textContent)));
	status = () => this.page.textContent("#room-status");

	hears(text, ms) {
		return until(async () => (await this.lines()).includes(text), `"${text}" in the room`, ms);
	}

	sees(...names) {
		return until(async () => String(await this.members()) === String(names),
			`the members ${names}`);
	}
}

export default async function story(visit) {
	const port = await visit.start("0");
	const ann = new Visitor(visit.page);
	const bob = new Visitor(await visit.browser.newPage());
	bob.page.on("pageerror", (error) => visit.errors.push(error.message));
	/* Ann enters her room before the script of the wire view has arrived. */
	await ann.page.route("**/explain/explain.js", async (route) => {
		await sleep(2000);
		await route.continue();
	});
	await ann.page.goto(`http://localhost:${port}/?lang=en`);
	await bob.page.goto(`http://localhost:${port}/?lang=en`);

	await check("one enters, and is alone", async () => {
		await ann.page.waitForSelector("#room-name");
		await visit.tabTo("room-name");
		await ann.page.keyboard.type("Ann");
		await ann.page.keyboard.press("Enter");
		await ann.sees("Ann (you)");
		expect(await ann.status(), "You are alone here");
	});

	await check("another one comes, and each sees both", async () => {
		await bob.enter("Bob");
		await bob.sees("Ann", "Bob (you)");
		await ann.sees("Ann (you)", "Bob");
		expect(await ann.status(), "2 are here");
		await ann.hears("Anon is now Bob");
	});

	await check("what one says, both hear, and both in the same order", async () => {
		await ann.say("Hi Bob!");
		await bob.hears("Ann: Hi Bob!");
		await bob.say("Hi Ann!");
		await ann.hears("Bob: Hi Ann!");
		await bob.hears("Bob: Hi Ann!");
		const said = (lines) => lines.filter((line) => line.includes(": "));
		expect(said(await ann.lines()), ["Ann: Hi Bob!", "Bob: Hi Ann!"]);
		expect(said(await bob.lines()), ["Ann: Hi Bob!", "Bob: Hi Ann!"]);
	});

	await check("no more can be typed than the room takes at once", async () => {
		await ann.page.focus("#room-text");
		await ann.page.keyboard.insertText("한".repeat(6000));
		await ann.page.keyboard.press("Enter");
		await bob.hears(`Ann: ${"한".repeat(5000)}`);
	});

	await check("the wire view shows the frames of the room", () => until(() =>
		ann.page.$$eval("#wire-list .rows > *", (rows) => rows.some((row) =>
			row.textContent.includes("new_message"))), "a frame of the room"));

	await check("one takes another name, and markup is text in it", async () => {
		await ann.enter(EVIL);
		await bob.hears(`Ann is now ${EVIL}`);
		await bob.sees(EVIL, "Bob (you)");
		await ann.say("<script>alert(2)</script>");
		await bob.hears(`${EVIL}: <script>alert(2)</script>`);
		expect(await bob.page.$$eval("#room img, #room script, #room b", (all) => all.length), 0);
		/* what follows the override from right to left is not turned round */
		const [at, colon] = await bob.page.evaluate(() => {
			const line = [...document.querySelectorAll("#room-log li.said")].at(-1);
			const edges = (node, from, to) => {
				const range = document.createRange();
				range.setStart(node, from);
				range.setEnd(node, to);
				return range.getBoundingClientRect();
			};
			const [name, text] = line.querySelectorAll("bdi");
			return [edges(text.firstChild, 0, 1).left, edges(name.nextSibling, 0, 1).left];
		});
		expect(at > colon, true);
		await ann.enter("Ann");
		await bob.sees("Ann", "Bob (you)");
	});

	await check("what the server refuses is shown", async () => {
		await bob.enter("x".repeat(41));
		await until(async () => (await bob.lines()).some((line) =>
			line.startsWith("The server refused that: a name has 1 to 40")), "the refusal");
		/* 40 characters, which are 80 of JavaScript's */
		await bob.enter("😀".repeat(40));
		await ann.sees("Ann (you)", "😀".repeat(40));
		await bob.enter("Bob");
	});

	await check("two browsers reach each other without the server, and say so", async () => {
		await bob.page.click("#room-members button");
		await ann.hears("Over the data channel, Bob says: Hello from the caller!", 20000);
		await bob.hears("Over the data channel, Ann says: Hello from the one who was called!", 20000);
		await bob.hears("A data channel to Ann is open: its messages do not pass through the server");
	});

	await check("both call at once, and one of the calls counts", async () => {
		const calls = async (visitor) => (await visitor.lines()).filter((line) =>
			line.startsWith("Over the data channel"));
		/* In the last rounds one of them makes its call slowly, and both call twice. */
		const slow = (way) => {
			const describe = RTCPeerConnection.prototype.setLocalDescription;
			const wait = () => new Promise((done) => { setTimeout(done, 300); });
			RTCPeerConnection.prototype.setLocalDescription = async function late() {
				if (way === "before")
					await wait();
				await describe.call(this);
				if (way === "after")
					await wait();
			};
		};
		for (let round = 2; round <= 8; round++) {
			if (round === 5)
				await ann.page.evaluate(slow, "before");
			if (round === 7)
				await bob.page.evaluate(slow, "after");
			const options = { clickCount: round % 2 ? 1 : 2, delay: 50 };
			await Promise.all([ann, bob].map(({ page }) =>
				page.click("#room-members button", options)));
			await until(async () => (await calls(ann)).length >= round
				&& (await calls(bob)).length >= round, "a call", 20000);
		}
		for (const visitor of [ann, bob])
			expect((await visitor.lines()).filter((line) => line.includes("has failed")), []);
	});

	await check("ways to a call that never begins are not kept for ever", async () => {
		const kept = await ann.page.evaluate(async () => {
			const { Call } = await import("/public/chat/call.js");
			const call = new Call(true, () => {}, () => {});
			await call.hear("offer", { type: "offer", sdp: "none" }).catch(() => {});
			for (let i = 0; i < 1000; i++)
				await call.hear("ice", { candidate: "", usernameFragment: "x" });
			return call.early.length;
		});
		expect(kept <= 100, true);
	});

	await check("whoever comes, the keyboard's focus stays on the button of a member", async () => {
		const cid = new Visitor(await visit.browser.newPage());
		await cid.page.goto(`http://localhost:${port}/?lang=en`);
		await ann.page.focus("#room-members button");
		await cid.enter("Cid");
		await ann.sees("Ann (you)", "Bob", "Cid");
		expect(await ann.page.evaluate(() => document.activeElement.textContent), "Connect to Bob");
		await cid.page.close();
		await ann.sees("Ann (you)", "Bob");
		expect(await ann.page.evaluate(() => document.activeElement.textContent), "Connect to Bob");
	});

	await check("one leaves and the other sees it", async () => {
		await bob.page.click("#room-leave");
		await ann.sees("Ann (you)");
		await ann.hears("Bob has left");
		expect(await bob.status(), "You have left the room");
		await ann.say("Where is Bob?");
		await ann.hears("Ann: Where is Bob?");
	});

	await check("one who enters once more hears what it missed, and nothing twice", async () => {
		const before = await bob.lines();
		await bob.page.click("#room-rename");
		await bob.hears("Ann: Where is Bob?");
		await ann.sees("Ann (you)", "Bob");
		const after = await bob.lines();
		expect(after.slice(0, before.length), before);
		expect(after.slice(before.length).filter((line) => line.includes(": ")), ["Ann: Where is Bob?"]);
	});

	await check("Leave and Enter while it connects: it enters once", async () => {
		await bob.page.click("#room-leave");
		await ann.sees("Ann (you)");
		await bob.page.evaluate(() => ["rename", "leave", "rename"].forEach((name) =>
			document.getElementById(`room-${name}`).click()));
		await bob.sees("Ann", "Bob (you)");
		await bob.say("Only once");
		await ann.hears("Bob: Only once");
		await bob.hears("Bob: Only once");
		await ann.sees("Ann (you)", "Bob");
		const said = (await bob.lines()).filter((line) => line === "Bob: Only once");
		expect(said.length, 1);
	});

	await check("Leave and Enter while the trace is slow: one socket, and none after Leave", async () => {
		const open = await bob.page.evaluate(async () => {
			const { Room } = await import("/public/chat/room.js");
			const url = `ws://${window.location.host}/`;
			const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
			const made = [];
			const Real = window.WebSocket;
			window.WebSocket = class extends Real {
				constructor(...all) {
					super(...all);
					made.push(this);
				}
			};
			const view = { status() {}, note() {}, onMembers() {}, onLeft() {}, onMessage() {}, endCalls() {} };
			const room = new Room({ url, ready: () => wait(500) }, "slow", view);
			const count = () => made.filter(({ readyState }) => readyState === Real.OPEN).length;
			room.enter("");
			await wait(1000);
			room.leave();
			room.enter("");
			await wait(2500);
			const counts = [count()];
			room.leave();
			await wait(500);
			window.WebSocket = Real;
			return [...counts, count()];
		});
		expect(open, [1, 0]);
	});

	await check("one of more than 100, who was not named, leaves: the count is right", async () => {
		await bob.page.click("#room-leave");
		await ann.sees("Ann (you)");
		await bob.page.evaluate(async () => {
			const url = `${window.location.origin.replace("http", "ws")}/chat`;
			window.crowd = [];
			for (let i = 0; i < 100; i++) {
				const socket = new WebSocket(url, "room.v1");
				await new Promise((done) => { socket.onmessage = done; });
				window.crowd.push(socket);
			}
		});
		await until(async () => await ann.status() === "101 are here", "a count of 101");
		await bob.page.evaluate(() => window.crowd.pop().close());
		await until(async () => await ann.status() === "100 are here", "a count of 100");
		/* some that were named leave while the room is large, and others come */
		await bob.page.evaluate(async () => {
			const url = `${window.location.origin.replace("http", "ws")}/chat`;
			for (let i = 0; i < 10; i++) {
				const socket = new WebSocket(url, "room.v1");
				await new Promise((done) => { socket.onmessage = done; });
				window.crowd.push(socket);
			}
			window.crowd.splice(0, 9).forEach((socket) => socket.close());
		});
		await sleep(1500); /* longer than a count takes */
		await bob.page.evaluate(() => window.crowd.splice(0, 50).forEach((socket) => socket.close()));
		await until(async () => await ann.status() === "51 are here", "a count of 51");
		expect((await ann.members()).length <= 51, true);
		await bob.page.evaluate(() => window.crowd.forEach((socket) => socket.close()));
		await until(async () => await ann.status() === "You are alone here", "a count of 1");
		expect(await ann.members(), ["Ann (you)"]);
	});

	await check("one who comes back hears what was said last", async () => {
		await bob.page.reload();
		await bob.enter("Bob");
		await bob.hears("Ann: Where is Bob?");
		await bob.hears("Ann: Hi Bob!");
		await ann.sees("Ann (you)", "Bob");
	});

	await check("a name that was refused can be taken a moment later", async () => {
		const takes = (name) => until(async () => {
			await bob.enter(name);
			return (await bob.members()).includes(`${name} (you)`);
		}, `the name ${name}`);
		/* A name that comes just when the server allows a little more is taken. */
		const isRefused = async () => {
			await takes("Bob");
			await bob.page.evaluate(() => {
				for (let i = 0; i < 60; i++) {
					document.getElementById("room-text").value = `Quick ${i}`;
					document.getElementById("room-say").requestSubmit();
				}
				document.getElementById("room-name").value = "Rob";
				document.getElementById("room-enter").requestSubmit();
			});
			await bob.hears("The server refused that: that is too much at once: wait a moment");
			await sleep(500); /* the last answer */
			return (await bob.members()).includes("Bob (you)");
		};
		await until(isRefused, "a name that is refused", 20000);
		await takes("Rob");
		await ann.sees("Ann (you)", "Rob");
		await takes("Bob");
	});

	await check("the server goes and comes back: both return, and the gap is told", async () => {
		await visit.start(port);
		await ann.hears("Messages were missed", 20000);
		await bob.hears("Messages were missed", 20000);
		await until(async () => (await ann.members()).length === 2, "both are back");
		await bob.say("Back again");
		await ann.hears("Bob: Back again");
	});

	await check("/chat in two tabs is the room, opened", async () => {
		for (const path of ["/chat?lang=en", "/chat/?lang=en"]) {
			await bob.page.goto(`http://localhost:${port}${path}`);
			await bob.sees("Ann", "Anon (you)");
			expect(await bob.page.locator("#room").evaluate((room) =>
				room.getBoundingClientRect().top < window.innerHeight / 2), true);
		}
		await bob.page.goto(`http://localhost:${port}/chat/a%2Fb%26%E2%82%AC`);
		await visit.serverSays("/chat/a%2Fb%26%E2%82%AC Origin");
	});

	await check("a room that no URL can name is the first one", async () => {
		for (const name of [".", ".."]) {
			await bob.page.goto(`http://localhost:${port}/?lang=en&room=${name}`);
			await bob.enter("Dot");
			await bob.sees("Ann", "Dot (you)");
		}
	});

	await check("of a name that is too long for a room its beginning counts", async () => {
		await bob.page.goto(`http://localhost:${port}/?lang=en&room=${"방".repeat(65)}`);
		await bob.enter("Bob");
		await bob.sees("Bob (you)");
		await visit.serverSays(`/chat/${encodeURIComponent("방".repeat(10))}`);
	});

	await check("another room, in Korean", async () => {
		await bob.page.goto(`http://localhost:${port}/?lang=ko&room=a%2Fb`);
		await bob.enter("밥");
		await bob.sees("밥 (나)");
		await visit.serverSays("/chat/a%2Fb Origin");
		expect(await bob.status(), "지금은 혼자 있습니다");
		const texts = await bob.page.$$eval("#room [data-text]", (all) => all.map((one) => one.textContent));
		expect(texts.filter((text) => !/[가-힣]/.test(text)), []);
	});

	await check("the other language keeps the room", async () => {
		await bob.page.goto(`http://localhost:${port}/?room=a%2Fb&lang=ko#wire`);
		await bob.page.waitForSelector("#room-name");
		await bob.page.click(".languages a[lang=en]");
		await bob.page.waitForURL((url) => url.searchParams.get("lang") === "en");
		const { search, hash } = new URL(bob.page.url());
		expect([search, hash], ["?room=a%2Fb&lang=en", "#wire"]);
	});

	await check("it looks as it should", async () => {
		await ann.page.bringToFront();
		await visit.picture("room-light", 1280, 860, "light");
		await visit.picture("room-phone", 320, 640, "dark");
	});

	await check("no error, nothing refused by the page's policy", async () =>
		expect(visit.errors, []));

	await visit.stop();
}
