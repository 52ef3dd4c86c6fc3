/* handlers.h - the application of a simulation: a message's first letter says what
 * its handler does, to its own socket or to all.
 *
 *     e  sends it back                x  sends it back, then closes
 *     c  closes                       k  closes every socket
 *     p  pings                        P  pings every socket
 *     b  sends it to every socket     B  the same, and again from on_close
 *     l  sends something long         t  sends many short texts */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "app.h"
#include "tests/simulation/heard.h"

#define HANDLERS_LETTERS "exckpPbBlt.eebbl.eebbll.bb" /* some more often */
#define HANDLERS_LONG 60000

extern const struct app handlers_app;

/* The message that is being handled. */
extern struct note handlers_delivered;

/* What the peer of a socket hears; NULL when it is not one of the server's, but
 * one in the sandbox of the wing explain/. */
struct heard *handlers_heard(struct ws *);

/* Notes a message that its peer must hear, if it was sent. Returns was_sent. */
bool handlers_note(struct ws *, bool was_sent, struct note);

#endif
