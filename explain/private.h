/* private.h - who may see what crosses the wire: a page that this server has
 * sent to a browser on this machine, and nobody else. */
#ifndef PRIVATE_H
#define PRIVATE_H

#include "http/request.h"
#include "serve/options.h"

/* Is it only for this machine, in one process, with nothing in front? */
bool private_server(const struct options *);

/* Does the request come from a page of this server's, under a name that no
 * one else can give to another machine? RFC 6455 10.2. */
bool private_request(const struct request *);

#endif
