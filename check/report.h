/* report.h - prints what comes of the steps: for people, in 80 columns, or as
 * JSON. */
#ifndef REPORT_H
#define REPORT_H

#include "check/plan.h"

/* In this order; report_step and report_result once for each step, which are
 * counted from 0. */
void report_begin(const struct plan *);
void report_step(const struct plan *, int step);
void report_result(const struct plan *, int step, bool passed);
void report_end(const struct plan *, int passed, int failed);

/* Prints the table of the steps instead. */
void report_list(const struct plan *);

#endif
