/* fuzz_command.c - any text as a command of a page that watches: lesson.h,
 * hex.h, sandbox.h. The answers must be safe to show. */
#include "tests/fuzz/fuzz.h"

#include "explain/lesson.h"
#include "utf8.h"
#include "ws/frame.h"

static struct buf out;

static struct buf *output(struct ws *ws)
{
	(void)ws;
	return &out;
}

static size_t buffered(struct ws *ws)
{
	(void)ws;
	return out.len;
}

/* The output must be whole frames of text without control characters. */
static void check_answers(void)
{
	size_t at = 0;

	while (at < out.len) {
		struct frame f;
		ssize_t n = frame_parse(out.data + at, out.len - at, &f);

		assert(n > 0 && f.opcode == FRAME_TEXT && f.fin);
		at += (size_t)n;
		assert(f.len <= out.len - at);
		assert(utf8_is_valid(out.data + at, f.len));
		for (size_t i = at; i < at + f.len; i++)
			assert(out.data[i] >= ' ' && out.data[i] != 0x7F);
		at += f.len;
	}
	assert(out.len);
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	(void)data, (void)len, (void)binary;
	ws_send_back(ws);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	if (slice_is(req->path, "/echo"))
		ws->on_message = on_message;
	else
		ws_send(ws, "Hello Socket!");
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {.on_connection = on_connection};

	(void)app;
	if (!slice_is(req->path, "/no"))
		return &route;
	response_error(res, 403, "not here");
	return NULL;
}

int fuzz_command(const uint8_t *data, size_t len)
{
	static const struct app app = {.on_upgrade = on_upgrade};
	const struct sandbox_setup setup = {.app = &app, .max_message = 100000};
	struct ws_host host = {.max_message = 100000,
		.max_unsent = 4 << 20,
		.max_backlog = 4 << 20,
		.max_memory = UINT64_MAX,
		.output = output,
		.buffered = buffered};
	struct ws ws;
	struct page page = {.ws = &ws};
	char *block = fuzz_copy(data, len);

	ws_open(&ws, &host, NULL);
	if (len <= 65536 && utf8_is_valid(block, len)) {
		lesson_command(&setup, &page, (struct slice){block, len});
		check_answers();
	}
	buf_free(&out);
	free(block);
	return 0;
}
