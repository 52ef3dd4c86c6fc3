/* sandbox.h - feeds bytes that a learner has written by hand to the real
 * application, over a connection that exists only in memory.
 *
 * First comes a handshake, then the writes: each arrives separately. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "app.h"
#include "explain/exercises.h"

#define SANDBOX_PATH_MAX 256
#define SANDBOX_DECODED_MAX 65536 /* so that a bomb can be written by hand */

struct sandbox;

struct sandbox_setup {
	const struct app *app; /* the application that answers */
	uint32_t max_message;  /* the largest message that it takes */
	const char *origin;    /* the client's Origin, or NULL for none */
	bool offers;           /* the application's extension */
	/* Called with each piece that crosses the wire, in both directions. */
	void (*on_piece)(void *data, const struct piece *);
	void *data;
};

/* Opens a connection and makes the handshake on a path that sandbox_is_path
 * allows. Returns NULL when there is no memory. */
struct sandbox *sandbox_open(const struct sandbox_setup *, struct slice path);
bool sandbox_is_path(struct slice);

/* Returns the largest message in such a sandbox: SANDBOX_DECODED_MAX where the
 * client offers an extension, if the server takes that. */
uint32_t sandbox_max_message(const struct sandbox_setup *);

/* Returns whether the application opened a WebSocket on that path. */
bool sandbox_is_open(const struct sandbox *);

/* Writes more bytes. After a Close or an error they are shown but not read.
 * When there is no WebSocket, or the connection is over, they are ignored. */
void sandbox_write(struct sandbox *, const void *, size_t len);

/* Ends the connection, if it is still open. The attempt is good until
 * sandbox_free. */
const struct attempt *sandbox_end(struct sandbox *);
void sandbox_free(struct sandbox *);

#endif
