/* landlock.h - the door of this wing: once it serves, the kernel keeps the program
 * to its own files (Landlock, Linux 5.13), even if a peer should take it over. What
 * those are it learns from the command line: an option whose argument is called
 *
 *     DIR      a folder that is served: it reads beneath the folder around it, so
 *              that a folder that is built anew, or a link that leads to another
 *              release there, is served too
 *     FILE     a log: it writes in its folder, where it may be opened again
 *     PATH     a socket: it removes files in its folder
 *     PLACE    HOST:PORT: it connects by TCP to that port, and to no other
 *
 * It also reads what is installed with the program. The folders are found before
 * --user takes effect, so that a user who cannot reach them by their paths may read
 * them as before. One line of the log names them. Where the kernel has no Landlock,
 * the log says so, and the server serves. A served folder directly in / or /etc ends
 * the program with a sentence and status 2, unless --no-landlock is given, with which
 * all of this is left out.
 *
 * Its functions must be called with the application that it returns, not with a copy
 * of it. So in hello.c only a wing that does so, such as explain/, may come after it.
 *
 * Builds with sanitizers or coverage write files of their own, so only a build
 * with serve/hardening.mk asks the kernel. */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include "app.h"

extern const struct wing landlock_wing;

#endif
