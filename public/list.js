/*
 * list.js - a list of pieces that may be 10,000 long: all rows are equally high,
 * so that only those in sight need be in the page.
 */

import { make, sizeOf } from "./detail.js";
import { say, valueOf, wireWords } from "./texts.js";

const ROW = 32; /* pixels, as in style.css */
const SPARE = 6; /* rows above and below those in sight */
const KEPT = 10000;

const fieldOf = (piece, name) => piece.fields?.find((field) => field.name === name);
const opcodeOf = (piece) => parseInt(fieldOf(piece, "opcode")?.value ?? "0", 16);

/* What the filter goes by; of an end there is no kind. */
export function kindOf(piece) {
	if (piece.kind === "request" || piece.kind === "response")
		return "handshake";
	if (piece.kind === "run")
		return "data";
	return piece.kind !== "frame" ? "" : opcodeOf(piece) < 8 ? "data" : "control";
}

function gist(piece) {
	const names = ["text", "close code", "target", "status", "message", "payload"];
	const field = names.map((name) => fieldOf(piece, name)).find((one) => one?.value);
	return [field && valueOf(field), fieldOf(piece, "close reason")?.value]
		.filter((text) => text).join(" ");
}

/* Fragments, joined: does the piece begin, continue or end a message of several
 * frames? What comes between them belongs to none. */
class Joiner {
	open = new Map(); /* by connection: the direction of a message under way */

	join(piece) {
		const way = this.open.get(piece.n);
		const isOpen = way === piece.dir;
		if (piece.kind === "end")
			this.open.delete(piece.n);
		if (piece.kind !== "frame" || kindOf(piece) !== "data" || (way && !isOpen))
			return way && piece.kind !== "end" ? "between" : "";
		if (fieldOf(piece, "FIN")?.value === "0") {
			this.open.set(piece.n, piece.dir);
			return isOpen ? "goes-on" : "begins";
		}
		this.open.delete(piece.n);
		return isOpen ? "ends" : "";
	}
}

export class List {
	/* onSelect is called with the piece that is to be shown. */
	constructor(box, onSelect) {
		this.box = box;
		this.onSelect = onSelect;
		this.matches = () => true;
		this.rows = make("div", "rows");
		this.runway = make("div", "runway", this.rows);
		box.append(this.runway);
		box.addEventListener("scroll", () => this.scrolled());
		box.addEventListener("keydown", (event) => this.key(event));
		box.addEventListener("click", (event) => {
			const row = event.target.closest("[data-i]");
			if (row)
				this.select(Number(row.dataset.i));
		});
		new ResizeObserver(() => this.draw()).observe(box);
		this.clear();
	}

	clear() {
		this.all = [];
		this.shown = [];
		this.joiner = new Joiner();
		this.selected = -1;
		this.following = true; /* the newest is chosen as it comes */
		this.pinned = false; /* an older one was chosen */
		this.number = 0;
		this.draw();
	}

	add(piece) {
		const entry = { piece, part: this.joiner.join(piece), id: `${this.box.id}-${this.number++}` };
		this.all.push(entry);
		if (this.matches(piece))
			this.shown.push(entry);
		if (this.all.length >= KEPT + 1000)
			this.forget(this.all.length - KEPT);
		this.draw();
	}

	/* In thousands: to take one from the front of an array moves all of it. */
	forget(count) {
		const chosen = this.shown[this.selected];
		this.all = this.all.slice(count);
		this.choose(chosen);
	}

	filter(matches) {
		this.matches = matches;
		this.choose(this.shown[this.selected]);
		this.draw();
	}

	choose(entry) {
		this.shown = this.all.filter((each) => this.matches(each.piece));
		this.selected = this.shown.indexOf(entry);
		this.pinned &&= this.selected >= 0;
		this.following ||= this.selected < 0;
	}

	piece() {
		return this.shown[this.selected]?.piece;
	}

	select(i) {
		this.selected = Math.min(Math.max(i, 0), this.shown.length - 1);
		this.pinned = this.selected < this.shown.length - 1;
		this.following = !this.pinned;
		this.stretch();
		const top = this.selected * ROW;
		const most = top + ROW - this.box.clientHeight;
		this.box.scrollTop = Math.max(Math.min(this.box.scrollTop, top), most);
		if (this.piece())
			this.onSelect(this.piece(), true);
		this.draw();
	}

	key(event) {
		const page = Math.floor(this.box.clientHeight / ROW) - 1;
		const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page,
			Home: -Infinity, End: Infinity };
		if (!(event.key in steps))
			return;
		event.preventDefault();
		this.select(this.selected + steps[event.key]);
	}

	/* Who scrolls up wants to read; at the end the newest is followed again, but
	 * for who has chosen an older one. */
	scrolled() {
		const isAtEnd = this.box.scrollTop + this.box.clientHeight > this.runway.clientHeight - ROW;
		this.following = isAtEnd && !this.pinned;
		this.draw();
	}

	/* Many pieces in one instant are drawn once. */
	draw() {
		this.frame ??= requestAnimationFrame(() => {
			this.frame = undefined;
			this.drawNow();
		});
	}

	stretch() {
		this.runway.style.setProperty("height", `${this.shown.length * ROW}px`);
	}

	drawNow() {
		this.stretch();
		if (this.following)
			this.follow();
		const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE);
		const count = Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE;
		const rows = this.shown.slice(first, first + count);
		this.rows.style.setProperty("transform", `translateY(${first * ROW}px)`);
		this.rows.replaceChildren(...rows.map((entry, i) => this.row(entry, first + i)));
		this.box.setAttribute("aria-activedescendant", this.shown[this.selected]?.id ?? "");
	}

	follow() {
		const last = this.shown.length - 1;
		this.box.scrollTop = this.shown.length * ROW;
		if (last >= 0 && this.selected !== last && this.onSelect(this.shown[last].piece, false))
			this.selected = last;
	}

	row(entry, i) {
		const { piece, part, id } = entry;
		const row = make("div", `piece ${piece.kind} ${piece.dir ?? ""} ${part}`,
			make("span", "time", piece.n ? (piece.us / 1000).toFixed(1) : ""),
			make("span", "way", { in: "→", out: "←" }[piece.kind === "end" ? "" : piece.dir] ?? "·"),
			make("span", "title", wireWords(piece.title)),
			make("span", "gist", gist(piece)),
			make("span", "size", piece.size ? String(piece.size) : ""));
		row.id = id;
		row.dataset.i = i;
		row.dataset.kind = kindOf(piece);
		row.classList.toggle("is-broken", Boolean(piece.broken));
		row.setAttribute("role", "option");
		row.setAttribute("aria-selected", String(i === this.selected));
		row.setAttribute("aria-setsize", this.shown.length);
		row.setAttribute("aria-posinset", i + 1);
		row.title = describe(piece, part);
		return row;
	}
}

function describe(piece, part) {
	const whose = piece.n ? say("connection", piece.n) : piece.size && say("played-connection");
	const way = piece.size && say(piece.dir === "in" ? "to-server" : "to-browser");
	const joined = (part === "goes-on" || part === "ends") && say("joined");
	return [whose, way, piece.size && sizeOf(piece.size), joined].filter((text) => text).join(", ");
}
