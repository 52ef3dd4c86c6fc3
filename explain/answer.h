/* answer.h - the head of an HTTP response, as who asked reads it: RFC 9112 4;
 * and whether it accepts a WebSocket: RFC 6455 4.1.
 *
 * This server sends responses and reads none; what it has sent is read here
 * to be explained. */
#ifndef ANSWER_H
#define ANSWER_H

#include "http/request.h"

/* Reads a head like request_parse, but for -1: it is refused. */
ssize_t answer_parse(const char *, size_t len, struct fields *);

/* The status of a head that answer_parse has taken. */
int answer_status(const char *);

/* Why a 101 does not open a WebSocket, or NULL when it does. `accept` is what
 * it must have, or NULL when its request was not seen. */
const char *answer_check(const struct fields *, const char *accept);

#endif
