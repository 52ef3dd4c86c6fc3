/* exercises.h - tasks for who learns the protocol: what to send by hand, from
 * easy to hard, and whether it has been done. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include "explain/piece.h"
#include "ws/frame.h"

#define EXERCISE_FRAMES_MAX 32
#define EXERCISE_START_MAX 8

/* A frame that the learner has sent. */
struct attempt_frame {
	struct frame head; /* as far as it has come */
	size_t at;         /* its first byte, among all that were written */
	size_t write;      /* the one that brought its end */
	bool cut;          /* that did not bring its beginning */
	uint64_t len;      /* bytes of payload that came */
	/* Of those the first, unmasked. */
	unsigned char start[EXERCISE_START_MAX];
	bool whole;
};

/* What has happened in a play. All zero at the beginning. */
struct attempt {
	int code; /* of the Close that has ended it, or 0; yours to set */

	/* Private. */
	size_t write, begin, len; /* the current one, where it lies */
	size_t at;                /* of what was written, has been seen */
	size_t n; /* what exceeds the array overwrites its last */
	struct attempt_frame frames[EXERCISE_FRAMES_MAX];
	const char *why; /* the rule that the last frame has broken */
	bool ponged;     /* by the server */
};

/* Its words are the page's: public/tasks.js has them by the id. */
struct exercise {
	char id[20];
	char rfc[12]; /* number and section: "6455 5.2" */
	int level;    /* 1 to 3 */

	/* It is solved when all of these hold. */
	int code;         /* the close code; 0: any */
	const char *rule; /* words of the rule that is broken; NULL: any */
	bool (*is_solved)(const struct attempt *); /* NULL: yes */
};

extern const struct exercise exercise_list[];
extern const size_t exercise_count;

/* So many bytes are written at once. Before the pieces that come of it. */
void exercise_write(struct attempt *, size_t len);

/* The next piece that crosses the wire of the play. */
void exercise_see(struct attempt *, const struct piece *);

bool exercise_is_solved(const struct exercise *, const struct attempt *);

#endif
