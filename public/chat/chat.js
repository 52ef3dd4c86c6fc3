/*
 * chat.js - the wing that adds a room to the page: what is said, its members, and calls
 * from one browser to another. app.js loads it if this folder exists. The server's side of
 * it is the folder chat/.
 */

import { Call } from "./call.js";
import { Room } from "./room.js";
import { TEXTS, say } from "./texts.js";

const LINES = 200;
const NAME_LENGTH = 64; /* characters that the name of a room may have */

const element = (id) => document.getElementById(id);

/* A file beside this one, wherever the page is. */
const beside = (file) => new URL(file, import.meta.url);

/* The page under this path is the room, opened. */
const PATH = new URL("../../chat", import.meta.url).pathname;

/* ?room=NAME names another room; but a URL drops the segments "." and "..", and the server
 * refuses a name that is too long. */
function roomAsked() {
	const name = new URLSearchParams(window.location.search).get("room") ?? "";
	return name === "." || name === ".." ? "" : [...name].slice(0, NAME_LENGTH).join("");
}

/* Called once; `page` is described in app.js. */
export async function start(page) {
	const section = await page.fetchSection(beside("chat.html"), beside("style.css"), TEXTS);
	document.querySelector("main").insertBefore(section, element("wire"));
	const chat = new Chat(page, roomAsked());
	if (window.location.pathname === PATH) {
		chat.enter();
		element("room").scrollIntoView();
	}
}

/*
 * A peer's text is only ever the textContent of an element of its own, so it is never
 * page; and <bdi> keeps what reads from right to left, or pretends to, within it.
 */
function peerText(text) {
	const isolated = document.createElement("bdi");
	isolated.textContent = text;
	return isolated;
}

/* Makes a text with {0} and {1} in it into nodes, with peers' texts in those places. */
const withPeers = (text, ...peers) => text.split(/\{(\d)\}/).map((part, i) =>
	(i % 2 ? peerText(peers[part]) : part));

/* What a person sees and does. */
class Chat {
	calls = new Map(); /* by the id of the other member */

	constructor(page, name) {
		this.room = new Room(page, name, this);
		element("room-enter").addEventListener("submit", (event) => {
			event.preventDefault(); /* a form would load a new page */
			this.enter();
		});
		element("room-leave").addEventListener("click", () => this.leave());
		element("room-say").addEventListener("submit", (event) => this.say(event));
		element("room-members").addEventListener("click", (event) => this.call(event.target));
	}

	enter() {
		this.room.enter(element("room-name").value.trim());
		this.show(true);
	}

	leave() {
		this.room.leave();
		this.show(false);
		element("room-name").focus();
	}

	say(event) {
		event.preventDefault();
		const text = element("room-text");
		if (!this.room.send({ type: "new_message", payload: text.value }))
			return this.status(say("not-sent"));
		text.value = "";
	}

	/* A button beside a member. */
	call(button) {
		const id = Number(button.dataset.id);
		if (id)
			this.callWith(id).begin();
	}

	callWith(id) {
		if (!this.calls.has(id))
			this.calls.set(id, new Call(this.room.you < id,
				(type, payload) => this.room.send({ type, to: id, payload }),
				(key, ...values) => this.note(say(key), this.room.nameOf(id), ...values)));
		return this.calls.get(id);
	}

	/* What the room tells. */

	onMessage({ from, payload, at }) {
		const time = document.createElement("time");
		time.dateTime = at;
		time.textContent = new Date(at).toTimeString().slice(0, 8);
		const name = peerText(from.name);
		name.className = "from";
		this.line("said", time, " ", name, ": ", peerText(payload));
	}

	onRelay({ type, from, payload }) {
		this.callWith(from.id).hear(type, payload).catch((error) =>
			this.note(say("no-call"), from.name, error.message));
	}

	onLeft(id) {
		this.calls.get(id)?.end();
		this.calls.delete(id);
	}

	/* In the next visit their ids are those of others; not all were named to us. */
	endCalls() {
		for (const id of this.calls.keys())
			this.onLeft(id);
	}

	note(text, ...peers) {
		this.line("note", ...withPeers(text, ...peers));
	}

	status(text) {
		element("room-status").textContent = text;
	}

	/* Who is in. A large room names only some of them. A button keeps the keyboard's focus,
	 * however often others come and go. */
	onMembers() {
		const { members, count, you } = this.room;
		this.status(say(count === 1 ? "one-here" : "count-here", count));
		const items = [...members].map(([id, name]) => this.item(id, name, id === you));
		if (count > members.size)
			items.push(Object.assign(document.createElement("li"),
				{ textContent: say("more-here", count - members.size) }));
		const list = element("room-members");
		const { id } = list.contains(document.activeElement) ? document.activeElement.dataset : {};
		list.replaceChildren(...items);
		if (id)
			list.querySelector(`[data-id="${id}"]`)?.focus();
	}

	item(id, name, isYou) {
		const item = document.createElement("li");
		item.append(peerText(name), isYou ? ` (${say("you")})` : " ");
		if (!isYou) {
			const button = document.createElement("button");
			button.type = "button";
			button.dataset.id = id;
			button.append(...withPeers(say("call"), name));
			item.append(button);
		}
		return item;
	}

	show(isIn) {
		element("room-rename").textContent = say(isIn ? "rename" : "enter");
		element("room-leave").hidden = !isIn;
		element("room-inside").hidden = !isIn;
		if (isIn)
			return;
		this.endCalls();
		this.status(say("left-room"));
	}

	line(kind, ...inside) {
		const line = document.createElement("li");
		line.className = kind;
		line.append(...inside);
		const list = element("room-log");
		list.append(line);
		if (list.childElementCount > LINES)
			list.firstElementChild.remove();
	}
}
