/* coding.h - which content codings a client accepts: RFC 9110 12.5.3. */
#ifndef CODING_H
#define CODING_H

#include "http/request.h"

/* Returns how much the request prefers a coding, from 1 to 1000; 0 means that
 * it must not be sent. "identity", which is no coding at all, gets 1 when the
 * request does not name it: it is accepted, but every coding that is asked for
 * is preferred. */
int coding_quality(const struct request *, const char *coding);

#endif
