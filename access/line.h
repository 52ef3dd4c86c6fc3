/* line.h - a line of the access log, in the combined log format:
 *
 *     192.0.2.7 - - [26/Nov/2026:20:00:00 +0000] "GET / HTTP/1.1" 200 1234
 *     "http://localhost:3000/" "Mozilla/5.0"                (on the same line)
 *
 * The address has no port, since tools expect none; on a Unix socket it is
 * "unix", and "unknown" after a reset. The request line, the Referer and the
 * User-Agent are as the peer sent them, but for what could end a field or a
 * line: `"`, `\` and every byte that is not printable ASCII appear as \xHH, as
 * nginx writes them. What is missing is "-". What is longer than its LINE_ limit
 * ends in "...". */
#ifndef LINE_H
#define LINE_H

#include "http/request.h"

#include <stdint.h>
#include <time.h>

/* Bytes of each field, escaped. Together they fit in one write (outlet.h). */
#define LINE_PEER_MAX 64
#define LINE_REQUEST_MAX 2000
#define LINE_OTHER_MAX 800 /* of the Referer, and of the User-Agent */
#define LINE_MAX_SIZE 3800

/* What a request says, kept until its response has been sent: four texts with a
 * 0 behind each. Returns how many bytes that are. */
#define LINE_TEXTS_MAX (LINE_PEER_MAX + LINE_REQUEST_MAX + 2 * LINE_OTHER_MAX)
size_t line_texts(char texts[LINE_TEXTS_MAX], const struct request *);

/* Writes the line with its end, and returns its size. `body`: the bytes of the
 * body that were handed over. The time is in UTC. */
size_t line_write(char line[LINE_MAX_SIZE], const char *texts, time_t now,
	int status, uint64_t body);

#endif
