/* steps.h - the 35 steps from a socket that listens to a whole server. */
#ifndef STEPS_H
#define STEPS_H

#include "check/exam.h"
#include "check/words.h"

#define STEPS 35

struct step {
	char name[16];
	const char *rfc;            /* number and section: "6455 5.1" */
	const char *rule;           /* a sentence of it, as it stands there */
	struct words does;          /* what the step asks of a server */
	struct words hint;          /* for a server that does not do it yet */
	bool (*run)(struct exam *); /* false: it failed, and exam says how */
};

/* Step 1 is the first. */
extern const struct step steps[STEPS];

#endif
