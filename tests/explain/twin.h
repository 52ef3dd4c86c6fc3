/* twin.h - an application like hello.c's, without its log: /echo sends back
 * every message, /no is refused with 403, /file is answered with a file, and
 * any other path says hello. */
#ifndef TWIN_H
#define TWIN_H

#include "app.h"

struct twin {
	struct app app;
	char peer[64]; /* of the last socket */
	int closed;    /* calls of on_close, and the code of the last */
	int code;
};

void twin_init(struct twin *);

#endif
