/* talk.c - the rooms without a network. */
#include "tests/chat/talk.h"

#include "chat/chat.h"
#include "serve/options.h"
#include "ws/frame.h"

#include <stdarg.h>
#include <stdio.h>

struct talk talk;

static void on_connection(struct ws *ws, const struct request *req)
{
	(void)ws, (void)req;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {.on_connection = on_connection};

	(void)app;
	if (!slice_after(req->path, "/no").p)
		return &route;
	response_error(res, 403, "no");
	return NULL;
}

void talk_begin(char **argv)
{
	static const struct wing *const wings[] = {&chat_wing, NULL};
	static const struct app inner = {.on_upgrade = on_upgrade};
	static struct options options;
	int argc = 0;

	while (argv[argc])
		argc++;
	options_parse(&options, wings, argc, argv);
	talk.app = chat_wing.start(&options, &inner);
	loop_open(&talk.loop, talk.app);
	talk.loop.shared.http.app = talk.app;
	talk.app->on_start(talk.app, NULL);
}

void talk_end(void)
{
	talk.app->on_stop(talk.app);
	loop_close(&talk.loop);
	chat_wing.stop(talk.app);
}

static struct peer *ask(const char *path, const char *field)
{
	struct peer *p = calloc(1, sizeof *p);
	char text[9000];

	cr_assert(p != NULL);
	p->bite = SIZE_MAX;
	loop_connect(&talk.loop, p);
	snprintf(text, sizeof text,
		"GET %s HTTP/1.1\r\nHost: h\r\n%s"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n",
		path, field);
	peer_says(p, text, strlen(text));
	loop_serve_pending(&talk.loop);
	cr_assert(p->got.len > 12);
	return p;
}

static int status(const struct peer *p)
{
	return atoi((char *)p->got.data + 9);
}

struct peer *talk_join(const char *path, bool is_plain)
{
	struct peer *p = ask(
		path, is_plain ? "" : "Sec-WebSocket-Protocol: room.v1\r\n");
	char *end = memmem(p->got.data, p->got.len, "\r\n\r\n", 4);

	cr_assert_eq(status(p), 101, "%.*s", (int)p->got.len, p->got.data);
	buf_consume(&p->got, (size_t)(end + 4 - (char *)p->got.data));
	return p;
}

int talk_ask(const char *path)
{
	struct peer *p = ask(path, "");
	int answer = status(p);

	talk_leave(p);
	return answer;
}

void talk_leave(struct peer *p)
{
	loop_serve_pending(&talk.loop);
	loop_drop(p);
	free(p);
	loop_serve_pending(&talk.loop);
}

void talk_say(struct peer *p, const char *format, ...)
{
	static char text[1 << 18];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	peer_says_text(p, text);
	loop_serve_pending(&talk.loop);
}

const char *talk_hear(struct peer *p)
{
	static char text[1 << 23];
	struct frame f;
	ssize_t head = frame_parse(p->got.data, p->got.len, &f);

	*text = 0;
	if (head <= 0 || p->got.len < (size_t)head + f.len)
		return text;
	cr_assert(f.fin && f.opcode == FRAME_TEXT && f.len < sizeof text);
	memcpy(text, p->got.data + head, f.len);
	text[f.len] = 0;
	buf_consume(&p->got, (size_t)head + f.len);
	return text;
}

size_t talk_count(struct peer *p, const char *text)
{
	size_t n = 0;
	const char *heard;

	while (*(heard = talk_hear(p)))
		n += strstr(heard, text) != NULL;
	return n;
}

void talk_expect(struct peer *p, const char *text)
{
	cr_expect_str_eq(talk_hear(p), text);
}

void talk_expect_part(struct peer *p, const char *part)
{
	const char *heard = talk_hear(p);

	cr_expect(strstr(heard, part), "no %s in \"%s\"", part, heard);
}

void talk_expect_nothing(struct peer *p)
{
	cr_expect_str_eq(talk_hear(p), "");
	cr_expect_eq(p->got.len, 0);
}
