/* book.h - serves the book: the pages that book.sh has made, at /book/. */
#ifndef BOOK_H
#define BOOK_H

#include "http/request.h"
#include "http/response.h"

#define BOOK_PATH_MAX 4096

struct book {
	char folder[BOOK_PATH_MAX]; /* "": there is no book here */
};

/* Finds the book: in that folder, or, when it is NULL, where make puts it, or
 * where make install does. */
void book_find(struct book *, const char *folder);

/* Answers a request for /book or for what is below it. Returns false, with
 * nothing written, when the request is for something else. A page that is not
 * there in Korean leads to the English one. */
bool book_answer(
	const struct book *, const struct request *, struct response *);

#endif
