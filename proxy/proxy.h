/* proxy.h - the door of this wing: a proxy in front names each client. With
 * --proxy-protocol it does so in a header of its own, before the client's first
 * byte; with --trust-proxy, in a field of each request. */
#ifndef PROXY_H
#define PROXY_H

#include "app.h"

extern const struct wing proxy_wing;

#endif
