/* plan.h - what was asked for on the command line. */
#ifndef PLAN_H
#define PLAN_H

#include "check/exam.h"

struct plan {
	struct exam exam;
	int last; /* the last step to run */
	bool all; /* go on after a step that failed */
	bool json;
};

#endif
