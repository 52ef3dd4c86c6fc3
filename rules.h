/* rules.h - what a client may send: RFC 6455, sections 5 and 7.4, as pure
 * questions. ws.c asks them to refuse, trace.c to explain. Each answer is a
 * sentence for the reason of a Close frame, at most 123 bytes. */
#ifndef RULES_H
#define RULES_H

#include "frame.h"

/* The rule that a frame breaks, or NULL. `have` bytes are there of it, 1 or
 * more: what those already say is judged, so that no frame is waited for in
 * vain. `in_message`: a fragmented message is under way. */
const char *rules_frame(const struct frame *, size_t have, bool in_message);

/* What no frame breaks alone, but a message, with 1009, 1007 and 1007. */
extern const char rules_too_big[], rules_not_utf8[], rules_cut_character[];

/* May this code stand in a Close frame? */
bool rules_is_close_code(int code);

/* Judges the unmasked payload of a Close: returns 0 when it is allowed, or
 * the code to refuse it with and its sentence in *why. */
int rules_close(const unsigned char *payload, size_t len, const char **why);

#endif
