/* scarce.h - memory that runs out: one of the next calls of a function that
 * asks for memory fails. The linker puts these functions in front of the C library's
 * (-Wl,--wrap). */
#ifndef SCARCE_H
#define SCARCE_H

struct scarce {
	/* Yours to set: which call from now on fails, 1 for the next one. It is 0
	 * again once that has failed. */
	int calloc, realloc;
};

extern struct scarce scarce;

#endif
