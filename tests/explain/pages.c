/* pages.c - a server without a network, and pages that watch it. */
#include "tests/explain/pages.h"

#include "files/files.h"
#include "serve/options.h"

#include <stdint.h>
#include <stdio.h>

struct pages pages;

void pages_begin_with(char **argv)
{
	static const struct wing *const wings[] = {
		&explain_wing, &files_wing, NULL};
	static struct options options;
	int argc = 0;

	while (argv[argc])
		argc++;
	options_parse(&options, wings, argc, argv);
	twin_init(&pages.twin);
	pages.twin.app.listener = pages.listener;
	pages.app = explain_wing.start(&options, &pages.twin.app);
	loop_open(&pages.loop, pages.app);
	pages.loop.shared.http.app = pages.app; /* itself, not a copy */
}

void pages_begin(void)
{
	pages_begin_with((char *[]){"server", NULL});
}

void pages_end(void)
{
	loop_close(&pages.loop);
	explain_wing.stop(pages.app);
}

struct peer *pages_connect(void)
{
	struct peer *p = calloc(1, sizeof *p);

	cr_assert(p != NULL);
	p->bite = SIZE_MAX;
	loop_connect(&pages.loop, p);
	return p;
}

void pages_say(
	struct peer *p, const char *target, const char *host, const char *field)
{
	char text[1000];

	snprintf(text, sizeof text,
		"GET %s HTTP/1.1\r\nHost: %s\r\n%s"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n",
		target, host, field);
	peer_says(p, text, strlen(text));
}

struct peer *pages_ask(const char *target, const char *host, const char *field)
{
	struct peer *p = pages_connect();

	pages_say(p, target, host, field);
	peer_says(p, "\r\n", 2);
	return p;
}

static int status(const struct peer *p)
{
	cr_assert(p->got.len > 12);
	return atoi((char *)p->got.data + 9);
}

void pages_leave(struct peer *p)
{
	loop_serve_pending(&pages.loop);
	loop_drop(p);
	free(p);
}

struct peer *pages_watch(const char *name)
{
	char target[100];
	struct peer *p;

	snprintf(target, sizeof target, "/trace?page=%s", name);
	p = pages_ask(
		target, "localhost:3000", "Origin: http://localhost:3000\r\n");
	cr_assert_eq(status(p), 101);
	cr_assert(has_text(&p->got, "\"wire\":true"));
	p->got.len = 0;
	return p;
}

struct peer *pages_join(const char *target)
{
	struct peer *p = pages_ask(target, "localhost:3000", "");

	cr_assert_eq(status(p), 101);
	p->got.len = 0;
	return p;
}

char *pages_next(struct peer *p)
{
	struct frame f;
	ssize_t head = frame_parse(p->got.data, p->got.len, &f);
	char *text = NULL;

	if (head <= 0 || p->got.len < (size_t)head + f.len)
		return NULL;
	cr_assert(f.fin && f.opcode == FRAME_TEXT);
	text = calloc(1, f.len + 1);
	memcpy(text, p->got.data + head, f.len);
	cr_expect(is_json(text, f.len), "%s", text);
	buf_consume(&p->got, (size_t)head + f.len);
	return text;
}

size_t pages_told(struct peer *p, const char *text)
{
	size_t n = 0;
	char *told;

	while ((told = pages_next(p))) {
		n += strstr(told, text) != NULL;
		free(told);
	}
	cr_assert_eq(p->got.len, 0);
	return n;
}

void pages_expect(
	int wanted, const char *target, const char *host, const char *field)
{
	struct peer *p = pages_ask(target, host, field);

	cr_expect_eq(status(p), wanted, "%d: %s %s %s", status(p), target, host,
		field);
	pages_leave(p);
}
