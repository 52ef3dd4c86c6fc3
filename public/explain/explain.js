/*
 * explain.js - the wing that shows the wire: what crosses it for the page's own socket,
 * and exercises, in which you break the rules. app.js loads it if this folder is there;
 * the server's side of it is the folder explain/ in C.
 */

import { translate } from "../texts.js";
import { element } from "./dom.js";
import { Exercises } from "./exercises.js";
import { Sandbox } from "./sandbox.js";
import { TEXTS } from "./texts.js";
import { Trace, nameSocket } from "./trace.js";
import { Wire } from "./wire.js";

/* A file beside this one, wherever the page is. */
const beside = (file) => new URL(file, import.meta.url);

/* Called once; `page` is described in app.js. */
export async function start(page) {
	const [sections] = await Promise.all([fetchSections(), addStyle()]);
	place(sections);

	nameSocket(page.url);
	const trace = new Trace(page.url);
	const exercises = new Exercises(trace);
	new Sandbox(trace, exercises);
	new Wire(trace);

	/* The trace listens first, or it would miss the handshake. */
	page.beforeOpen.push(() => trace.listen());
	page.whenOpen.push(() => {
		reveal(trace.isOpen());
		if (trace.isOpen())
			exercises.ask();
	});
}

/* innerHTML is safe here: the file is the server's own, and no peer writes into it. */
async function fetchSections() {
	const answer = await fetch(beside("explain.html"));
	if (!answer.ok)
		throw new Error(`explain.html: ${answer.status}`);
	const template = document.createElement("template");
	template.innerHTML = await answer.text();
	translate(template.content, TEXTS);
	return template.content;
}

/* Waits for the style sheet, so that the sections are never seen without it. */
function addStyle() {
	const link = document.createElement("link");
	link.rel = "stylesheet";
	link.href = beside("style.css");
	document.head.append(link);
	return new Promise((done, fail) => {
		link.onload = done;
		link.onerror = () => fail(new Error("explain/style.css did not load"));
	});
}

function place(sections) {
	element("log").closest("section").append(sections.querySelector("p.traced"));
	document.querySelector("main").append(sections);

	/*
	 * A browser looks for #wire before the section is there. After a reload it has scrolled
	 * to where the page was, and it stays there.
	 */
	if (window.location.hash === "#wire" && window.scrollY === 0)
		element("wire").scrollIntoView();
}

/*
 * Shows the parts that need a trace, or says why there is none. That is known once the
 * page's socket is open: a server without this wing greets on /trace as on any path,
 * and by then the greeting has come and the trace has hung up.
 */
function reveal(isTraced) {
	for (const part of document.querySelectorAll(".traced"))
		part.hidden = !isTraced;
	element("wire-why").hidden = isTraced;
}
