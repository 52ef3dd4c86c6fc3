/* page.h - a page that watches its own connections over a WebSocket.
 *
 * It is told in JSON: pieces as json.h writes them, and
 *
 *     {"kind":"lost","count":3}     so many were dropped: it is too slow
 *     {"kind":"play"}               a play begins; its pieces have "n":0
 *     {"kind":"played","code":1002,"solved":["unmasked"]}
 *                                   it is over: the close code, or 0
 *     {"kind":"explained","pieces":[...]}
 *     {"kind":"exercises","list":[{"id","task","hint","explanation","rfc",
 *                                  "level"}...]}
 *     {"kind":"error","why":"..."}  about a command
 *
 * Its commands are texts:
 *
 *     ping                          its sockets are pinged by the server
 *     play /echo 81 8537fa213d ...  each word of hex is one write
 *     explain 818537fa213d...       what those bytes would be
 *     exercises */
#ifndef VIEWER_H
#define VIEWER_H

#include "buf.h"
#include "explain/piece.h"
#include "http/slice.h"
#include "ws.h"

#include <stddef.h>

#define VIEWER_COMMAND_MAX 65536
#define VIEWER_PAGE_MAX 64 /* characters of a page's name */

struct viewer {
	struct ws *ws;
	struct viewer *next; /* the owner's */
	char page[VIEWER_PAGE_MAX + 1];

	/* Private. */
	uint64_t lost; /* not told yet */
};

/* A piece that it is to see; dropped and counted if too much waits already. */
void viewer_show(struct viewer *, const struct piece *);

/* Tells it what was lost, if there is room now. */
void viewer_tell_lost(struct viewer *);

/* Does what it asks for, but for the ping: that is for who has sockets. */
void viewer_command(struct viewer *, struct slice command);
void viewer_error(struct viewer *, const char *why);

#endif
