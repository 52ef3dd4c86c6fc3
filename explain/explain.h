/* explain.h - the door of this wing, which shows and explains the bytes on the
 * wire: on the terminal (--trace), to a page that watches its own connections
 * (/trace?page=NAME), and with ./server explain. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "app.h"

extern const struct wing explain_wing;

#endif
