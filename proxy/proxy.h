/* proxy.h - the door of this wing: with --proxy-protocol, a proxy in front names
 * each client in a header of its own, before the first byte of the client. */
#ifndef PROXY_H
#define PROXY_H

#include "app.h"

extern const struct wing proxy_wing;

#endif
