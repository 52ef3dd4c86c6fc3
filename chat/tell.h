/* tell.h - what this node's members are told. */
#ifndef TELL_H
#define TELL_H

#include "chat/room.h"

/* So many members are named in a welcome, and so many rooms are listed. */
#define TELL_NAMED 100
#define TELL_HISTORY 50 /* messages to one that comes late */

/* Tells all who are in a room and have the subprotocol, which is JSON; of a message
 * also those without, who hear of nothing else. Each form is encoded once. A
 * member who cannot be told, because there is no memory (and the event is NULL), is
 * closed, and may come back with ?after. */
void tell_all(struct room *, const char *event);
void tell_message(struct room *, const char *event);
void tell_count(struct room *);

/* The first that a member is told: of its room, in which it is, with what was
 * said there after the id that it asked for, or last. `newest` is the id of the
 * last event. If that is too much at once, the member is behind then, and no message
 * reaches it but by tell_more. */
void tell_welcome(struct member *, struct bus_id newest);

/* Tells a member that is behind more of that, once it has taken what it was told.
 * Returns how many bytes that was. */
size_t tell_more(struct member *);

/* Messages after that id, a string of JSON, were missed. */
void tell_gap(struct member *, const char *id);

void tell_error(struct member *, const char *why);

/* Tells the rooms that have most members. */
void tell_rooms(struct member *, const struct rooms *);

#endif
