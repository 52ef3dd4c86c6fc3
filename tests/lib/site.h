/* site.h - a folder of the test's own, the real server on it, and clients that
 * read its answers one by one. Whatever takes more than five seconds fails the
 * test.
 *
 * Each test of the suite `tcp` has a folder with nothing but quick.txt. The
 * folder is removed at the end, and so is a server that a failed test has
 * left. */
#ifndef SITE_H
#define SITE_H

#include "tests/lib/live.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A request without the rest of its fields and the empty line. */
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n"

/* The server that is running. */
extern struct live site;

/* Starts the server with these options (NULL at the end). */
void site_open(const char *const options[]);

/* Expects that it has given back every descriptor, and ends as it should. */
void site_close(void);

/* Returns a path beneath the folder that is served, or "../" beside it. The
 * text is valid for three more calls. */
const char *site_path(const char *name);
void site_write(const char *name, const void *, size_t len);
void site_write_text(const char *name, const char *);
void site_write_sparse(const char *name, off_t size);

/* Bytes that never repeat, and a file of them. */
void site_fill(char *, size_t len);
void site_write_filled(const char *name, size_t len);

/* What the kernel says about the server. */
int site_descriptors(void);
long site_memory(void);      /* KiB that are resident */
uint64_t site_written(void); /* bytes by write and sendfile, not by send */

uint32_t now_ms(void);

struct visitor {
	int fd;
	size_t at, len; /* bytes that have been looked at, and that have come */
	char bytes[65536];
};

void visitor_connect(struct visitor *);
void visitor_leave(struct visitor *);

/* Reads the head of the next answer; its body is still to be read. */
struct heard {
	int status;
	size_t length; /* Content-Length, or 0 */
	char head[2048];
} visitor_hears(struct visitor *);

/* Reads that many bytes; `to` may be NULL. */
void visitor_reads(struct visitor *, char *to, size_t len);

/* Reads the next answer whole. Fails the test unless it is this one. */
void visitor_expect(struct visitor *, int status, const char *body);

/* Receives more bytes when all have been looked at. Returns 0 at the end, and
 * -1 after a reset or when nothing comes. */
ssize_t visitor_receives(struct visitor *);

/* Fails the test unless the connection ends here, and not with a reset. */
void visitor_expect_end(struct visitor *);

/* Fails the test unless a new client is answered at once. */
void expect_quick(void);

#endif
