/* frames.c - the frames of one direction: RFC 6455 5, 7. */
#include "explain/frames.h"

#include "explain/bits.h"
#include "ws/frame.h"

#include <string.h>

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

bool framing_is_inside(const struct framing *s)
{
	return s->from < s->frame.len;
}

/* Has the length come, and is it above the rest of what may? */
static bool is_too_big(const struct framing *s, const struct frame *f,
	size_t have, uint64_t max)
{
	bool known = have + 4 >= f->head_len;

	return max && known && f->opcode < FRAME_CLOSE &&
	       f->len > max - (s->opcode ? s->len : 0);
}

/* Judges a head as far as it is there: the code to refuse it with, or 0. The
 * rules are a client's; a server's frames are judged as if they had a mask. */
static int judge(const struct framing *s, const struct frame *f, size_t have,
	bool sent, uint64_t max, const char **why)
{
	struct frame judged = *f;

	if (sent && !f->masked) {
		judged.masked = true;
		judged.head_len += 4;
	}
	*why = frame_rule(&judged, have, s->opcode);
	/* RFC 6455 5.1: "A client MUST close a connection if it detects a
	 * masked frame." */
	if (!*why && sent && f->masked)
		*why = "a server must not mask its frames (RFC 6455 5.1)";
	if (*why)
		return 1002;
	if (sent || !is_too_big(s, f, have, max))
		return 0;
	*why = frame_too_big;
	return 1009;
}

/* A control frame leaves the message as it is. */
static void begin(struct framing *s, const struct frame *f)
{
	s->frame = *f;
	s->from = 0;
	if (f->opcode >= FRAME_CLOSE)
		return;
	if (f->opcode != FRAME_CONTINUATION) {
		s->opcode = f->opcode;
		s->len = s->frames = 0;
		s->utf8 = (struct utf8){0};
	}
	s->len += f->len;
	s->frames++;
}

static bool is_text(const struct framing *s)
{
	return s->frame.opcode < FRAME_CLOSE && s->opcode == FRAME_TEXT;
}

/* How many bytes of a text may pass: all, or up to the first that is wrong. */
static size_t check_text(
	struct framing *s, const unsigned char *p, size_t len, bool *wrong)
{
	unsigned char plain[256];
	struct utf8 before;
	size_t n, i = 0;

	for (size_t at = 0; at < len; at += n) {
		n = least(sizeof plain, len - at);
		memcpy(plain, p + at, n);
		frame_mask(plain, n, s->frame.key, (s->from + at) % 4);
		before = s->utf8;
		if (utf8_next(&s->utf8, plain, n))
			continue;
		while (utf8_next(&before, plain + i, 1))
			i++;
		*wrong = true;
		return at + i + 1;
	}
	return len;
}

static void check_close(struct framing *s, struct piece *piece)
{
	unsigned char plain[FRAME_CONTROL_MAX];
	size_t len = (size_t)s->frame.len;
	const char *why;
	int code;

	memcpy(plain, piece->bytes + piece->len - len, len);
	frame_mask(plain, len, s->frame.key, 0);
	code = frame_close_rule(plain, len, &why);
	if (code)
		piece_refuse(piece, code, why);
	s->closed = true;
}

/* RFC 6455 5.4: where a frame stands among the fragments of its message. */
static void add_message(
	const struct framing *s, struct piece *piece, size_t head)
{
	static const struct sense is = {"message", "", "6455 5.4"};
	struct field *f;

	if (s->frame.opcode >= FRAME_CLOSE || (s->frame.fin && s->frames == 1))
		return;
	f = piece_derive(piece, 0, (uint64_t)head * 8, &is);
	piece_put_number(f, s->len);
	piece_put(f, s->len == 1 ? " byte in " : " bytes in ");
	piece_put_number(f, s->frames);
	piece_put(f, s->frames == 1 ? " frame, " : " frames, ");
	piece_put(f, s->frame.fin ? "complete" : "to be continued");
}

/* All of a frame has passed. */
static void end_frame(struct framing *s, struct piece *piece)
{
	if (s->frame.opcode == FRAME_CLOSE)
		check_close(s, piece);
	if (s->frame.opcode >= FRAME_CLOSE || !s->frame.fin)
		return;
	if (s->opcode == FRAME_TEXT && !utf8_is_complete(&s->utf8))
		piece_refuse(piece, 1007, frame_cut_character);
	s->opcode = 0;
}

/* A frame's head, and what is there of its payload; or more of that alone. */
static size_t read_payload(struct framing *s, bool sent, const unsigned char *p,
	size_t head, size_t len, struct piece *piece)
{
	size_t n = least(s->frame.len - s->from, len - head);
	bool wrong = false;

	if (is_text(s))
		n = check_text(s, p + head, n, &wrong);
	piece_start(piece, head ? PIECE_FRAME : PIECE_RUN,
		head ? bits_title(s->frame.opcode) : "more payload", sent, p,
		head + n);
	bits_head(piece, &s->frame, head);
	if (head)
		add_message(s, piece, head);
	bits_payload(piece, &s->frame, s->from, s->opcode);
	s->from += n;
	if (wrong)
		piece_refuse(piece, 1007, frame_not_utf8);
	else if (!framing_is_inside(s))
		end_frame(s, piece);
	return head + n;
}

/* The head is read byte by byte, to stop at the one where it is refused. */
size_t framing_read(struct framing *s, bool sent, uint64_t max,
	const unsigned char *p, size_t len, struct piece *piece)
{
	const char *why = NULL;
	struct frame f;
	size_t have = 0;
	ssize_t head = 0;
	int code = 0;

	if (framing_is_inside(s))
		return read_payload(s, sent, p, 0, len, piece);
	while (have < len && !head && !code) {
		head = frame_parse(p, ++have, &f);
		code = judge(s, &f, have, sent, max, &why);
	}
	if (code) {
		piece_start(piece, PIECE_FRAME, bits_title(f.opcode), sent, p,
			have);
		bits_head(piece, &f, have);
		piece_refuse(piece, code, why);
		return have;
	}
	if (!head || (f.opcode >= FRAME_CLOSE && len - have < f.len))
		return 0;
	begin(s, &f);
	return read_payload(s, sent, p, have, len, piece);
}

void framing_end(
	bool sent, const unsigned char *p, size_t len, struct piece *piece)
{
	struct frame f;
	ssize_t head = frame_parse(p, len, &f);

	piece_start(piece, PIECE_FRAME, bits_title(f.opcode), sent, p, len);
	bits_head(piece, &f, head > 0 ? (size_t)head : len);
	bits_payload(piece, &f, 0, 0);
	piece_refuse(piece, 0, "the bytes end inside this frame");
}
