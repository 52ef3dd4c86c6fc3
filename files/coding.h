/* coding.h - which content codings a client takes: RFC 9110, section 12.5.3.
 */
#ifndef CODING_H
#define CODING_H

#include "http/request.h"

/* How much the request asks for a coding, in thousandths; 0: it is not to be
 * sent. "identity", no coding at all, has 1 where nothing is said of it: it is
 * taken, and what is asked for goes before it. */
int coding_quality(const struct request *, const char *coding);

#endif
