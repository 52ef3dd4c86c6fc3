/* get.c - a file over HTTP: RFC 9110, RFC 9112. */
#include "bench/get.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const unsigned char *body;
static size_t body_len;

void get_init(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	off_t len = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

	if (len <= 0)
		die("%s cannot be read, or is empty", file);
	body_len = (size_t)len;
	body = mmap(NULL, body_len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (body == MAP_FAILED)
		die("%s cannot be mapped", file);
	close(fd);
}

void get_open(struct crowd *crowd)
{
	for (uint32_t i = 0; i < crowd->count; i++)
		peer_connect(&crowd->clients[i], crowd->epoll, NULL);
}

static void ask(struct crowd *crowd, struct peer *c)
{
	char request[512];
	int n = snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\nHost: localhost:%u\r\n\r\n",
		crowd->target.path, (unsigned)crowd->target.port);

	if (n >= (int)sizeof request)
		die("the path is too long");
	peer_send(c, request, (size_t)n);
}

enum { HEAD, BODY, LAST_BODY }; /* the states of an operation */

/* Takes the head of a response and returns its size, or 0 when it is
 * incomplete. */
static size_t take_head(
	const struct crowd *crowd, struct peer *c, unsigned char *p, size_t len)
{
	unsigned char *end = memmem(p, len, "\r\n\r\n", 4);
	const char *field;

	if (!end)
		return 0;
	*end = 0;
	field = strcasestr((char *)p, "\r\nContent-Length:");
	if (strncmp((char *)p, "HTTP/1.1 200 ", 13) || !field ||
		strtoul(field + 17, NULL, 10) != body_len)
		die("%s: not a 200 with %zu bytes", crowd->target.name,
			body_len);
	c->state = strcasestr((char *)p, "\r\nConnection: close") ? LAST_BODY
								  : BODY;
	return (size_t)(end + 4 - p);
}

static bool is_answered(struct crowd *crowd, struct peer *c, uint32_t events)
{
	size_t len, head = 0;
	unsigned char *p = peer_receive(c, &len);

	(void)events;
	if (!len)
		die("%s closed the connection instead of responding",
			crowd->target.name);
	if (c->state == HEAD) {
		head = take_head(crowd, c, p, len);
		peer_keep(c, p, head ? 0 : len);
		if (!head)
			return false;
	}
	len -= head;
	if (len > body_len - c->got || memcmp(p + head, body + c->got, len))
		die("%s: a wrong body", crowd->target.name);
	c->got += len;
	if (c->got < body_len)
		return false;
	if (c->state == LAST_BODY) { /* it answers no more on this one */
		peer_close(c);
		peer_connect(c, crowd->epoll, NULL);
	}
	return true;
}

const struct work get_work = {ask, is_answered, crowd_again};
