/* workers.h - the door of this wing: with --workers several processes serve,
 * which share nothing but the port. A parent replaces one that dies or hangs. A wing that
 * spans the processes (app.on_parent to on_ended) comes before this one in hello.c,
 * so that its on_child is called before its on_start. */
#ifndef WORKERS_H
#define WORKERS_H

#include "app.h"

extern const struct wing workers_wing;

#endif
