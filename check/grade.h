/* grade.h - runs the steps. */
#ifndef GRADE_H
#define GRADE_H

#include "check/plan.h"

#define GRADE_PASSED 0
#define GRADE_FAILED 1
#define GRADE_USAGE 2
#define GRADE_NOBODY 3 /* nobody listens */

/* Finds a server that listens there. Returns 0, or the exit status, and has then
 * said why. */
int grade_find(struct plan *, const char *host, const char *port);

/* Runs the steps up to the last one, and prints what comes of them. Returns the
 * exit status. */
int grade_run(struct plan *);

#endif
