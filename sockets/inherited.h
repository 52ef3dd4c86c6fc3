/* inherited.h - the sockets that the program which started this one hands over,
 * as systemd does: sd_listen_fds(3). */
#ifndef INHERITED_H
#define INHERITED_H

#include "serve/listener.h"

/* Returns how many sockets LISTEN_FDS and LISTEN_PID announce to this process, 0
 * when there are none for it. More than LISTEN_MAX, or what is no number, is
 * LISTEN_MAX + 1. */
size_t inherited_count(void);

/* Takes them, non-blocking, and logs how many they are. Ends the program with a
 * sentence and status 1 when there are too many, or when one of them is no
 * stream socket that listens. */
size_t inherited_take(int fds[LISTEN_MAX]);

#endif
