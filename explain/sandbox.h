/* sandbox.h - what a learner has written by hand, played into a WebSocket of the
 * real engine, in memory: no network is needed for a connection.
 *
 * First a handshake, then the writes: each arrives by itself, cut as it was
 * given. The path chooses what answers: /echo sends back every message, any
 * other path says hello. */
#ifndef PLAY_H
#define PLAY_H

#include "buf.h"
#include "explain/exercises.h"
#include "http/slice.h"

#define PLAY_PATH_MAX 256

struct play;

/* What becomes of the pieces that cross its wire, both ways. */
typedef void play_show(void *data, const struct piece *);

/* The connection is open, its handshake is done. The path is one of
 * play_is_path. NULL: no memory. */
struct play *play_open(
	struct slice path, uint32_t max_message, play_show *, void *data);

/* More bytes arrive. Behind a Close or an error they are seen, not read. */
void play_write(struct play *, const void *, size_t len);

/* It ends, if it has not. What has happened is good until the play is freed. */
const struct attempt *play_end(struct play *);
void play_free(struct play *);

bool play_is_path(struct slice);

#endif
