/* json.h - prints what comes of the steps as JSON: RFC 8259. */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "check/plan.h"

/* The table of the steps. */
void json_list(const struct exam *);

/* In this order; json_step once for each step, which are counted from 0. A server
 * that is not found has no steps, but an error. */
void json_begin(const struct plan *);
void json_step(const struct plan *, int step, bool passed);
void json_end(int passed, int failed);
void json_error(const struct plan *, const char *text);

#endif
