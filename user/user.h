/* user.h - the door of this wing: with --user, a server that root has started
 * becomes another user as soon as its sockets are open, by name or number. It
 * keeps that user's own group and no other; of a number that has no name, that is
 * the group of the same number. A server that another user has started gives up
 * the capabilities with which it may have bound its port. In either case no program
 * that the server starts can gain rights; the log says so where the kernel cannot
 * promise that. The program ends with a sentence and status 1 when it may not become
 * that user. */
#ifndef USER_H
#define USER_H

#include "app.h"

extern const struct wing user_wing;

#endif
