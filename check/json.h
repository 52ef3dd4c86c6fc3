/* json.h - prints what comes of the steps as JSON: RFC 8259. */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "check/plan.h"

void json_begin(const struct plan *);
void json_step(const struct plan *, int step, bool passed);
void json_end(int passed, int failed);

#endif
