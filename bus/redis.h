/* redis.h - the bus between machines: Redis Streams, of Redis 5 or newer or of
 * Valkey.
 *
 *     push -> XADD                 on one connection
 *     deliver <- XREAD BLOCK       on another: the order is Redis's
 *
 * All events are in one stream, from which a node that begins reads all that there
 * is. An entry has events that were published together: the node and the number of
 * the first one, and behind that for each event the name of its room and its text.
 *
 *     NODE NUMBER  ROOM TEXT  ROOM TEXT ...
 *
 * One XADD at a time is under way. While Redis is away, events wait in the queue,
 * and what was not answered is written again: a node's numbers rise, so they tell
 * what has come before. The last id that was read says where to go on. When the
 * stream does not have that entry any more, it has lost what came after it, or is
 * another one, and the rooms are told that they missed something. Where its ids begin
 * again below those that were read, since it is empty and the clock of Redis is
 * behind, a node that knows higher ones raises them, by an entry without events whose
 * number is 0: all rooms are told, too. Of several that do so at once, Redis refuses
 * all but the first, and they connect anew.
 *
 * In another stream, an entry without events is a beat, every two seconds: that
 * node is alive. Time is counted in beats of its own that were read: it stands still
 * while Redis does, so that an outage is nobody's death. */
#ifndef REDIS_H
#define REDIS_H

#include "bus/bus.h"

#define REDIS_ROOMS "hello-socket:rooms"
#define REDIS_BEATS "hello-socket:beats"
#define REDIS_MAXLEN "10000" /* entries in each, or some more */

/* Returns the bus, which a redis_close frees. Where Redis is, as link_resolve
 * (link.h) has it; it may be away. The name must outlive the bus. Ends the
 * program with a sentence when it has no address. To be called before the fork;
 * each process then is a node of its own. */
struct bus *redis_open(const char *where);
void redis_close(struct bus *);

#endif
