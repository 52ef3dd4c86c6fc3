/* report.h - prints what comes of the steps: for people, in 80 columns, or as
 * JSON. */
#ifndef REPORT_H
#define REPORT_H

#include "check/grade.h"

/* In this order; report_step and report_result once for each step, which are
 * counted from 0. */
void report_begin(const struct grade *);
void report_step(const struct grade *, int step);
void report_result(const struct grade *, int step, bool passed);
void report_end(const struct grade *, int passed, int failed);

/* Prints the table of the steps instead. */
void report_list(const struct grade *);

#endif
