/* get.h - a file over HTTP, on connections that are kept alive. */
#ifndef GET_H
#define GET_H

#include "bench/crowd.h"

/* Maps the file whose bytes are expected; the path is each target's own. */
void get_init(const char *file);

/* Connects the clients of the crowd. */
void get_open(struct crowd *);

/* An operation: a request, its response. */
extern const struct work get_work;

#endif
