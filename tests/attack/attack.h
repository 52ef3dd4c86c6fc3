/* attack.h - one kind of attack, and what is measured beside it.
 *
 * The server gets short deadlines, all equal but for the one of lingering: a
 * unit of time for an attack is `seconds` of its plan. In the first quarter the
 * peers do what they do; then all rest until the server is calm; then they go
 * on until they are gone, or leave by themselves if they may stay. */
#ifndef ATTACK_H
#define ATTACK_H

#include "tests/attack/hostile.h"
#include "tests/attack/victim.h"

#include <stdbool.h>
#include <stdint.h>

#define ATTACK_LINGER 0.5 /* seconds */

struct attack {
	const char *name;
	void (*begin)(struct hostile *); /* it has connected */
	void (*act)(struct hostile *);   /* a turn; NULL: nothing */
	uint32_t turn_ms; /* between two of them; 0: as many as possible */
	double gone;  /* units until it must be gone at most; 0: it may stay */
	bool fills;   /* first, what is sent has to be worked off */
	uint32_t kib; /* of the server's memory for a peer, at most */
	uint32_t queued; /* the same in the kernel, 0: what is usual */
	bool pinged;     /* it is to be found out by Pings: they come early */
	bool idle;       /* nothing is due while it rests: 0 % CPU */
	bool patient;    /* it does nothing wrong: it must not be dropped */
	bool lasting;    /* for units of a second at least: it takes many */
	bool narrow;     /* see hostile.h */
	bool muted;      /* see victim.h */
	bool refusing;   /* there is no room for honest ones' new connections */
	uint32_t files;  /* see victim.h */
	const char *const *options; /* more for the server, or NULL */
	/* Looks at what is left of it. Returns NULL, or what is wrong; may
	 * write a remark for the table. */
	const char *(*check)(struct victim *, char *note, size_t size);
};

struct plan {
	const char *folder; /* see victim.h */
	uint32_t peers;
	double seconds; /* a unit of time */
};

/* Ended by one without a name. */
extern const struct attack attack_waiting[], attack_flooding[], attack_odd[];

/* Starts a server, attacks it, prints a line of the table and stops it. False:
 * something was wrong, which is said. Memory and processes are left to the end
 * of the calling process. */
bool attack_run(const struct attack *, const struct plan *);

/* SIGTERM beside all these: a table of their own. */
extern const struct attack stop_attacks[];
void stop_print_head(void);
bool stop_run(const struct attack *, const struct plan *);

/* One of several processes dies. */
extern const struct attack workers_attacks[];
bool workers_run(const struct attack *, const struct plan *);

/* What the server may still do when it serves. */
extern const struct attack rights_attacks[];
bool rights_run(const struct attack *, const struct plan *);

/* The options of a server under attack, for victim_start; good until the next
 * call. `more` may be NULL. */
const char *const *attack_options(
	double seconds, bool pinged, const char *const *more);

#endif
