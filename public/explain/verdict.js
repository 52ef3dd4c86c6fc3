/*
 * verdict.js - what an attempt at the chosen exercise was worth: solved, or what is
 * missing, in words and bits. The server judges: explain/exercises.h.
 */

import { element, make } from "./dom.js";
import { say, sayMore } from "./texts.js";
import { wordsOf } from "./words.js";

/* `values` are those of the server's verdict. */
function lackOf(lacks, values) {
	if (lacks.startsWith("more"))
		return say(`lacks-${lacks}`, sayMore(values[0]));
	return say(`lacks-${lacks}`, ...values.map(wordsOf));
}

export function clearVerdict() {
	element("verdict").className = "verdict";
	element("verdict").replaceChildren();
	element("next").hidden = true;
}

/* Says in a second line which exercises were solved on the way. */
function also(numbers) {
	return numbers.length ? [make("p", "also", say("solved-also", numbers.join(", ")))] : [];
}

/* `number` is that of the chosen exercise. */
export function showVerdict(number, { lacks, values }, others) {
	const text = lacks ? say("not-yet", lackOf(lacks, values)) : say("solved-this", number);
	element("verdict").className = `verdict ${lacks ? "not-yet" : "done"}`;
	element("verdict").replaceChildren(make("p", "", text), ...also(others));
	element("next").hidden = Boolean(lacks);
}
