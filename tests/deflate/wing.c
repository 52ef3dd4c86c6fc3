/* wing.c - the application that the tests of this wing run. */
#include "tests/deflate/wing.h"

#include "deflate/deflate.h"
#include "serve/options.h"

#include <stdio.h>

static const struct app *app;
static struct app inner;
char wing_answer[200];

void wing_start(struct loop *loop, const char *const *options)
{
	static const struct wing *const wings[] = {&deflate_wing, NULL};
	static struct options parsed;
	char *argv[10] = {"server"};
	int argc = 1;

	for (; options && options[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)options[argc - 1];
	parsed = (struct options){0};
	options_parse(&parsed, wings, argc, argv);
	inner = loop->app;
	app = deflate_wing.start(&parsed, &inner);
	loop->app = *app;
}

void wing_stop(void)
{
	deflate_wing.stop(app);
}

const struct ws_extension *wing_extension(void)
{
	return app->extension;
}

struct peer *wing_peer(struct loop *loop, const char *path, const char *offer)
{
	static const char field[] = "\r\nSec-WebSocket-Extensions: ";
	struct peer *p = peer_new(loop);
	char request[1000];
	char *at;

	snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13%s%s\r\n\r\n",
		path, offer ? field : "", offer ? offer : "");
	peer_says(p, request, strlen(request));
	cr_assert(has_text(&p->got, "HTTP/1.1 101 "));
	at = memmem(p->got.data, p->got.len, field, strlen(field));
	*wing_answer = 0;
	if (at)
		sscanf(at + strlen(field), "%199[^\r]", wing_answer);
	p->got.len = p->wire[0].len = p->wire[1].len = 0;
	return p;
}
