/* workers.h - several processes that do the same, and one that watches. */
#ifndef WORKERS_H
#define WORKERS_H

#include <stddef.h>

/* Runs `run(data, i)` in a process of its own for each i below n, and starts
 * one that has died again, after a pause that grows while it keeps dying.
 * SIGINT, SIGTERM and SIGUSR1 are passed on to all; after one of the first
 * two, returns the program's exit status when all have ended. Where there is
 * no process to be had at the start, ends the program with status 1. */
int workers_run(size_t n, int (*run)(void *data, size_t i), void *data);

#endif
