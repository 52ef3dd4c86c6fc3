/* explain.h - the door of this wing: all that hello.c needs of it. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "explain/command.h"
#include "explain/watch.h"

#endif
