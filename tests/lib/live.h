/* live.h - a real server for a test: the program itself, on a free port of
 * the loopback interface. Whatever takes over five seconds fails the test. */
#ifndef LIVE_H
#define LIVE_H

#include "tests/lib/support.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct live {
	pid_t pid;
	int out; /* its standard output */
	int port;
	size_t len;
	char log[1 << 20]; /* what it printed so far, ended by a 0 */
};

/* Starts it with these options (NULL at the end), besides --port 0. */
void live_start(struct live *, const char *const options[]);

/* Ends it with a signal, reads the rest of its log; the exit status, or minus
 * the signal that killed it. */
int live_stop(struct live *, int signal);

/* Waits for the text in the log. */
void live_expect_log(struct live *, const char *text);

int live_connect(const struct live *);
void live_send(int fd, const void *, size_t len);
void live_send_text(int fd, const char *text);

/* Exactly that many bytes. */
void live_read(int fd, void *, size_t len);

/* All until the other side ends, with a 0 behind it; returns how many. A
 * reset fails the test: the end of what is sent must not be lost to one. */
size_t live_read_all(int fd, char *, size_t size);

/* Connects, sends, reads to the end, closes. */
size_t live_ask(
	const struct live *, const char *request, char *answer, size_t size);

/* A WebSocket on that path: the handshake is done and read. */
int live_socket(const struct live *, const char *path);

/* A masked frame. */
void live_send_frame(int fd, int first_byte, const void *, size_t len);

#endif
