/*
 * app.js - the browser's end of the socket: RFC 6455 seen through the browser's
 * WebSocket. The server's end is hello.c; both log open, message and close.
 */

import { TEXTS, language, say, sayCode, translate } from "./texts.js";

/* The folder above this file's: a proxy in front may have given it a path, like /hello/. */
const home = new URL("..", import.meta.url);
home.protocol = home.protocol === "https:" ? "wss:" : "ws:";
const address = home.pathname === "/" ? home.origin : home.href;

const STATES = ["connecting", "open", "closing", "closed"]; /* readyState 0 to 3 */

const FIRST_PAUSE = 1000; /* milliseconds */
const LONGEST_PAUSE = 30000;
const LOG_LINES = 200;
const LINE_LENGTH = 1000;

const element = (id) => document.getElementById(id);

/* The page shares this with the wings. Each may add to the lists and to the query of the URL. */
const page = {
	url: new URL(home), /* of the page's own socket */
	beforeOpen: [], /* functions that are awaited before each socket is opened */
	whenOpen: [], /* functions that are called when the socket is open */
	ready, /* a function that is awaited before any socket is opened; wings add to the URL */
	fetchSection,
};

let socket;
let wasOpen; /* false: the socket never opened, so its close is no disconnection */
let failures = 0; /* attempts since the last open socket */
let timer; /* of the next attempt; undefined: none is waited for */
let whenClosed; /* a function: retry, connect at once, or stay closed */
let attempts = 0;

/*
 * Fetches what a wing adds to the page: the HTML of this URL, in the reader's language.
 * Waits for the wing's style sheet, so that its section is never seen without it.
 * innerHTML is safe here: the file is the server's own, and no peer can change it.
 */
async function fetchSection(html, style, texts) {
	const [answer] = await Promise.all([fetch(html), addStyle(style)]);
	if (!answer.ok)
		throw new Error(`${html}: ${answer.status}`);
	const template = document.createElement("template");
	template.innerHTML = await answer.text();
	translate(template.content, texts);
	return template.content;
}

function addStyle(url) {
	const link = document.createElement("link");
	link.rel = "stylesheet";
	link.href = url;
	document.head.append(link);
	return new Promise((done, fail) => {
		link.onload = done;
		link.onerror = () => fail(new Error(`${url} did not load`));
	});
}

/* The connection. */

/*
 * Resolves when all wings have started, and then what they wait for. A wing must not await
 * this in its start(), since that would wait for itself.
 */
async function ready() {
	await wings;
	await Promise.all(page.beforeOpen.map((wait) => wait()));
}

async function connect() {
	const attempt = ++attempts;
	timer = undefined;
	await ready();
	if (attempt === attempts)
		open();
}

function open() {
	socket = new WebSocket(page.url);
	socket.addEventListener("open", onOpen);
	socket.addEventListener("message", onMessage);
	socket.addEventListener("close", onClose);

	window.socket = socket; /* yours, in the console: socket.send("Hi!") */
	wasOpen = false;
	whenClosed = retry;
	show(address);
}

function onOpen() {
	wasOpen = true;
	failures = 0;
	log("open", "Connected to Server ✅");
	show(address);
	page.whenOpen.forEach((tell) => tell());
}

function onMessage(event) {
	log("in", "Just got this : ", event.data, " from the Server");
	spark("reverse");
}

function onClose(event) {
	if (wasOpen)
		log("close", "Disconnected from Server ❌");
	const outcome = wasOpen ? "closed-with" : "no-connection";
	const reason = event.reason && `: ${event.reason}`;
	const why = say(outcome, event.code, sayCode(event.code)) + reason;
	note("note", why);
	whenClosed(why);
}

/*
 * RFC 6455 7.2.3: "subsequent reconnect attempts SHOULD be delayed by
 * increasingly longer amounts of time". The pause doubles up to its maximum. A random
 * part of up to half of it is taken off, so that not all pages of a restarted server
 * return at the same moment.
 */
function retry(why) {
	const pause = Math.min(FIRST_PAUSE * 2 ** failures++, LONGEST_PAUSE);
	countDown(why, performance.now() + pause * (1 - Math.random() / 2));
}

/* By performance.now(), since the time of day may be set while it waits. */
function countDown(why, end) {
	const left = end - performance.now();
	if (left <= 0)
		return connect();
	timer = setTimeout(countDown, left % 1000 || 1000, why, end);
	show(say("next-try", why, Math.ceil(left / 1000)));
}

/* On some systems that clock stands still while the machine sleeps, so the rest of the
 * pause would follow the sleep. But then, and when somebody looks, it is time to try. */
function hurry() {
	if (timer === undefined)
		return;
	clearTimeout(timer);
	connect();
}

window.addEventListener("online", hurry);
window.addEventListener("pageshow", hurry);
document.addEventListener("visibilitychange", () => document.hidden || hurry());

/* Your actions. */

element("send").addEventListener("submit", (event) => {
	event.preventDefault(); /* a form would load a new page */
	const text = element("text");
	if (socket?.readyState !== WebSocket.OPEN)
		return note("note", say("not-sent"));
	socket.send(text.value);
	note("out", `Sent this : ${text.value} to the Server`);
	spark("normal");
	text.value = "";
});

element("close").addEventListener("click", () => hangUp(show, "Close was pressed"));

element("reconnect").addEventListener("click", () => hangUp(connect, "Reconnect was pressed"));

/* The closing handshake: a Close frame each way, then onClose calls next. */
function hangUp(next, reason) {
	clearTimeout(timer);
	timer = undefined;
	failures = 0;
	attempts++; /* gives up an attempt that is still waiting */
	if (!socket || socket.readyState === WebSocket.CLOSED)
		return next(reason);
	whenClosed = next;
	socket.close(1000, reason);
	show(say("close-sent"));
}

/* The display. */

/* Writes one line to the console and to the page. */
function log(kind, ...words) {
	console.log(...words);
	note(kind, words.join(" "));
}

/* textContent, never innerHTML: a peer's text must not become part of the page. */
function note(kind, text) {
	const now = new Date();
	const time = document.createElement("time");
	time.dateTime = now.toISOString();
	time.textContent = now.toTimeString().slice(0, 8);

	const line = document.createElement("li");
	line.className = kind;
	line.textContent = text.length > LINE_LENGTH
		? text.slice(0, LINE_LENGTH) + say("characters", text.length) : text;
	line.prepend(time, " ");

	const list = element("log");
	list.append(line);
	if (list.childElementCount > LOG_LINES)
		list.firstElementChild.remove();
}

function show(detail) {
	const state = STATES[socket?.readyState ?? WebSocket.CONNECTING];
	element("connection").dataset.state = state;
	element("state").textContent = say(state);
	element("detail").textContent = detail;
	allowClose(state === "open" || state === "connecting" || timer !== undefined);
}

/* There is nothing to close on a closed socket, unless it is about to be opened again. The
 * keyboard's focus must not be lost with the button. */
function allowClose(isAllowed) {
	const hasFocus = document.activeElement === element("close");
	element("close").disabled = !isAllowed;
	if (hasFocus && !isAllowed)
		element("reconnect").focus();
}

/* A spark runs along the cable: normal to the server, reverse to us. */
function spark(direction) {
	const dot = element("spark");
	const run = [{ left: "0%", opacity: 1 }, { left: "100%", opacity: 1 }];
	if (dot.getAnimations().length === 0)
		dot.animate(run, { duration: 600, direction, easing: "ease-in-out" });
}

/* The start. */

/* The other language keeps what the address has besides: a room, or the bytes of a link. */
function markLanguage() {
	for (const link of document.querySelectorAll(".languages a")) {
		if (link.lang === language)
			link.setAttribute("aria-current", "true");
		link.addEventListener("click", () => {
			const here = new URL(window.location.href);
			here.searchParams.set("lang", link.lang);
			link.href = here.href;
		});
	}
}

/*
 * A wing is a folder beside this file, and may be missing. Its script is NAME/NAME.js,
 * which exports start(page). When it is missing, import() fails with a TypeError and the
 * page goes on. The browser reports the 404 in the console, which no script can prevent.
 */
async function startWing(name) {
	const wing = await import(`./${name}/${name}.js`).catch((error) => {
		if (!(error instanceof TypeError))
			throw error; /* the script is there, but broken */
	});
	await wing?.start(page);
}

document.documentElement.lang = language;
document.documentElement.classList.add("scripted"); /* shows what is dead without a script */
translate(document, TEXTS);
markLanguage();
for (const place of document.querySelectorAll(".address"))
	place.textContent = place.dataset.path ? new URL(place.dataset.path, home).href : address;

const wings = Promise.all(["chat", "explain"].map((name) => startWing(name).catch(console.error)));
connect();
