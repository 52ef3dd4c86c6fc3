/*
 * exercises.js - the list of exercises, the open one, and those that have been solved.
 * The server lists them, and says after each play which ones it solves.
 */

import { linkTo } from "./detail.js";
import { element, make } from "./dom.js";
import { withWords } from "./tasks.js";
import { say } from "./texts.js";

/*
 * The progress is stored in the browser. Where storage is forbidden, reading and writing
 * throw, and the ticks last as long as the page.
 */
function solvedBefore() {
	try {
		return JSON.parse(localStorage.getItem("solved")) ?? [];
	} catch {
		return [];
	}
}

function remember(ids) {
	try {
		localStorage.setItem("solved", JSON.stringify(ids));
	} catch {
		/* not stored */
	}
}

export class Exercises {
	list = [];
	solved = new Set(solvedBefore()); /* ids */

	constructor(trace) {
		this.trace = trace;
		trace.on("exercises", (said) => this.fill(said.list.map(withWords)));
	}

	/* Asks the server for the list, once, because it never changes. */
	ask() {
		this.asked ??= this.trace.ask("exercises");
	}

	/* Opens the first exercise that is not solved. */
	fill(list) {
		this.list = list;
		element("exercises").replaceChildren(...list.map((exercise, i) => this.chip(exercise, i)));
		this.tick();
		const next = list.find((exercise) => !this.solved.has(exercise.id)) ?? list[0];
		if (next)
			element(`exercise-${next.id}`).click();
	}

	chip(exercise, i) {
		const radio = make("input", "");
		radio.type = "radio";
		radio.name = "exercise";
		radio.id = `exercise-${exercise.id}`;
		radio.addEventListener("change", () => this.open(exercise, i));
		return make("label", "chip", radio, String(i + 1));
	}

	open(exercise, i) {
		this.current = exercise;
		const level = make("small", "", say("level", exercise.level));
		element("exercise").replaceChildren(
			make("h3", "", say("exercise", i + 1), " ", level),
			make("p", "task", exercise.task),
			folded("hint", exercise.hint),
			folded("explanation", exercise.explanation, " ", linkTo(exercise.rfc)));
		this.tick();
	}

	/* Ticks the exercises that a play has solved, and returns their numbers. */
	solve(ids) {
		ids.forEach((id) => this.solved.add(id));
		remember([...this.solved]);
		this.tick();
		return this.list.flatMap(({ id }, i) => (ids.includes(id) ? [i + 1] : []));
	}

	tick() {
		const isSolved = ({ id }) => this.solved.has(id);
		for (const [i, exercise] of this.list.entries()) {
			const radio = element(`exercise-${exercise.id}`);
			const name = say("exercise", i + 1);
			radio.parentElement.classList.toggle("solved", isSolved(exercise));
			radio.setAttribute("aria-label", isSolved(exercise) ? `${name}, ${say("solved")}` : name);
		}
		const count = this.list.filter(isSolved).length;
		element("progress").textContent = say("solved-count", count, this.list.length);
		element("exercise").classList.toggle("solved", this.solved.has(this.current?.id));
	}
}

/* A text that stays folded until the learner opens it. */
const folded = (name, ...inside) =>
	make("details", name, make("summary", "", say(name)), make("p", "", ...inside));
