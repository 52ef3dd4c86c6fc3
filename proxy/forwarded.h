/* forwarded.h - the client that a proxy names in a field of each request:
 * X-Forwarded-For, or Forwarded (RFC 7239). */
#ifndef FORWARDED_H
#define FORWARDED_H

#include "http/request.h"

/* Returns the client's IP address, without a port, as the proxy in front of the
 * server names it; it is written to `text`. The address is what stands last in
 * the last X-Forwarded-For, or where there is no such field, what `for` says in
 * the last element of the last Forwarded. The words before it may be the
 * client's own. Returns NULL where no such address stands there, or it does not
 * fit. */
const char *forwarded_address(const struct request *, char *text, size_t size);

#endif
