/* exercises.c - exercises in the protocol: RFC 6455 5, 7, 8. */
#include "explain/exercises.h"

#include <string.h>

static struct attempt_frame *last_frame(struct attempt *a)
{
	return a->n ? &a->frames[a->n - 1] : NULL;
}

/* Adds more of the last frame's payload, which may be masked. */
static void add_payload(struct attempt *a, const unsigned char *p, size_t len)
{
	struct attempt_frame *f = last_frame(a);

	for (size_t i = 0; i < len && f->len + i < sizeof f->start; i++)
		f->start[f->len + i] = p[i] ^ f->head.key[(f->len + i) % 4];
	f->len += len;
	f->write = a->write;
	f->cut = f->at < a->begin;
}

static void add_frame(struct attempt *a, const struct piece *piece)
{
	struct attempt_frame *f;
	ssize_t head;

	if (a->n < EXERCISES_FRAMES_MAX)
		a->n++;
	f = last_frame(a);
	*f = (struct attempt_frame){.at = a->at};
	head = frame_parse(piece->bytes, piece->len, &f->head);
	if (head > 0)
		add_payload(a, piece->bytes + head, piece->len - (size_t)head);
}

/* RFC 6455 7.1.5: a Close without a code counts as 1005. */
static int code_of(const unsigned char *payload, uint64_t len)
{
	return len < 2 ? 1005 : payload[0] << 8 | payload[1];
}

static void note_received(struct attempt *a, const struct piece *piece)
{
	struct attempt_frame *f;

	if (piece->kind == PIECE_FRAME && !a->why)
		add_frame(a, piece);
	f = last_frame(a);
	if (!f || f->whole)
		return;
	/* bytes behind the error count as arrived when this write brought
	 * them */
	if (piece->kind == PIECE_RUN && (!a->why || f->write == a->write))
		add_payload(a, piece->bytes, piece->len);
	if (!a->why)
		a->why = piece->why;
	f->whole = !a->why && f->len == f->head.len;
	if (f->whole && f->head.opcode == FRAME_CLOSE)
		a->code = code_of(f->start, f->len);
}

static void note_sent(struct attempt *a, const struct piece *piece)
{
	struct frame f;
	ssize_t head = frame_parse(piece->bytes, piece->len, &f);

	if (head <= 0)
		return;
	a->ponged |= f.opcode == FRAME_PONG;
	/* a valid Close from the learner counts before the server's */
	if (f.opcode == FRAME_CLOSE && !a->code)
		a->code = code_of(piece->bytes + head, f.len);
}

void exercises_note_piece(struct attempt *a, const struct piece *piece)
{
	if (!piece->len || piece->kind < PIECE_FRAME)
		return;
	if (!piece->sent) {
		note_received(a, piece);
		a->at += piece->len;
	} else if (piece->kind == PIECE_FRAME) {
		note_sent(a, piece);
	}
}

void exercises_note_write(struct attempt *a, size_t len)
{
	a->write++;
	a->begin += a->len;
	a->len = len;
}

/* Returns whether `matches` is true for any complete frame. */
static bool has_frame(
	const struct attempt *a, bool (*matches)(const struct attempt_frame *))
{
	for (size_t i = 0; i < a->n; i++)
		if (a->frames[i].whole && matches(&a->frames[i]))
			return true;
	return false;
}

static bool is_message(const struct attempt_frame *f)
{
	return f->head.fin &&
	       (f->head.opcode == FRAME_TEXT || f->head.opcode == FRAME_BINARY);
}

static bool is_hello(const struct attempt_frame *f)
{
	return is_message(f) && f->head.opcode == FRAME_TEXT && f->len == 5 &&
	       !memcmp(f->start, "Hello", 5);
}

static bool says_hello(const struct attempt *a)
{
	return has_frame(a, is_hello);
}

static bool is_empty(const struct attempt_frame *f)
{
	return is_message(f) && !f->len;
}

static bool says_nothing(const struct attempt *a)
{
	return has_frame(a, is_empty);
}

static bool is_ping(const struct attempt_frame *f)
{
	return f->head.opcode == FRAME_PING && f->len;
}

static bool pings(const struct attempt *a)
{
	return has_frame(a, is_ping) && a->ponged;
}

static bool has_126_form(const struct attempt_frame *f)
{
	return f->head.len > 125 && f->head.len < 65536;
}

static bool says_126_bytes(const struct attempt *a)
{
	return has_frame(a, has_126_form);
}

static bool is_cut(const struct attempt_frame *f)
{
	return f->cut;
}

static bool cuts_a_frame(const struct attempt *a)
{
	return has_frame(a, is_cut);
}

static bool joins_frames(const struct attempt *a)
{
	for (size_t i = 1; i < a->n; i++)
		if (a->frames[i - 1].whole && a->frames[i].whole &&
			a->frames[i - 1].write == a->frames[i].write &&
			!a->frames[i - 1].cut)
			return true;
	return false;
}

/* Returns whether a Ping came between the first and last frame of a message. */
static bool pings_inside(const struct attempt *a)
{
	bool begun = false, pinged = false;

	for (size_t i = 0; i < a->n && a->frames[i].whole; i++) {
		const struct frame *f = &a->frames[i].head;

		if (f->opcode == FRAME_PING)
			pinged |= begun;
		if (f->opcode < FRAME_CLOSE && f->fin && pinged)
			return true;
		if (f->opcode < FRAME_CLOSE)
			begun = !f->fin;
	}
	return false;
}

static bool is_close_4000(const struct attempt_frame *f)
{
	return f->head.opcode == FRAME_CLOSE && f->len > 2 &&
	       !memcmp(f->start, "\x0F\xA0", 2);
}

static bool closes_with_4000(const struct attempt *a)
{
	return has_frame(a, is_close_4000);
}

/* A text of one byte is the shortest invalid one: the empty text is valid. */
static bool is_shortest_text(const struct attempt *a)
{
	const struct attempt_frame *f = &a->frames[0];

	return a->n == 1 && f->head.opcode == FRAME_TEXT && f->head.fin &&
	       f->head.len == 1;
}

/* Returns whether the frame was refused before all of it was sent. */
static bool is_refused_early(const struct attempt *a)
{
	const struct attempt_frame *f = &a->frames[a->n ? a->n - 1 : 0];

	return f->head.opcode < FRAME_CLOSE && f->len < f->head.len;
}

const struct exercise exercises_list[] = {
	{"hello", "6455 5.7", 1, .is_solved = says_hello},
	{"empty", "6455 5.6", 1, .is_solved = says_nothing},
	{"ping", "6455 5.5.2", 1, .is_solved = pings},
	{"two-in-one", "6455 5.2", 1, .is_solved = joins_frames},
	{"one-in-two", "6455 5.2", 1, .is_solved = cuts_a_frame},
	{"length-126", "6455 5.2", 1, .is_solved = says_126_bytes},
	{"fragments", "6455 5.4", 2, .is_solved = pings_inside},
	{"close-4000", "6455 7.4.2", 2, .code = 4000,
		.is_solved = closes_with_4000},
	{"close-empty", "6455 7.1.5", 2, .code = 1005},
	{"unmasked", "6455 5.1", 2, .code = 1002, .rule = "must mask"},
	{"reserved-bit", "6455 5.2", 2, .code = 1002, .rule = "reserved bit"},
	{"nothing-to-continue", "6455 5.4", 2, .code = 1002,
		.rule = "no message to continue"},
	{"long-ping", "6455 5.5", 2, .code = 1002, .rule = "at most 125 bytes"},
	{"shortest-form", "6455 5.2", 3, .code = 1002, .rule = "shortest form"},
	{"forbidden-code", "6455 7.4.1", 3, .code = 1002,
		.rule = "close code must not be sent"},
	{"shortest-text", "6455 8.1", 3, .code = 1007,
		.is_solved = is_shortest_text},
	{"early-1007", "6455 8.1", 3, .code = 1007,
		.is_solved = is_refused_early},
	{"too-big", "6455 7.4.1", 3, .code = 1009},
};
const size_t exercises_count = sizeof exercises_list / sizeof *exercises_list;

bool exercises_is_solved(const struct exercise *e, const struct attempt *a)
{
	if (e->code && e->code != a->code)
		return false;
	if (e->rule && !(a->why && strstr(a->why, e->rule)))
		return false;
	return !e->is_solved || e->is_solved(a);
}
