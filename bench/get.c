/* get.c - a file over HTTP: RFC 9110, RFC 9112. */
#include "bench/get.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (64 << 10)

static unsigned char body[FILE_MAX];
static size_t body_len;

void get_init(const char *file)
{
	FILE *f = fopen(file, "rb");

	if (!f)
		die("%s cannot be read", file);
	body_len = fread(body, 1, sizeof body, f);
	fclose(f);
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

/* Returns the size of a response, head and body, as its head announces it. */
static size_t response_size(
	const struct crowd *crowd, const char *head, size_t head_len)
{
	const char *field = strcasestr(head, "\r\nContent-Length:");

	if (strncmp(head, "HTTP/1.1 200 ", 13) || !field ||
		strtoul(field + 17, NULL, 10) != body_len)
		die("%s: not a 200 with %zu bytes", crowd->target.name,
			body_len);
	return head_len + body_len;
}

static bool is_answered(struct crowd *crowd, struct peer *c, uint32_t events)
{
	size_t len, head_len;
	unsigned char *p = peer_receive(c, &len), *end;

	(void)events;
	if (!len)
		die("%s closed the connection instead of responding",
			crowd->target.name);
	peer_keep(c, p, len);
	end = memmem(p, len, "\r\n\r\n", 4);
	if (!end)
		return false;
	*end = 0;
	head_len = (size_t)(end + 4 - p);
	if (len < response_size(crowd, (char *)p, head_len))
		return false;
	if (len > head_len + body_len || memcmp(end + 4, body, body_len))
		die("%s: a wrong body", crowd->target.name);
	peer_keep(c, NULL, 0);
	if (strcasestr((char *)p, "\r\nConnection: close")) {
		peer_close(c); /* it answers no more on this one */
		peer_connect(c, crowd->epoll, NULL);
	}
	return true;
}

const struct work get_work = {ask, is_answered, crowd_again};
