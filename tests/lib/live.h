/* live.h - a real server for a test: the program itself, on a free port of the
 * loopback interface. Whatever takes more than five seconds fails the test. */
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
	char log[1 << 20]; /* what it has printed so far, and a 0 */
};

/* Starts it with --port 0 and these options (NULL at the end). */
void live_start(struct live *, const char *const options[]);

/* Ends it with a signal and reads the rest of its log. Returns the exit status,
 * or minus the signal that killed it. */
int live_stop(struct live *, int signal);

/* Runs it to its end with these options. Returns its exit status, or -1, and all
 * that it printed. */
int live_run(const char *const options[], char *said, size_t size);

/* The same for any child that prints to this pipe, which is closed. */
int live_hear(pid_t child, int pipe, char *said, size_t size);

/* Waits until the text is in the log. */
void live_expect_log(struct live *, const char *text);

/* Stores the pids of its first children. Returns how many those are. */
#define LIVE_CHILDREN 3
int live_children(const struct live *, int pids[LIVE_CHILDREN]);

/* Finds its port in its log. */
void live_find_port(struct live *);

int live_connect(const struct live *);
void live_send(int fd, const void *, size_t len);
void live_send_text(int fd, const char *text);

/* Reads exactly that many bytes. */
void live_read(int fd, void *, size_t len);

/* Reads everything until the other side ends, and adds a 0. Returns how many
 * bytes came. A reset fails the test, since it could destroy the end of what
 * the server has sent. */
size_t live_read_all(int fd, char *, size_t size);

/* Connects, sends, reads to the end, closes. */
size_t live_ask(
	const struct live *, const char *request, char *answer, size_t size);

/* Opens a WebSocket on that path; its handshake is done and read. */
int live_socket(const struct live *, const char *path);

/* Sends a masked frame. */
void live_send_frame(int fd, int first_byte, const void *, size_t len);

#endif
