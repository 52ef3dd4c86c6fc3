/* check.h - the door of this wing: `./server check HOST:PORT` grades any server,
 * in any language, in 35 steps. */
#ifndef CHECK_H
#define CHECK_H

#include "app.h"

extern const struct wing check_wing;

#endif
