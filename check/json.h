/* json.h - prints what comes of the steps as JSON: RFC 8259. */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "check/grade.h"

void json_begin(const struct grade *);
void json_step(const struct grade *, int step, bool passed);
void json_end(int passed, int failed);

#endif
