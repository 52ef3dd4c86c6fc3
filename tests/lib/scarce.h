/* scarce.h - memory that runs out: the next call of a function that asks for
 * memory fails. The linker puts these functions in front of the C library's
 * (-Wl,--wrap). */
#ifndef SCARCE_H
#define SCARCE_H

#include <stdbool.h>

struct scarce {
	bool calloc, realloc; /* yours to set; false again once it has failed */
};

extern struct scarce scarce;

#endif
