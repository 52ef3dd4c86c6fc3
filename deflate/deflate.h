/* deflate.h - the door of this wing: permessage-deflate, RFC 7692. Messages are
 * compressed on the wire where both ends agree to it: on every route with
 * --deflate, and without it on /deflate, which is the application's /echo
 * under another name. */
#ifndef DEFLATE_H
#define DEFLATE_H

#include "app.h"

extern const struct wing deflate_wing;

#endif
