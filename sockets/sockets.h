/* sockets.h - the door of this wing: sockets other than those of a host and a
 * port. With --unix the server listens on a path, and when another program has
 * opened sockets for it, as systemd does (LISTEN_FDS), on these. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include "app.h"

extern const struct wing sockets_wing;

#endif
