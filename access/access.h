/* access.h - the door of this wing: a line about each response, in the combined
 * log format that every tool reads (--access-log), and the time before each
 * line of the log (--log-time). */
#ifndef ACCESS_H
#define ACCESS_H

#include "app.h"

extern const struct wing access_wing;

#endif
