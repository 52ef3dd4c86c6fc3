/*
 * room.js - a member of a room: its socket, which speaks the subprotocol room.v1. When the
 * connection is lost it comes back, and asks for what was said meanwhile.
 */

import { say } from "./texts.js";

const FIRST_PAUSE = 1000; /* milliseconds */
const LONGEST_PAUSE = 30000;

export class Room {
	members = new Map(); /* name by id: those who were named to us */
	count = 0;
	you; /* our id */
	name = "";
	after; /* the id of the last that we know of */
	failures = 0;
	visit = 0; /* each begins with Enter and ends with Leave */

	/* `view` is told what happens: chat.js. */
	constructor(page, room, view) {
		this.page = page;
		this.room = room;
		this.view = view;
	}

	/* Enters, or takes another name. */
	enter(name) {
		this.name = name || this.name;
		if (!this.isIn) {
			this.isIn = true;
			this.open();
		} else if (name && name !== this.nameOf(this.you)) {
			this.send({ type: "nickname", payload: name });
		}
	}

	leave() {
		this.isIn = false;
		this.visit++;
		clearTimeout(this.timer);
		this.socket?.close(1000, "left the room");
	}

	/* Returns whether it is sent. */
	send(event) {
		const isOpen = this.socket?.readyState === WebSocket.OPEN;
		if (isOpen)
			this.socket.send(JSON.stringify(event));
		return isOpen;
	}

	nameOf(id) {
		return this.members.get(id) ?? "?";
	}

	/* The URL of the page's own socket, and with it what the wings have added: so the
	 * wire view shows this socket, too. */
	url() {
		const url = new URL(this.page.url);
		url.pathname += this.room ? `chat/${encodeURIComponent(this.room)}` : "chat";
		if (this.after)
			url.searchParams.set("after", this.after);
		return url;
	}

	async open() {
		const visit = this.visit; /* the last one may have ended while this waits */
		this.view.status(say("connecting"));
		await this.page.ready();
		if (visit !== this.visit)
			return;
		const socket = new WebSocket(this.url(), "room.v1");
		this.socket = socket;
		socket.addEventListener("message", (event) => this.hear(JSON.parse(event.data)));
		socket.addEventListener("close", () => visit === this.visit && this.retry());
	}

	/* As app.js does: twice as long each time, and not all pages at the same moment. */
	retry() {
		const pause = Math.min(FIRST_PAUSE * 2 ** this.failures++, LONGEST_PAUSE);
		this.view.status(say("lost"));
		this.timer = setTimeout(() => this.open(), pause * (1 - Math.random() / 2));
	}

	hear(event) {
		const { type, member } = event;
		if (type === "welcome")
			this.welcome(event);
		else if (type === "new_message")
			this.message(event);
		else if (type === "gap")
			this.view.note(say("gap"));
		else if (type === "error")
			this.view.note(say("refused"), event.why);
		else if (type === "count")
			this.changed(event.count);
		else if (["offer", "answer", "ice"].includes(type))
			this.view.onRelay(event);
		else if (member)
			this.memberChanged(type, member);
	}

	welcome({ you, count, last, members, history }) {
		this.failures = 0;
		this.view.endCalls();
		this.you = you;
		this.members = new Map(members.reverse().map(({ id, name }) => [id, name]));
		this.changed(count);
		history.forEach((event) => this.message(event));
		this.after = last;
		if (this.name)
			this.send({ type: "nickname", payload: this.name });
	}

	message(event) {
		this.after = event.id;
		this.view.onMessage(event);
	}

	memberChanged(type, { id, name }) {
		const before = this.members.get(id);
		if (type === "joined" && before === undefined) {
			this.members.set(id, name);
			this.count++;
			this.view.note(say("joined"), name);
		} else if (type === "left") {
			this.members.delete(id);
			this.count--; /* in a large room, not all were named to us */
			this.view.onLeft(id);
			this.view.note(say("left"), name);
		} else if (type === "renamed") {
			if (before !== undefined)
				this.members.set(id, name);
			this.view.note(say("renamed"), before ?? "?", name);
		}
		this.changed(this.count);
	}

	/* In a large room, those who leave are not named. Where more names than members are left,
	 * the oldest go: they have had most time to leave. */
	changed(count) {
		this.count = count;
		for (const id of this.members.keys())
			if (this.members.size > count && id !== this.you)
				this.members.delete(id);
		this.view.onMembers();
	}
}
