/*
 * list.js - a list of up to 10,000 pieces. All rows have the same height, so the list
 * can compute which rows are in sight. Only those are in the page, on a runway that is
 * as long as all rows together.
 */

import { isBrowsers, make } from "./dom.js";
import { Joiner, describe, goesOn, gistOf, grow, kindOf } from "./piece.js";
import { say, sayNumber } from "./texts.js";
import { wordsOf } from "./words.js";

const ROW = 32; /* pixels, as in style.css */
const SPARE = 6; /* rows above and below those in sight */
const KEPT = 10000;
const DROPPED = 1000; /* at once: dropping from the front of an array moves all the rest */

export class List {
	/*
	 * Calls onSelect with a piece to show, and with true when a person has chosen it.
	 * onSelect returns false when it keeps showing the piece before.
	 */
	constructor(box, onSelect) {
		this.box = box;
		this.onSelect = onSelect;
		this.matches = () => true;
		this.rows = make("div", "rows");
		this.runway = make("div", "runway", this.rows);
		box.append(this.runway);
		box.before(this.header());
		box.addEventListener("scroll", () => this.scrolled());
		box.addEventListener("keydown", (event) => this.key(event));
		box.addEventListener("click", (event) => this.clicked(event));
		new ResizeObserver(() => this.draw()).observe(box);
		this.clear();
	}

	/* Headings with units. They are no part of the list box: each option names its own. */
	header() {
		const names = ["time", "way", "title", "gist", "size"];
		const header = make("div", "columns",
			...names.map((name) => make("span", name, say(`column-${name}`))));
		header.setAttribute("aria-hidden", "true");
		return header;
	}

	clear() {
		this.all = [];
		this.shown = [];
		this.joiner = new Joiner();
		this.latest = new Map(); /* the last entry by connection and direction */
		this.selected = -1;
		this.following = true; /* each new piece is selected when it arrives */
		this.pinned = false; /* a person has chosen an older one */
		this.number = 0;
		this.draw();
	}

	add(piece) {
		const way = `${piece.n} ${piece.dir}`;
		const before = this.latest.get(way);
		if (goesOn(before?.piece, piece))
			return this.grow(before, piece);
		this.append(piece, way);
	}

	/* A long message is one row that grows. */
	grow(entry, piece) {
		entry.piece = grow(entry.piece, piece);
		entry.hasGrown = true;
		this.draw();
	}

	append(piece, way) {
		const entry = { piece, part: this.joiner.join(piece), id: `${this.box.id}-${this.number++}` };
		this.all.push(entry);
		if (piece.kind === "end")
			["in", "out"].forEach((dir) => this.latest.delete(`${piece.n} ${dir}`));
		else
			this.latest.set(way, entry);
		if (this.matches(piece))
			this.shown.push(entry);
		if (this.all.length >= KEPT + DROPPED)
			this.drop();
		this.draw();
	}

	drop() {
		const selected = this.shown[this.selected];
		this.all = this.all.slice(DROPPED);
		this.refresh(selected);
	}

	/* Shows only the pieces for which matches() is true. */
	filter(matches) {
		this.matches = matches;
		this.refresh(this.shown[this.selected]);
		this.draw();
	}

	/* Filters the list anew, and finds the selected entry in it, if it is still there. */
	refresh(selected) {
		this.shown = this.all.filter((entry) => this.matches(entry.piece));
		this.selected = this.shown.indexOf(selected);
		this.pinned &&= this.selected >= 0;
		this.following ||= this.selected < 0;
	}

	/* The piece that is selected, or undefined. */
	piece() {
		return this.shown[this.selected]?.piece;
	}

	/* A person chooses row i, or the nearest row that exists. */
	select(i) {
		this.selected = Math.min(Math.max(i, 0), this.shown.length - 1);
		this.pinned = this.selected < this.shown.length - 1;
		this.following = !this.pinned;
		this.stretch();
		this.scrollTo(this.selected);
		if (this.piece())
			this.onSelect(this.piece(), true);
		this.draw();
	}

	/* Scrolls just far enough to show all of row i. */
	scrollTo(i) {
		const top = i * ROW;
		const least = top + ROW - this.box.clientHeight;
		this.box.scrollTop = Math.max(Math.min(this.box.scrollTop, top), least);
	}

	clicked(event) {
		const row = event.target.closest("[data-i]");
		if (row)
			this.select(Number(row.dataset.i));
	}

	key(event) {
		const page = Math.floor(this.box.clientHeight / ROW) - 1;
		const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page,
			Home: -Infinity, End: Infinity };
		if (!(event.key in steps) || isBrowsers(event))
			return;
		event.preventDefault();
		this.select(this.selected + steps[event.key]);
	}

	/*
	 * While the reader has scrolled up, new pieces do not move the list. At its end it
	 * follows the newest again, unless the reader has chosen an older one.
	 */
	scrolled() {
		const isAtEnd = this.box.scrollTop + this.box.clientHeight > this.runway.clientHeight - ROW;
		this.following = isAtEnd && !this.pinned;
		this.draw();
	}

	/* Pieces that arrive between two frames of the screen are drawn together. */
	draw() {
		this.frame ??= requestAnimationFrame(() => {
			this.frame = undefined;
			this.drawNow();
		});
	}

	stretch() {
		this.runway.style.setProperty("height", `${this.shown.length * ROW}px`);
		this.box.style.setProperty("--rows", Math.max(this.shown.length, 3));
	}

	drawNow() {
		this.stretch();
		if (this.following)
			this.follow();
		this.showGrown();
		const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE);
		const count = Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE;
		const inSight = this.shown.slice(first, first + count);
		this.rows.style.setProperty("transform", `translateY(${first * ROW}px)`);
		this.rows.replaceChildren(...inSight.map((entry, i) => this.row(entry, first + i)));
		this.box.setAttribute("aria-activedescendant", this.shown[this.selected]?.id ?? "");
	}

	follow() {
		const last = this.shown.length - 1;
		this.box.scrollTop = this.shown.length * ROW;
		if (last >= 0 && this.selected !== last && this.onSelect(this.shown[last].piece, false))
			this.selected = last;
	}

	/* The piece that is shown may have grown. */
	showGrown() {
		const entry = this.shown[this.selected];
		if (!entry?.hasGrown)
			return;
		entry.hasGrown = !this.onSelect(entry.piece, false);
	}

	row({ piece, part, id }, i) {
		const row = make("div", `piece ${piece.kind} ${piece.dir ?? ""} ${part}`,
			make("span", "time", piece.n ? (piece.us / 1000).toFixed(1) : ""),
			make("span", "way", arrowOf(piece)),
			make("span", "title", wordsOf(piece.title)),
			make("span", "gist", gistOf(piece)),
			make("span", "size", piece.size ? sayNumber(piece.size) : ""));
		row.id = id;
		row.title = describe(piece, part);
		row.dataset.i = i;
		row.dataset.kind = kindOf(piece);
		row.classList.toggle("is-broken", Boolean(piece.broken));
		row.setAttribute("role", "option");
		row.setAttribute("aria-selected", String(i === this.selected));
		row.setAttribute("aria-setsize", this.shown.length);
		row.setAttribute("aria-posinset", i + 1);
		return row;
	}
}

/* The browser is on the left, as in the picture at the top of the page. */
function arrowOf(piece) {
	if (piece.kind === "end")
		return "·";
	return { in: "→", out: "←" }[piece.dir] ?? "·";
}
