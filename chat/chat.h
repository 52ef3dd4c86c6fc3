/* chat.h - the door of this wing: rooms, in which everybody hears what one says.
 *
 * /chat is a room, and /chat/NAME are others. Without a subprotocol a client
 * sends {"type":"nickname","payload":"Ann"} and {"type":"new_message","payload":
 * "hi"}, and all in the room hear the text "Ann: hi". With the subprotocol room.v1
 * every event is JSON; docs/application.md lists them. No browser reaches rooms that
 * are called "." or "..", since a URL drops such segments, also as %2E. */
#ifndef CHAT_H
#define CHAT_H

#include "app.h"

/* Its options: --chat-rate and --redis. It passes on to the application that it
 * stands before what concerns requests, handshakes, the start and the stop; what
 * spans processes (on_parent to on_ended) it does alone. In hello.c it comes before
 * the wings whose functions, other than those of an application, use `data`. */
extern const struct wing chat_wing;

#endif
