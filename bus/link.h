/* link.h - a connection to Redis or Valkey, in the loop of a process: commands
 * go out, answers come back in the same order. It never waits. */
#ifndef LINK_H
#define LINK_H

#include "bus/resp.h"
#include "serve/source.h"

struct addrinfo;
struct server;

#define LINK_ANSWER_MAX (8u << 20) /* bytes */

/* Returns the addresses of HOST:PORT, [ADDRESS]:PORT or /PATH: freeaddrinfo frees
 * those of a host, none but those. Ends the program with a sentence when there is
 * none. */
struct addrinfo *link_resolve(const char *name);

struct link {
	struct source source; /* the first member */

	/* Yours to set. */
	struct server *server;
	void *data;
	void (*on_open)(struct link *);
	/* Is given each answer, a whole value that is no error, but those to
	 * AUTH. Returns false when it is not what was asked for. */
	bool (*on_answer)(struct link *, struct slice answer);
	/* It is lost, and to be closed: an error closes it, too. What was not
	 * answered may or may not have been done. */
	void (*on_lost)(struct link *, const char *why);

	struct buf out; /* commands that wait (resp.h): yours to add to */
	bool is_open;   /* yours to read */

	/* Private. */
	bool is_begun; /* it has a descriptor */
	struct buf in;
};

/* Connects. The user and the password are those of REDIS_USER and REDIS_PASSWORD
 * in the environment. */
void link_open(struct link *, const struct addrinfo *);

/* Sends what can be sent of `out` without waiting, and the rest later. In on_open
 * and on_answer it is not needed: what these add is sent when members have heard
 * what they bring about. */
void link_flush(struct link *);

void link_close(struct link *);

/* Before it is closed, at the end of the program: waits until what is in `out` has
 * been sent and done, unless there is silence for a second. */
void link_finish(struct link *);

#endif
