/*
 * explain.js - the wing that shows the bytes on the wire of the page's own socket, and
 * exercises in breaking the rules. app.js loads it if this folder exists. The server's
 * side of it is the folder explain/.
 */

import { addBook } from "./book.js";
import { element } from "./dom.js";
import { Exercises } from "./exercises.js";
import { Sandbox } from "./sandbox.js";
import { Shared } from "./shared.js";
import { TEXTS } from "./texts.js";
import { Trace, nameSocket } from "./trace.js";
import { Wire } from "./wire.js";

/* A file beside this one, wherever the page is. */
const beside = (file) => new URL(file, import.meta.url);

/* Called once; `page` is described in app.js. */
export async function start(page) {
	const sections = await page.fetchSection(beside("explain.html"), beside("style.css"), TEXTS);
	place(sections);
	addBook();

	nameSocket(page.url);
	const trace = new Trace(page.url);
	const exercises = new Exercises(trace);
	new Sandbox(trace, exercises);
	new Wire(trace);
	const shared = new Shared(trace);

	/* The trace opens first: it would miss the handshake otherwise. */
	page.beforeOpen.push(() => trace.listen());
	page.whenOpen.push(() => {
		reveal(trace.isOpen(), trace.isOpen() && trace.seesWire);
		shared.ask(trace.isOpen());
		if (trace.isOpen())
			exercises.ask();
	});
}

function place(sections) {
	element("log").closest("section").append(sections.querySelector("p.traced"));
	document.querySelector("main").append(sections);

	/*
	 * The browser has looked for #wire before the section was in the page. After a reload
	 * it restores the scroll position, which then stays.
	 */
	if (window.location.hash === "#wire" && window.scrollY === 0)
		element("wire").scrollIntoView();
}

/*
 * Shows the parts that need a trace, those that need to see the wire, or the reason why
 * the wire is not seen. This is known once
 * the page's socket is open: a server without this wing greets on /trace as on any path,
 * and by then the trace has received the greeting and closed its socket.
 */
function reveal(hasLessons, seesWire) {
	for (const part of document.querySelectorAll(".traced"))
		part.hidden = !seesWire;
	for (const part of document.querySelectorAll(".lesson"))
		part.hidden = !hasLessons;
	element("wire-why").hidden = seesWire;
}
