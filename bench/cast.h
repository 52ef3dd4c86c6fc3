/* cast.h - a message that all clients hear. */
#ifndef CAST_H
#define CAST_H

#include "bench/crowd.h"

/* An operation: one client hears one message. When all have heard it, the first
 * client says the next one. In the rooms of our server, and on /cast of raw. */
extern const struct work cast_work;

#endif
