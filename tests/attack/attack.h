/* attack.h - one kind of attack, and what is measured beside it.
 *
 * The server gets short deadlines, which are all equal except for the one of
 * lingering: a unit of time for an attack is the `seconds` of its plan. In the
 * first quarter the peers act. Then all of them rest until the server is calm.
 * Then they act again until they are gone, or leave by themselves if they may
 * stay. */
#ifndef ATTACK_H
#define ATTACK_H

#include "tests/attack/hostile.h"
#include "tests/attack/victim.h"

#include <stdbool.h>
#include <stdint.h>

#define ATTACK_LINGER 0.5 /* seconds */

struct attack {
	const char *name;
	void (*begin)(struct hostile *); /* called when it has connected */
	void (*act)(struct hostile *);   /* a turn; NULL: nothing */
	uint32_t turn_ms; /* between two turns; 0: as many as possible */
	double gone;     /* units after which it must be gone; 0: it may stay */
	bool fills;      /* what is sent must be processed first */
	uint32_t kib;    /* of the server's memory for each peer, at most */
	uint32_t queued; /* the same in the kernel; 0: the usual limit */
	bool pinged;     /* it is to be noticed by Pings, which come early */
	bool idle;       /* nothing is due while it rests: 0 % CPU */
	bool patient;    /* it does nothing wrong: it must not be dropped */
	bool lasting;    /* for units of at least a second: it takes many */
	bool narrow;     /* see hostile.h */
	bool muted;      /* see victim.h */
	bool refusing;   /* honest clients' new connections find no room */
	uint32_t files;  /* see victim.h */
	const char *const *options; /* more options for the server, or NULL */
	/* Looks at the result. Returns NULL, or what is wrong, and may write a
	 * remark for the table. */
	const char *(*check)(struct victim *, char *note, size_t size);
};

struct plan {
	const char *folder; /* see victim.h */
	uint32_t peers;
	double seconds; /* a unit of time */
};

/* The list ends with one without a name. */
extern const struct attack attack_waiting[], attack_flooding[], attack_odd[];

/* Starts a server, attacks it, prints a line of the table and stops the server.
 * Returns false when something was wrong, and prints what. Memory and processes
 * are left to the end of the calling process. */
bool attack_run(const struct attack *, const struct plan *);

/* SIGTERM while there are peers of each kind: a table of its own. */
extern const struct attack stop_attacks[];
void stop_print_head(void);
bool stop_run(const struct attack *, const struct plan *);

/* One of several processes dies. */
extern const struct attack workers_attacks[];
bool workers_run(const struct attack *, const struct plan *);

/* What the server is still allowed to do while it serves. */
extern const struct attack rights_attacks[];
bool rights_run(const struct attack *, const struct plan *);

/* Returns the options of a server under attack, for victim_start. They are
 * valid until the next call. `more` may be NULL. */
const char *const *attack_options(
	double seconds, bool pinged, const char *const *more);

#endif
