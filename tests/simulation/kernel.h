/* kernel.h - an invented kernel: what the server's system calls find.
 *
 * It holds connections, descriptors, an epoll and a clock, all in memory. The
 * wrappers (wrap.c) put it in the place of the real one while a simulation
 * runs. Everything that happens follows from the bytes that the simulation is
 * given, so it happens again when they are given again. */
#ifndef KERNEL_H
#define KERNEL_H

#include "tests/simulation/heard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define STREAMS_MAX 40
#define FDS_MAX 128
#define FD_FIRST 10000       /* no descriptor of the real kernel */
#define FILE_SIZE 300000     /* of the one file that is served */
#define HEAP_MAX (24u << 20) /* bytes that the server may hold */
#define FILE_BYTE(at) ((unsigned char)((at)*31 >> 3))

/* What the server promises. A law that is broken ends the program. */
#define LAW(holds, ...) ((holds) ? (void)0 : kernel_broken(__VA_ARGS__))
_Noreturn void kernel_broken(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* With SIMULATE_TRACE in the environment: a line of what happens, on stderr. */
void kernel_trace(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* One connection, between a peer and the server. */
struct stream {
	/* The peer's side: what it says, how much of that has arrived, and
	 * how much the server has read. */
	unsigned char *said;
	size_t said_len, arrived, read;
	bool is_mute; /* what was said last cannot be followed by more */
	bool speaks_frames, is_page;
	bool eof, reset, told_reset;

	/* The server's side. */
	bool is_accepted, is_closed, is_shut;
	size_t room;    /* bytes that the kernel would take */
	size_t unacked; /* bytes that it took, and the peer did not read */
	bool is_left;   /* it did not take all, and on_drain is due */
	struct heard heard;
};

enum fd_kind { FD_NONE, FD_EPOLL, FD_LISTENER, FD_FILE, FD_STREAM };

struct kernel {
	bool is_traced;
	bool runs;      /* else the wrappers pass through */
	bool may_fail;  /* calls and allocations, by the chances below */
	bool has_pages; /* the wing explain/ is there */
	bool is_old;    /* it lacks what the server can do without */
	uint64_t random;
	unsigned char call_chance, alloc_chance, part_chance; /* of 256 */

	/* What is left of the bytes that decide what happens. */
	const uint8_t *data;
	size_t len;

	int64_t now, wall; /* milliseconds; seconds */
	size_t fds_max;    /* descriptors that may be open */
	bool is_exhausted; /* no memory for a client that is accepted */
	bool stopping, reports, is_interrupted;
	struct descriptor {
		enum fd_kind kind;
		struct stream *stream;
		bool is_watched;
		uint32_t events;
		void *source;
	} fds[FDS_MAX];
	struct stream streams[STREAMS_MAX];
	size_t n; /* streams that have connected so far */

	/* In this wake-up the server could not know of all that had arrived. */
	bool has_skipped;

	/* To see a loop that spins. */
	unsigned idle, calls;
	bool has_worked;
	size_t heap, blocks; /* bytes and blocks that are allocated */

	/* The end: no more decisions, and all has to go. */
	enum { ENDING_SILENT, ENDING_READ, ENDING_EOF, ENDING_STOP } ending;
	bool is_ending;
	int64_t ended_at, stopped_at;
	unsigned waits;
};

extern struct kernel kernel;

void kernel_start(void);
/* Everything is given back: what was allocated, and every descriptor. */
void kernel_end(void);

/* Returns true with a chance of `chance` in 256. */
bool kernel_by_chance(unsigned chance);
uint32_t kernel_random(uint32_t below);
bool kernel_fails(void);    /* Does this call fail? errno is yours to set. */
unsigned kernel_byte(void); /* the next that decides; 0 at the end */

/* A descriptor: the lowest that is free, as POSIX has it. */
int kernel_open(enum fd_kind, struct stream *);
struct descriptor *kernel_fd(int fd, enum fd_kind);
bool kernel_owns(int fd);
size_t kernel_count(enum fd_kind);

/* Asserts that the server has read all that this peer has said, before it gives
 * the peer up. */
void kernel_check_unread(const struct heard *);

/* The server's system calls; they return what those return. */
struct epoll_event;
int kernel_accept(void);
ssize_t kernel_recv(int fd, void *, size_t);
ssize_t kernel_send(int fd, const void *, size_t);
ssize_t kernel_sendfile(int fd, int from, off_t *at, size_t);
int kernel_control(int epoll, int op, int fd, const struct epoll_event *);
int kernel_close(int fd);

/* The first that waits to be accepted, or NULL. */
struct stream *kernel_queued(void);

/* Tells of descriptors that are ready, in any order. It may leave some for the
 * next call. Returns how many. */
int kernel_ready(struct epoll_event *, int max);
bool kernel_has_ready(void);

#endif
