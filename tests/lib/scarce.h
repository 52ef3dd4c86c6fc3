/* scarce.h - memory that runs out: the next call of a function that asks for
 * some says no. The linker puts it before the C library (-Wl,--wrap). */
#ifndef SCARCE_H
#define SCARCE_H

#include <stdbool.h>

struct scarce {
	bool calloc, realloc; /* yours to set; false again when it has failed */
};

extern struct scarce scarce;

#endif
