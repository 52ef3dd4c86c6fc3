/* test_no_memory.c - what happens to those that need memory when there is none.
 * tests/faults makes every allocation fail in the running server; here, parts
 * are tested that can be tested alone. */
#include "buf.h"
#include "files/files.h"
#include "http/response.h"
#include "tests/lib/peer.h"
#include "tests/lib/sample.h"
#include "tests/lib/scarce.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes the sanitizer return NULL as malloc does, instead of ending the
 * program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* A buffer of the largest possible length, though the bytes are not there. */
static struct buf full(void)
{
	return (struct buf){.len = PTRDIFF_MAX, .cap = PTRDIFF_MAX};
}

Test(no_memory, a_buffer_is_as_it_was)
{
	struct buf b = {0}, all = full();

	cr_assert(buf_append(&b, "abc", 3));
	cr_expect(!buf_reserve(&b, PTRDIFF_MAX - 3));
	cr_expect(!buf_reserve(&b, SIZE_MAX));
	cr_expect(!buf_append(&all, "d", 1));
	cr_expect(!buf_printf(&all, "%d", 1));
	cr_expect_eq(all.len, PTRDIFF_MAX);
	cr_expect(b.len == 3 && !memcmp(b.data, "abc", 3));
	buf_free(&b);
}

Test(no_memory, a_response_has_failed)
{
	struct buf out = full();
	struct response res;

	response_init(&res, &out, "", NULL);
	response_send(&res, 200, "text/plain", "hello", 5);
	cr_expect(res.failed);
	response_init(&res, &out, "", NULL);
	response_add(&res, "Name", "value");
	response_error(&res, 400, "no");
	cr_expect(res.failed);
	cr_expect_eq(out.len, PTRDIFF_MAX);
}

/* A file's bytes are neither copied nor given away, and the file is closed. */
Test(no_memory, a_file_is_closed)
{
	static const off_t sizes[] = {5, 100000};
	char dir[] = "/tmp/no-memory-XXXXXX";
	struct sample r = sample_make("GET", "");
	struct buf out = full();
	struct response res;
	struct files files = {.folder.path = dir};
	int fd;

	cr_assert(mkdtemp(dir));
	cr_assert(files_open(&files));
	fd = openat(
		files.folder.fd, "file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cr_assert(fd >= 0);
	for (int i = 0; i < 2; i++) {
		int next = dup(fd);

		close(next);
		cr_assert_eq(ftruncate(fd, sizes[i]), 0);
		response_init(&res, &out, "", NULL);
		files_send(
			&files, "/", (struct slice){"file", 4}, &r.req, &res);
		cr_expect(res.failed && res.fd == -1);
		cr_expect_eq(dup(fd), next, "it is open");
		close(next);
	}
	unlinkat(files.folder.fd, "file", 0);
	rmdir(dir);
	close(fd);
	files_close(&files);
	sample_free(&r);
}

/* A host that has memory for a limited number of pieces of output. */
static struct buf output;
static int pieces;

static struct buf *scarce_output(struct ws *ws)
{
	(void)ws;
	return pieces-- > 0 ? &output : NULL;
}

static struct ws_host poor = {.max_message = 10000,
	.max_unsent = 30000,
	.max_backlog = 30000,
	.max_memory = UINT64_MAX,
	.output = scarce_output};

static int closed;

static void on_close(struct ws *ws, int code, const char *reason)
{
	(void)code, (void)reason;
	cr_expect(!ws_send(ws, "no"));
	closed++;
}

/* Sends back a long message, perhaps with something else after it. */
static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	ws_send_data(ws, data, len, binary);
	if (*data == 'a')
		ws_ping(ws);
	if (*data == 'c')
		ws_close(ws, 1000, "");
}

/* A message of 5000 bytes for each letter, and a ping after them. */
static struct buf conversation(const char *letters)
{
	static const unsigned char head[] = {
		0x82, 0xFE, 0x13, 0x88, 0, 0, 0, 0};
	struct buf in = {0};

	for (const char *c = letters; *c; c++) {
		char payload[5000];

		memset(payload, *c, sizeof payload);
		buf_append(&in, head, sizeof head);
		buf_append(&in, payload, sizeof payload);
		buf_append(&in, "\x89\x80\0\0\0\0", 6);
	}
	return in;
}

/* Is the socket lost with that many pieces of output? Then on_close is due, and
 * is called once, but not by a send. */
static bool is_lost(const char *letters, int n)
{
	struct buf in = conversation(letters);
	struct ws ws;
	bool lost;

	pieces = n;
	closed = 0;
	ws_open(&ws, &poor, NULL);
	ws.on_message = on_message;
	ws.on_close = on_close;
	while (in.len && ws.state < WS_LOST) {
		size_t before = in.len;

		output.len = 0;
		ws_input(&ws, &in);
		cr_assert(in.len < before || ws.state == WS_LOST);
	}
	lost = ws.state == WS_LOST;
	cr_expect_eq(closed, 0);
	cr_expect_eq(ws.state, lost ? WS_LOST : WS_CLOSING);
	ws_lost(&ws, "the end");
	cr_expect_eq(closed, 1);
	buf_free(&in);
	return lost;
}

Test(no_memory, a_socket_is_lost_wherever_it_runs_out)
{
	static const char *const letters[] = {"bac", "abc"};

	for (int i = 0; i < 2; i++)
		for (int n = 0; is_lost(letters[i], n); n++)
			cr_assert_lt(n, 100);
	buf_free(&output);
}

static struct buf *no_output(struct ws *ws)
{
	(void)ws;
	return NULL;
}

Test(no_memory, a_silent_peer_that_cannot_be_pinged)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	p = peer_upgraded(&loop);
	loop.shared.host.output = no_output;
	cr_assert_eq(conn_waits_for(&p->conn), CONN_WAIT_DATA);
	loop_expire(p);
	cr_expect_eq(conn_next(&p->conn), CONN_DROP);
	cr_expect(!conn_wants_input(&p->conn));
	cr_expect_eq(p->closed, 1);
	peer_free(p);
	loop_end(&loop);
}

/* A field that does not fit makes the response fail: there is no handshake, and
 * the connection ends. */
static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	struct loop *loop = app->data;
	char long_value[RESPONSE_FIELDS_MAX + 1];

	(void)req;
	memset(long_value, 'x', sizeof long_value - 1);
	long_value[sizeof long_value - 1] = 0;
	response_add(res, "X", long_value);
	return &loop->route;
}

Test(no_memory, a_handshake_that_cannot_be_answered)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.app.on_upgrade = on_upgrade;
	p = peer_new(&loop);
	peer_says(p, REQUEST, strlen(REQUEST));
	cr_expect_eq(p->got.len, 0);
	cr_expect_eq(conn_next(&p->conn), CONN_DROP);
	cr_expect_eq(p->closed, 0, "it never was a socket");
	peer_free(p);
	loop_end(&loop);
}

/* A message is sent back in its own memory. When there is none for the input
 * after it, the message is copied. */
static void send_back(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	scarce.realloc = true;
	cr_expect(ws_send_back(ws));
}

Test(no_memory, a_message_is_sent_back_before_much_input)
{
	static unsigned char said[70000] = {0x82, 0xFE, 0x13, 0x88};
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.on_message = send_back;
	p = peer_upgraded(&loop);
	/* of the second frame, as much as there is */
	memcpy(said + 5008, "\x82\xFF\0\0\0\0\0\1\0\0", 10);
	peer_says(p, said, sizeof said);
	cr_expect(!scarce.realloc);
	cr_expect_eq(p->got.len, 5004);
	cr_expect(!memcmp(p->got.data, "\x82\x7E\x13\x88\0", 5));
	cr_expect_eq(p->closed, 0);
	peer_free(p);
	loop_end(&loop);
}

static void use_up(struct ws *ws, const char *data, size_t len)
{
	(void)ws, (void)len;
	scarce.calloc = *data == 'c';
	scarce.realloc = *data == 'r';
}

Test(no_memory, half_a_frame_cannot_be_kept)
{
	static const char *const said[] = {
		"\x81\x81\1\1\1\1b\x81", "\x81\x81\1\1\1\1s\x81"};
	struct loop loop;
	struct peer *p;

	for (int i = 0; i < 2; i++) {
		loop_init(&loop);
		loop.acts.on_message = use_up;
		p = peer_upgraded(&loop);
		peer_says(p, said[i], 8);
		cr_expect(!scarce.calloc && !scarce.realloc);
		cr_expect_eq(conn_next(&p->conn), CONN_DROP);
		cr_expect_str_eq(p->reason, "no memory for what is left");
		peer_free(p);
		loop_end(&loop);
	}
}

static struct peer *other;

static void tell_other(struct ws *ws, const char *data, size_t len)
{
	scarce.calloc = true;
	cr_expect(!ws_send_data(&other->conn.ws, data, len, true));
	cr_expect(ws_send_data(ws, data, len, true));
}

Test(no_memory, only_the_socket_without_memory_is_lost)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.on_message = tell_other;
	p = peer_upgraded(&loop);
	other = peer_upgraded(&loop);
	peer_says_text(p, "hello");
	cr_expect_eq(conn_next(&other->conn), CONN_DROP);
	cr_expect_eq(other->closed, 1);
	expect_got(p, "\x82\5hello", 7);
	peer_free(p);
	peer_free(other);
	loop_end(&loop);
}
