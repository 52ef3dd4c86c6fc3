/* say.h - what a client may say in a room, and how much of it. */
#ifndef SAY_H
#define SAY_H

#include "chat/node.h"

#define SAY_MAX (16u << 10) /* bytes at once */

/* Has the UTF-8 text 1 to `max` characters? */
bool say_has_characters(struct slice text, size_t max);

/* Does what the text of a member asks for; `rate` is the messages a second that it
 * may send. Returns NULL, or why that is refused. */
const char *say_take(
	struct node *, struct member *, struct slice text, uint32_t rate);

#endif
