/* frames.c - the frames of one direction: RFC 6455 5, 7. */
#include "explain/frames.h"

#include "explain/bits.h"
#include "ws/frame.h"

#include <string.h>

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

bool frames_is_inside(const struct frames *frames)
{
	return frames->passed < frames->last.len;
}

/* Returns whether the length has arrived and makes the message too long. */
static bool is_too_big(const struct frames *frames, const struct frame *f,
	size_t have, uint64_t max)
{
	bool known = have + 4 >= f->head_len;

	if (f->rsv || (frames->opcode && frames->is_coded))
		max = frames->coded.by->max_coded;
	return max && known && f->opcode < FRAME_CLOSE &&
	       f->len > max - (frames->opcode ? frames->len : 0);
}

/* Checks a head as far as it has arrived. Returns the close code to refuse it
 * with, or 0. */
static int judge(const struct frames *frames, const struct frame *f,
	size_t have, bool sent, uint64_t max, const char **why)
{
	struct frame extended = *f;

	if (frames->coded.by)
		frame_extend(&extended);
	*why = frame_rule(&extended, have, frames->opcode, !sent);
	if (*why)
		return 1002;
	if (sent || !is_too_big(frames, f, have, max))
		return 0;
	*why = frame_too_big;
	return 1009;
}

/* Notes a new frame. A control frame does not change the current message. */
static void begin_frame(struct frames *frames, const struct frame *f)
{
	frames->last = *f;
	frames->passed = 0;
	if (f->opcode >= FRAME_CLOSE)
		return;
	if (f->opcode != FRAME_CONTINUATION) {
		frames->opcode = f->opcode;
		frames->is_coded = f->rsv;
		coded_begin(&frames->coded);
		frames->len = frames->count = 0;
		frames->utf8 = (struct utf8){0};
	}
	frames->len += f->len;
	frames->count++;
}

static bool is_text(const struct frames *frames)
{
	return frames->last.opcode < FRAME_CLOSE &&
	       frames->opcode == FRAME_TEXT && !frames->is_coded;
}

/* Checks more of a text. Returns how many bytes to show: all of them, or those
 * up to and including the first wrong one. */
static size_t check_text(
	struct frames *frames, const unsigned char *p, size_t len, bool *wrong)
{
	unsigned char plain[256];
	struct utf8 before;
	size_t n, i = 0;

	for (size_t at = 0; at < len; at += n) {
		n = least(sizeof plain, len - at);
		memcpy(plain, p + at, n);
		frame_mask(
			plain, n, frames->last.key, (frames->passed + at) % 4);
		before = frames->utf8;
		if (utf8_next(&frames->utf8, plain, n))
			continue;
		while (utf8_next(&before, plain + i, 1))
			i++;
		*wrong = true;
		return at + i + 1;
	}
	return len;
}

static void check_close(struct frames *frames, struct piece *piece)
{
	unsigned char plain[FRAME_CONTROL_MAX];
	size_t len = (size_t)frames->last.len;
	const char *why;
	int code;

	memcpy(plain, piece->bytes + piece->len - len, len);
	frame_mask(plain, len, frames->last.key, 0);
	code = frame_close_rule(plain, len, &why);
	if (code)
		piece_refuse(piece, code, why);
	frames->closed = true;
}

/* RFC 6455 5.4: adds the size of the message so far to each of its
 * fragments. */
static void add_message(
	const struct frames *frames, struct piece *piece, size_t head)
{
	static const struct sense is = {"message", "", "6455 5.4"};
	struct piece_field *f;

	if (frames->last.opcode >= FRAME_CLOSE ||
		(frames->last.fin && frames->count == 1))
		return;
	f = piece_derive(piece, 0, (uint64_t)head * 8, &is);
	piece_put_number(f, frames->len);
	piece_put(f, frames->len == 1 ? " byte in " : " bytes in ");
	piece_put_number(f, frames->count);
	piece_put(f, frames->count == 1 ? " frame" : " frames");
	piece_put(f, frames->last.fin ? ", complete" : " so far");
}

/* Ends a frame: all of it has passed. */
static void end_frame(struct frames *frames, struct piece *piece, uint64_t max)
{
	bool is_text = frames->opcode == FRAME_TEXT;

	if (frames->last.opcode == FRAME_CLOSE)
		check_close(frames, piece);
	if (frames->last.opcode >= FRAME_CLOSE || !frames->last.fin)
		return;
	if (frames->is_coded)
		coded_end(&frames->coded, piece, is_text, max);
	else if (is_text && !utf8_is_complete(&frames->utf8))
		piece_refuse(piece, 1007, frame_cut_character);
	frames->opcode = 0;
}

/* Makes a piece of a frame's head and as much payload as has arrived, or of
 * more payload when the head has 0 bytes. */
static size_t read_payload(struct frames *frames, bool sent, uint64_t max,
	const unsigned char *p, size_t head, size_t len, struct piece *piece)
{
	size_t n = least(frames->last.len - frames->passed, len - head);
	bool is_coded = frames->last.opcode < FRAME_CLOSE && frames->is_coded;
	bool wrong = false;

	if (is_coded)
		coded_add(&frames->coded, &frames->last, frames->passed,
			p + head, n);
	if (is_text(frames))
		n = check_text(frames, p + head, n, &wrong);
	piece_start(piece, head ? PIECE_FRAME : PIECE_RUN,
		head ? bits_title(frames->last.opcode) : "more payload", sent,
		p, head + n);
	bits_add_head(piece, &frames->last, head, frames->coded.by);
	if (head)
		add_message(frames, piece, head);
	bits_add_payload(piece, &frames->last, frames->passed,
		is_coded ? 0 : frames->opcode);
	frames->passed += n;
	if (wrong)
		piece_refuse(piece, 1007, frame_not_utf8);
	else if (!frames_is_inside(frames))
		end_frame(frames, piece, sent ? 0 : max);
	return head + n;
}

/* The head is read byte by byte, to stop at the byte that decides a refusal. */
size_t frames_read(struct frames *frames, bool sent, uint64_t max,
	const unsigned char *p, size_t len, struct piece *piece)
{
	const char *why = NULL;
	struct frame f;
	size_t have = 0;
	ssize_t head = 0;
	int code = 0;

	if (frames_is_inside(frames))
		return read_payload(frames, sent, max, p, 0, len, piece);
	while (have < len && !head && !code) {
		head = frame_parse(p, ++have, &f);
		code = judge(frames, &f, have, sent, max, &why);
	}
	if (code) {
		piece_start(piece, PIECE_FRAME, bits_title(f.opcode), sent, p,
			have);
		bits_add_head(piece, &f, have, frames->coded.by);
		piece_refuse(piece, code, why);
		return have;
	}
	if (!head || (f.opcode >= FRAME_CLOSE && len - have < f.len))
		return 0;
	begin_frame(frames, &f);
	return read_payload(frames, sent, max, p, have, len, piece);
}

/* Says how many bytes a frame still lacks, of which `have` have arrived. Where
 * its length is still to come, these are those of the shortest that it may
 * be. */
static void lack(struct piece *piece, const struct frame *f, size_t have)
{
	size_t extended = f->head_len - (f->masked ? 4 : 0) - 2;
	uint64_t len = f->len;

	if (have < 2) {
		piece_lacks(piece, piece->sent ? 1 : 5, true);
		return;
	}
	if (have < 2 + extended)
		len = extended == 2 ? 126 : 65536;
	piece_lacks(piece, f->head_len + len - have, have < 2 + extended);
}

void frames_end(
	bool sent, const unsigned char *p, size_t len, struct piece *piece)
{
	struct frame f;
	ssize_t head = frame_parse(p, len, &f);

	piece_start(piece, PIECE_FRAME, bits_title(f.opcode), sent, p, len);
	bits_add_head(piece, &f, head > 0 ? (size_t)head : len, false);
	bits_add_payload(piece, &f, 0, 0);
	lack(piece, &f, len);
}

void frames_end_payload(
	const struct frames *frames, bool sent, struct piece *piece)
{
	piece_start(piece, PIECE_RUN, "more payload", sent, NULL, 0);
	piece_lacks(piece, frames->last.len - frames->passed, false);
}
