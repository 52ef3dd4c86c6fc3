/* workers.h - the door of this wing: with --workers several processes serve,
 * which share nothing but the port. A parent replaces one that dies or hangs. */
#ifndef WORKERS_H
#define WORKERS_H

#include "app.h"

extern const struct wing workers_wing;

#endif
