/*
 * book.js - the ways from the page into the book, which the server has at /book/: from a
 * field to its chapter, and from the drawing to the code.
 */

import { language } from "../texts.js";
import { make } from "./dom.js";
import { say } from "./texts.js";

/* A page that is missing in Korean leads to the English one. */
const chapters = language === "ko" ? "protocol.ko.html" : "protocol.html";

/* Wherever the page is: this file is in public/explain/. */
export const bookPage = (name) => new URL(`../../book/${name}`, import.meta.url).href;

/* The number of a chapter is the same in each language, and is its fragment. */
const CHAPTERS = {
	__proto__: null, /* a header may be called "constructor" */
	"payload length": 4, "extended length": 4, "MASK": 5, "masking key": 5, "payload": 5,
	"unmasked": 5, "message": 6, "text": 8, "close code": 9, "close reason": 9,
	"block": 11, "padding": 11, "stored": 11, "stored length": 11, "literal": 11, "match": 11,
	"end of block": 11, "code counts": 11, "length codes": 11, "code lengths": 11,
	"left out": 11, "coded": 11, "decoded": 11,
	"Sec-WebSocket-Extensions": 11, "Cookie": 14, "Authorization": 14, "Set-Cookie": 14,
};

const chapterOf = (piece, field) =>
	CHAPTERS[field.name] ?? (piece.kind === "frame" || piece.kind === "run" ? 3 : 2);

export function linkToChapter(piece, field) {
	const number = chapterOf(piece, field);
	const link = make("a", "chapter", say("chapter", number));
	link.href = bookPage(`${chapters}#s${number}`);
	return link;
}

function linkTo(file, label) {
	const link = make("a", "", label);
	link.href = bookPage(file);
	return link;
}

/* The names of files in the drawing open these, and the page says that there is a book. */
export function addBook() {
	for (const name of document.querySelectorAll("#connection .end small"))
		name.replaceChildren(linkTo(name.textContent === "hello.c" ? "hello.c.html"
			: "public-app.js.html", name.textContent));
	const line = make("p", "", linkTo(chapters, say("read-book")), " · ",
		linkTo(language === "ko" ? "sheet.ko.html" : "sheet.html", say("sheet")), " · ",
		linkTo(language === "ko" ? "index.ko.html" : "index.html", say("contents")));
	line.id = "book";
	document.querySelector("footer").prepend(line);
}
