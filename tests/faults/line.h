/* line.h - a client's end of a connection; it gives up after a while. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define LINE_SIZE (2 << 20)

extern int line_patience; /* milliseconds that something may take */

/* What has come, and how far it has been read. */
struct line {
	int fd;
	size_t len, at;
	char data[LINE_SIZE];
};

/* All return false when it does not happen in time. */
bool line_open(struct line *, const struct sockaddr_storage *, socklen_t len);
bool line_say(struct line *, const void *, size_t len);
bool line_say_text(struct line *, const char *);

/* Reads an answer with that status; *body is where its body begins. */
bool line_hears_answer(
	struct line *, int status, const char **body, size_t *len);

/* Expects a clean end, and nothing before it. */
bool line_hears_end(struct line *);
void line_close(struct line *);

/* Closes it so that the kernel sends the server a reset. */
void line_reset(struct line *);

/* Makes a handshake on that path. */
bool line_upgrade(struct line *, const char *path);
/* The same, with one more line in the request, which has its CR LF. */
bool line_offer(struct line *, const char *path, const char *field);

/* line_say_frame sends a masked frame. line_hears_frame expects a frame with
 * this first byte and this payload. */
bool line_say_frame(struct line *, int first, const void *, size_t len);
bool line_hears_frame(struct line *, int first, const void *, size_t len);
bool line_hears_text(struct line *); /* whatever it says, and if coded */
bool line_says(struct line *, int first, const char *text);
bool line_hears(struct line *, int first, const char *text);

#endif
