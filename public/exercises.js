/*
 * exercises.js - frames by hand. A browser sends no raw bytes on a WebSocket, so
 * the server plays them into a second connection, in memory, cut where the lines
 * end; what crosses its wire comes back and is shown as that of the first.
 */

import { Detail, hexOf, linkTo, make } from "./detail.js";
import { List } from "./list.js";
import { exerciseWords, fill, say, wireWords } from "./texts.js";
import { ask, on } from "./wire.js";

const PAUSE = 200; /* milliseconds without a key until it is explained */

const element = (id) => document.getElementById(id);
const detail = new Detail(element("bench-detail"));
const list = new List(element("bench-list"), (piece) => {
	detail.show(piece);
	return true;
});

let timer;
let isPlaying = false;
let exercises = [];
let current; /* the exercise that is open */

/* Progress stays in the browser, if it lets us. */

function solvedBefore() {
	try {
		return JSON.parse(localStorage.getItem("solved")) ?? [];
	} catch {
		return [];
	}
}

const solved = new Set(solvedBefore());

function remember(ids) {
	ids.forEach((id) => solved.add(id));
	try {
		localStorage.setItem("solved", JSON.stringify([...solved]));
	} catch {
		/* a visit without storage: the ticks last as long as the page */
	}
}

/* The bytes. */

const writes = () => element("hex").value.toLowerCase().split("\n")
	.map((line) => line.replace(/\s/g, "")).filter((line) => line);
const badWrite = () => writes().find((line) => line.length % 2 || /[^0-9a-f]/.test(line));

function show(pieces) {
	element("bench").hidden = pieces.length === 0;
	list.clear();
	detail.clear();
	pieces.forEach((piece) => list.add(piece));
	if (pieces.length)
		list.select(mostTelling(pieces));
}

/* What breaks a rule, else what comes first behind the handshake. */
function mostTelling(pieces) {
	const broken = pieces.findIndex((piece) => piece.broken);
	return broken < 0 ? pieces.findIndex((piece) => piece.kind === "frame") : broken;
}

function report(text) {
	element("hex-status").textContent = text;
}

/* What is in the box, before it is sent. */
function typed() {
	clearTimeout(timer);
	const bad = badWrite();
	const hex = writes().join("");
	element("play").disabled = bad !== undefined || !hex;
	element("hex").setAttribute("aria-invalid", String(bad !== undefined));
	if (bad !== undefined)
		return report(say("pairs", bad));
	report(writes().length > 1 ? say("writes", hex.length / 2, writes().length)
		: hex && say("one-write", hex.length / 2));
	timer = setTimeout(() => (hex ? ask(`explain ${hex}`) : show([])), PAUSE);
}

element("hex").addEventListener("input", typed);

element("play-form").addEventListener("submit", (event) => {
	event.preventDefault();
	if (badWrite() !== undefined || writes().length === 0)
		return;
	clearTimeout(timer);
	report(say("playing"));
	ask(`play /echo ${writes().join(" ")}`);
});

on("explained", (said) => {
	if (!isPlaying)
		show(said.pieces);
});

let played = [];

on("play", () => {
	isPlaying = true;
	played = [];
});

for (const kind of ["request", "response", "frame", "run", "end"])
	on(kind, (piece) => played.push(piece));

on("played", (said) => {
	isPlaying = false;
	show(played);
	remember(said.solved);
	const won = exercises.filter((exercise) => said.solved.includes(exercise.id));
	const numbers = won.map((exercise) => exercises.indexOf(exercise) + 1).join(", ");
	report([said.code === 1005 ? say("played-1005")
		: said.code ? say("played", said.code) : say("played-open"),
		numbers && say("solved-now", numbers)].filter((text) => text).join(" "));
	tick();
});

on("error", (said) => report(wireWords(said.why)));

/* A frame by its fields. */

function lengthBytes(size) {
	const wide = (count) => Array.from({ length: count },
		(_, i) => Math.floor(size / 2 ** (8 * (count - 1 - i))) % 256);
	return size < 126 ? [size] : size < 65536 ? [126, ...wide(2)] : [127, ...wide(8)];
}

/* Of a Close, "4000 bye": two bytes of code, and the reason. */
function payloadBytes(opcode) {
	const text = element("field-text").value.repeat(Number(element("field-times").value) || 1);
	const [, code, reason] = opcode === 8 ? /^(\d+) ?(.*)$/s.exec(text) ?? [] : [];
	const bytes = [...new TextEncoder().encode(code ? reason : text)];
	return code ? [(code >> 8) & 255, code & 255, ...bytes] : bytes;
}

function frameBytes() {
	const isOn = (id) => element(id).checked;
	const opcode = Number(element("field-opcode").value);
	const payload = payloadBytes(opcode);
	const first = (isOn("field-fin") ? 128 : 0) | (isOn("field-rsv1") ? 64 : 0) | opcode;
	const [length, ...extended] = lengthBytes(payload.length);
	if (!isOn("field-mask"))
		return [first, length, ...extended, ...payload];
	const key = crypto.getRandomValues(new Uint8Array(4));
	return [first, 128 | length, ...extended, ...key, ...payload.map((byte, i) => byte ^ key[i % 4])];
}

element("field-opcode").addEventListener("change", (event) => {
	const isClose = event.target.value === "8";
	if (isClose)
		element("field-text").value = "1000 bye";
	element("field-text-label").textContent = say(isClose ? "payload-close" : "payload-text");
});

element("frame-form").addEventListener("submit", (event) => {
	event.preventDefault();
	const frame = hexOf(frameBytes()).join(" ");
	element("hex").value = [element("hex").value.trimEnd(), frame].filter((line) => line).join("\n");
	typed();
});

/* The exercises. */

on("exercises", (said) => {
	exercises = said.list.map(exerciseWords);
	const open = exercises.find((exercise) => !solved.has(exercise.id)) ?? exercises[0];
	element("exercises").replaceChildren(...exercises.map(chip));
	tick();
	if (open)
		element(`exercise-${open.id}`).click();
});

function chip(exercise, i) {
	const radio = make("input", "");
	radio.type = "radio";
	radio.name = "exercise";
	radio.id = `exercise-${exercise.id}`;
	radio.addEventListener("change", () => open(exercise, i));
	return make("label", "chip", radio, String(i + 1));
}

function open(exercise, i) {
	current = exercise;
	const folded = (name, ...inside) =>
		make("details", name, make("summary", "", say(name)), make("p", "", ...inside));
	element("exercise").replaceChildren(
		make("h3", "", say("exercise", i + 1), " ", make("small", "", say("level", exercise.level))),
		make("p", "task", exercise.task),
		folded("hint", exercise.hint),
		folded("explanation", exercise.explanation, " ", linkTo(exercise.rfc)));
	tick();
}

function tick() {
	const count = exercises.filter((exercise) => solved.has(exercise.id)).length;
	for (const [i, { id }] of exercises.entries()) {
		const radio = element(`exercise-${id}`);
		radio.parentElement.classList.toggle("solved", solved.has(id));
		radio.setAttribute("aria-label", [say("exercise", i + 1),
			solved.has(id) && say("solved")].filter((text) => text).join(", "));
	}
	element("progress").textContent = say("solved-count", count, exercises.length);
	element("exercise").classList.toggle("solved", solved.has(current?.id));
}

fill(element("field-text-label"), say("payload-text"));
typed();
