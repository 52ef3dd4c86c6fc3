/* figures.h - what was measured beside one attack: a line of the table, and
 * whether the server keeps its promises. */
#ifndef FIGURES_H
#define FIGURES_H

#include "tests/attack/attack.h"
#include "tests/attack/honest.h"

struct figures {
	const struct attack *attack;
	const struct honest *honest;
	uint32_t peers;
	double kib;    /* of the server's memory, for each peer */
	double queued; /* KiB in the kernel at rest, for each peer */
	double wakes;  /* wake-ups a second for nothing */
	double cpu;    /* percent of one CPU, at rest */
	double gone;   /* seconds until the server has ended them all */
	uint32_t most; /* descriptors */
	char note[80], wrong[1000];
};

/* Adds a broken promise: a line below that of the table. */
void figures_wrong(struct figures *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Compares all figures except `gone` with their bounds. */
void figures_judge(struct figures *);

void figures_print_head(void);
void figures_print(const struct figures *);

#endif
