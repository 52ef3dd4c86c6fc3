/* pieces.c - the law of pieces. */
#include "tests/lib/pieces.h"

#include <stdio.h>

static void border(struct talk *t)
{
	if (t->n < BORDERS_MAX)
		t->borders[t->n++] = t->input.len;
}

void says_bytes(struct talk *t, const void *bytes, size_t n)
{
	border(t);
	buf_append(&t->input, bytes, n);
	border(t);
}

void says_data(struct talk *t, int first, const void *data, size_t len)
{
	unsigned char head[10];

	for (int i = 0; i < 4; i++)
		t->key[i] = (unsigned char)(t->key[i] * 5 + 0x37 + i);
	says_bytes(t, head, write_head(head, first, 0x80, len));
	says_bytes(t, t->key, 4);
	buf_append(&t->input, data, len);
	for (size_t i = 0; i < len; i++)
		t->input.data[t->input.len - len + i] ^= t->key[i % 4];
	border(t);
}

void says(struct talk *t, int first, const char *text)
{
	says_data(t, first, text, strlen(text));
}

static size_t write_close(
	unsigned char payload[125], int code, const char *reason)
{
	size_t len = strlen(reason);

	payload[0] = (unsigned char)(code >> 8);
	payload[1] = (unsigned char)code;
	memcpy(payload + 2, reason, len);
	return 2 + len;
}

void says_close(struct talk *t, int code, const char *reason)
{
	unsigned char payload[125];

	says_data(t, 0x88, payload, write_close(payload, code, reason));
}

void answers_data(struct talk *t, int first, const void *data, size_t len)
{
	unsigned char head[10];

	buf_append(&t->output, head, write_head(head, first, 0, len));
	buf_append(&t->output, data, len);
}

void answers(struct talk *t, int first, const char *text)
{
	answers_data(t, first, text, strlen(text));
}

void answers_close(struct talk *t, int code, const char *reason)
{
	unsigned char payload[125];

	answers_data(t, 0x88, payload, write_close(payload, code, reason));
}

void hears_data(struct talk *t, const char *what, const void *data, size_t len)
{
	record(&t->events, what, data, len);
}

void hears(struct talk *t, const char *what, const char *text)
{
	hears_data(t, what, text, strlen(text));
}

void closes(struct talk *t, int code, const char *reason, bool by_peer)
{
	record_close(&t->events, code, reason, by_peer);
}

void refuses(struct talk *t, int code, const char *section)
{
	t->code = code;
	t->section = section;
}

static bool is_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	       (!a->len || !memcmp(a->data, b->data, a->len));
}

static bool begins(const struct buf *b, const struct buf *with)
{
	return b->len >= with->len &&
	       (!with->len || !memcmp(b->data, with->data, with->len));
}

/* Returns the bytes after the first n. */
static struct buf behind(const struct buf *b, size_t n)
{
	return (struct buf){.data = b->data + n, .len = b->len - n};
}

/* Is this a single Close with the code of the refusal, and with the reason that
 * on_close was told, which names the section? */
static bool is_refusal(
	const struct talk *t, const struct peer *p, struct buf close)
{
	size_t n = strlen(p->reason);
	char section[64];

	snprintf(section, sizeof section, "%s%s)",
		strncmp(t->section, "RFC", 3) ? "RFC 6455 " : "", t->section);
	return p->closed == 1 && p->code == t->code && close.len == 4 + n &&
	       close.data[0] == 0x88 && close.data[1] == 2 + n &&
	       (close.data[2] << 8 | close.data[3]) == t->code &&
	       !memcmp(close.data + 4, p->reason, n) &&
	       strstr(p->reason, section);
}

static bool is_one_close(struct buf events)
{
	return events.len > 6 && !memcmp(events.data, "close ", 6) &&
	       memchr(events.data, '\n', events.len) ==
		       events.data + events.len - 1;
}

/* Were the answers the expected ones, and what the handlers were told? */
static bool is_expected(
	const struct talk *t, const struct peer *p, struct buf got)
{
	if (!t->code)
		return is_same(&got, &t->output) &&
		       is_same(&p->events, &t->events);
	return begins(&got, &t->output) && begins(&p->events, &t->events) &&
	       is_refusal(t, p, behind(&got, t->output.len)) &&
	       is_one_close(behind(&p->events, t->events.len));
}

/* Returns what came after the 101. */
static struct buf without_head(const struct buf *got)
{
	const unsigned char *end = memmem(got->data, got->len, "\r\n\r\n", 4);

	return behind(got, end ? (size_t)(end + 4 - got->data) : got->len);
}

/* Did on_wire see what was sent, and what was received as far as it was
 * used? */
static bool was_on_wire(const struct peer *p, const struct buf *said)
{
	return is_same(&p->wire[1], &p->got) && begins(said, &p->wire[0]) &&
	       (p->closed || p->conn.in || p->wire[0].len == said->len);
}

/* Is nothing left to send, and no memory kept? A connection that is over is
 * closed at once when nothing more will come; otherwise our side is shut, and
 * what still comes is discarded. */
static bool is_left_clean(const struct peer *p)
{
	enum conn_next next = conn_next(&p->conn);

	if (!p->closed)
		return next == CONN_GO_ON && !p->conn.out;
	return !p->conn.in && !p->conn.out &&
	       (next == CONN_SHUT || (next == CONN_DROP && p->conn.ws.clean));
}

/* The first run is compared with what is expected, and all others with the
 * first. */
static const char *judge(
	struct talk *t, const struct peer *p, const struct buf *said)
{
	if (!t->got.len) {
		buf_append(&t->got, p->got.data, p->got.len);
		buf_append(&t->told, p->events.data, p->events.len);
		if (!t->unforeseen && !is_expected(t, p, without_head(&p->got)))
			return "not what was expected";
	}
	if (!is_same(&p->got, &t->got))
		return "answered differently than the whole";
	if (!is_same(&p->events, &t->told))
		return "the handlers were told something else than with the "
		       "whole";
	if (!was_on_wire(p, said))
		return "on_wire has not seen all bytes";
	return is_left_clean(p) ? NULL : "not left as it should be";
}

/* How one run goes: first `first` bytes come, then `step` at a time. The peer
 * takes `bite` bytes of the answers at a time, or with 0 all of them at the
 * end. */
struct pace {
	const char *name;
	size_t first, step, bite;
};

static void feed(
	struct peer *p, const struct buf *said, const struct pace *pace)
{
	size_t n = pace->first;

	for (size_t at = 0; at < said->len; at += n, n = pace->step) {
		n = n < said->len - at ? n : said->len - at;
		if (!conn_wants_input(&p->conn))
			loop_drain(p);
		peer_says(p, said->data + at, n);
	}
	loop_drain(p);
}

static bool run(struct talk *t, const struct buf *said, const struct pace *pace)
{
	const char *wrong;
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts = t->acts;
	loop.app.extension = t->extension;
	if (t->max_message)
		loop.shared.host.max_message = t->max_message;
	if (t->max_unsent)
		loop.shared.host.max_unsent = t->max_unsent;
	p = peer_new(&loop);
	p->bite = pace->bite;
	feed(p, said, pace);
	wrong = judge(t, p, said);
	if (wrong)
		cr_expect(false, "%s, %s %zu: %s; events:\n%.*s",
			t->row ? t->row : "talk", pace->name, pace->first,
			wrong, (int)p->events.len, (char *)p->events.data);
	peer_free(p);
	loop_end(&loop);
	return !wrong;
}

static bool cut_everywhere(struct talk *t, const struct buf *said)
{
	size_t head = said->len - t->input.len, n = said->len;
	struct pace pace = {"cut at", 0, n, SIZE_MAX};

	for (size_t i = t->with_request ? 1 : head; i < n && n <= 4096; i++) {
		pace.first = i;
		if (!run(t, said, &pace))
			return false;
	}
	/* when there are very many, only some of them */
	for (size_t i = 0; i < t->n && n > 4096; i += 1 + t->n / 256) {
		pace.first = head + t->borders[i];
		if (!run(t, said, &pace))
			return false;
	}
	return true;
}

void hold(struct talk *t)
{
	const char *offer = t->offer ? t->offer : "";
	size_t head = strlen(REQUEST) + strlen(offer);
	size_t n = head + t->input.len;
	struct pace whole = {"whole", n, 1, SIZE_MAX};
	struct pace bytes = {
		"byte by byte from", t->with_request ? 1 : head, 1, SIZE_MAX};
	struct pace bites = {"answers in bites, cut at", head, n, 7};
	struct pace late = {"answers late, cut at", head, n, 0};
	struct buf said = {0};

	buf_append(&said, REQUEST, strlen(REQUEST) - 2);
	buf_printf(&said, "%s\r\n", offer);
	buf_append(&said, t->input.data, t->input.len);
	(void)(run(t, &said, &whole) && run(t, &said, &bytes) &&
		run(t, &said, &bites) && run(t, &said, &late) &&
		cut_everywhere(t, &said));
	buf_free(&said);
	buf_free(&t->input);
	buf_free(&t->output);
	buf_free(&t->events);
	buf_free(&t->got);
	buf_free(&t->told);
}

static void refuse(const char *row, bool inside, const void *bytes, size_t n,
	int code, const char *section)
{
	struct talk t = {.row = row, .acts.echo = true};

	says(&t, 0x81, "before");
	hears(&t, "text", "before");
	answers(&t, 0x81, "before");
	if (inside)
		says(&t, 0x01, "begun");
	says_bytes(&t, bytes, n);
	says(&t, inside ? 0x80 : 0x81, "after");
	says(&t, 0x89, "after");
	refuses(&t, code, section);
	hold(&t);
}

void expect_refused(const char *row, const void *bytes, size_t n, int code,
	const char *section)
{
	refuse(row, false, bytes, n, code, section);
}

void expect_refused_inside(const char *row, const void *bytes, size_t n,
	int code, const char *section)
{
	refuse(row, true, bytes, n, code, section);
}

void expect_refused_at(const char *row, const void *bytes, size_t n, size_t at,
	int code, uint32_t max_message)
{
	const char *byte = bytes;
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.shared.host.max_message = max_message;
	p = peer_upgraded(&loop);
	for (size_t i = 0; i < n; i++) {
		peer_says(p, byte + i, 1);
		cr_expect_eq(p->closed, i + 1 >= at, "%s: byte %zu", row, i);
	}
	cr_expect_eq(p->code, code, "%s: %d", row, p->code);
	cr_expect(p->got.len > 4 && p->got.data[0] == 0x88, "%s", row);
	peer_free(p);
	loop_end(&loop);
}

char *some_text(size_t len)
{
	char *text = malloc(len + 1);

	cr_assert(text);
	for (size_t i = 0; i < len; i++)
		text[i] = (char)(' ' + (i * 7 + i / 95) % 95);
	text[len] = 0;
	return text;
}
