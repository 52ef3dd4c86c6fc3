/* fuzz_command.c - any text as a command of a page that watches: viewer.h,
 * hex.h, play.h. It is answered in texts that are safe to show. */
#include "tests/fuzz/fuzz.h"

#include "conn.h"
#include "explain/page.h"
#include "utf8.h"
#include "ws/frame.h"

static struct buf out;

static struct buf *output(struct ws *ws)
{
	(void)ws;
	return &out;
}

/* All that was sent is whole frames of text, without a control character. */
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

int fuzz_command(const uint8_t *data, size_t len)
{
	struct shared shared = {.host = {.max_message = 100000,
					.max_backlog = 4 << 20,
					.output = output}};
	struct conn conn = {.shared = &shared, .state = CONN_SOCKET};
	struct viewer viewer = {.ws = &conn.ws};
	char *block = fuzz_copy(data, len);

	ws_open(&conn.ws, &shared.host);
	if (len <= VIEWER_COMMAND_MAX && utf8_is_valid(block, len)) {
		viewer_command(&viewer, (struct slice){block, len});
		check_answers();
	}
	buf_free(&out);
	free(block);
	return 0;
}
