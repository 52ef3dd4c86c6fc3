/*
 * exercises.js - the list of exercises by their levels, the open one, and those that have
 * been solved. The server lists them, and judges each play.
 */

import { element, make } from "./dom.js";
import { Progress, readLine } from "./progress.js";
import { linkTo } from "./rule.js";
import { levelName, withWords } from "./tasks.js";
import { say } from "./texts.js";
import { clearVerdict, showVerdict } from "./verdict.js";

export class Exercises {
	list = [];
	progress = new Progress();

	constructor(trace) {
		this.trace = trace;
		trace.on("exercises", (said) => this.fill(said.list.map(withWords)));
		trace.on("judged", (said) => this.judged(said));
		element("next").addEventListener("click", () => this.next());
		element("export").addEventListener("click", () => this.export());
		element("reset").addEventListener("click", () => this.reset());
		window.addEventListener("storage", () => this.load());
		element("check-line").addEventListener("input", (event) => this.check(event.target.value));
	}

	/* Asks the server for the list until it has come, because it never changes. */
	ask() {
		if (!this.list.length)
			this.trace.ask("exercises");
	}

	/* Another tab has stored its progress, and has learned of this one's in the same way. */
	load() {
		this.progress.load();
		this.tick();
	}

	/* Opens the first exercise that is not solved. */
	fill(list) {
		this.list = list;
		const levels = [...new Set(list.map(({ level }) => level))];
		element("exercises").replaceChildren(...levels.map((level) => this.level(level)));
		this.tick();
		this.choose(this.unsolved() ?? list[0]);
	}

	/* A group of exercises under the name of its level. */
	level(level) {
		const title = make("span", "level-name", say("level", level, levelName(level)));
		title.id = `level-${level}`;
		const chips = [...this.list.entries()].filter(([, one]) => one.level === level)
			.map(([i, one]) => this.chip(one, i));
		const group = make("div", "level", title, make("div", "row", ...chips));
		group.setAttribute("role", "group");
		group.setAttribute("aria-labelledby", title.id);
		return group;
	}

	chip(exercise, i) {
		const radio = make("input", "");
		radio.type = "radio";
		radio.name = "exercise";
		radio.id = `exercise-${exercise.id}`;
		radio.addEventListener("change", () => this.open(exercise, i));
		return make("label", "chip", radio, `${i + 1} ${exercise.name}`);
	}

	open(exercise, i) {
		this.current = exercise;
		const level = make("small", "", say("level", exercise.level, levelName(exercise.level)));
		element("exercise").replaceChildren(
			make("h3", "", say("exercise", i + 1), " ", level),
			make("p", "task", exercise.task),
			folded("hint", exercise.hint),
			folded("explanation", exercise.explanation, " ", linkTo(exercise.rfc)));
		clearVerdict();
		this.tick();
		this.onOpen?.();
	}

	choose(exercise) {
		if (exercise)
			element(`exercise-${exercise.id}`).click();
	}

	/* The first exercise from there on that is not solved, or from the beginning. */
	unsolved(from = 0) {
		return [...this.list.slice(from), ...this.list].find(({ id }) => !this.progress.has(id));
	}

	next() {
		const at = this.list.indexOf(this.current) + 1;
		const exercise = this.unsolved(at) ?? this.list[at % this.list.length];
		this.choose(exercise);
		element(`exercise-${exercise.id}`).focus();
	}

	/* Takes the server's verdict about a play of the current exercise. */
	judge(said, typed) {
		this.progress.add(said.solved, said.sent, typed);
		this.tick();
		const others = this.list.flatMap(({ id }, i) =>
			(said.solved.includes(id) && id !== this.current?.id ? [i + 1] : []));
		if (!said.lacks && this.current)
			element("exercise").querySelector(".explanation").open = true;
		if (this.current)
			showVerdict(this.list.indexOf(this.current) + 1, said, others);
	}

	tick() {
		const isSolved = ({ id }) => this.progress.has(id);
		for (const [i, exercise] of this.list.entries()) {
			const radio = element(`exercise-${exercise.id}`);
			const name = `${say("exercise", i + 1)}: ${exercise.name}`;
			radio.parentElement.classList.toggle("solved", isSolved(exercise));
			radio.setAttribute("aria-label", isSolved(exercise) ? `${name}, ${say("solved")}` : name);
		}
		const count = this.list.filter(isSolved).length;
		element("progress").textContent = say("solved-count", count, this.list.length);
		element("exercise").classList.toggle("solved", this.progress.has(this.current?.id));
		element("finished").hidden = !count || count < this.list.length;
		element("progress-line").value = this.progress.line(this.list);
	}

	/* The clipboard may refuse; then the line can be copied by hand. */
	async export() {
		element("progress-line").select();
		try {
			await navigator.clipboard.writeText(element("progress-line").value);
			element("line-status").textContent = say("line-copied");
		} catch {
			element("line-status").textContent = say("line-by-hand");
		}
	}

	/* Asks once more before it forgets. */
	reset() {
		const button = element("reset");
		this.isSure = !this.isSure;
		button.textContent = say(this.isSure ? "reset-sure" : "reset");
		button.onblur = () => this.isSure && this.keep();
		if (this.isSure)
			return;
		this.progress.reset();
		this.choose(this.list[0]);
		clearVerdict();
		this.tick();
	}

	keep() {
		this.isSure = false;
		element("reset").textContent = say("reset");
	}

	/* The server judges once more what is on the line. */
	check(text) {
		const line = readLine(text);
		this.again = { line, good: 0, bad: [] };
		line?.sent.forEach(([id, bytes]) => this.trace.ask(`judge ${id}\n${bytes}`));
		this.report();
		if (!text.trim())
			element("line-status").textContent = "";
	}

	judged({ id, solved }) {
		if (solved)
			this.again.good++;
		else
			this.again.bad.push(id);
		this.report();
	}

	report() {
		const { line, good, bad } = this.again;
		element("line-status").textContent = line ? [say("line-good", ...line.count.split("/")),
			good ? say("line-again", good) : "", bad.length ? say("line-wrong", bad.join(", ")) : ""]
			.filter((text) => text).join(" ") : say("line-bad");
	}
}

/* A text that stays folded until the learner opens it. */
const folded = (name, ...inside) =>
	make("details", name, make("summary", "", say(name)), make("p", "", ...inside));
