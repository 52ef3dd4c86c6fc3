/* exercise.c - tasks for who learns the protocol: RFC 6455 5, 7, 8. */
#include "exercise.h"

#include <string.h>

static struct attempt_frame *last_frame(struct attempt *a)
{
	return a->n ? &a->frames[a->n - 1] : NULL;
}

/* More of the last frame's payload, which may be masked. */
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

	if (a->n < EXERCISE_FRAMES_MAX)
		a->n++;
	f = last_frame(a);
	*f = (struct attempt_frame){.at = a->at};
	head = frame_parse(piece->bytes, piece->len, &f->head);
	if (head > 0)
		add_payload(a, piece->bytes + head, piece->len - (size_t)head);
}

static void see_received(struct attempt *a, const struct piece *piece)
{
	struct attempt_frame *f;

	if (piece->kind == PIECE_FRAME && !a->why)
		add_frame(a, piece);
	f = last_frame(a);
	if (!f || f->whole)
		return;
	/* what is not read any more has come too, if it was in this write */
	if (piece->kind == PIECE_RUN && (!a->why || f->write == a->write))
		add_payload(a, piece->bytes, piece->len);
	if (!a->why)
		a->why = piece->why;
	f->whole = !a->why && f->len == f->head.len;
}

void exercise_see(struct attempt *a, const struct piece *piece)
{
	struct frame f;

	if (!piece->len || piece->kind < PIECE_FRAME)
		return;
	if (!piece->sent) {
		see_received(a, piece);
		a->at += piece->len;
	} else if (frame_parse(piece->bytes, piece->len, &f) > 0) {
		a->ponged |= f.opcode == FRAME_PONG;
	}
}

void exercise_write(struct attempt *a, size_t len)
{
	a->write++;
	a->begin += a->len;
	a->len = len;
}

/* Is there a whole frame that is like that? */
static bool any(const struct attempt *a,
	bool (*is_like_that)(const struct attempt_frame *))
{
	for (size_t i = 0; i < a->n; i++)
		if (a->frames[i].whole && is_like_that(&a->frames[i]))
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
	return any(a, is_hello);
}

static bool is_empty(const struct attempt_frame *f)
{
	return is_message(f) && !f->len;
}

static bool says_nothing(const struct attempt *a)
{
	return any(a, is_empty);
}

static bool is_ping(const struct attempt_frame *f)
{
	return f->head.opcode == FRAME_PING && f->len;
}

static bool pings(const struct attempt *a)
{
	return any(a, is_ping) && a->ponged;
}

static bool has_126_form(const struct attempt_frame *f)
{
	return f->head.len > 125 && f->head.len < 65536;
}

static bool says_126_bytes(const struct attempt *a)
{
	return any(a, has_126_form);
}

static bool is_cut(const struct attempt_frame *f)
{
	return f->cut;
}

static bool cuts_a_frame(const struct attempt *a)
{
	return any(a, is_cut);
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

/* A message begins, a Ping comes, the message ends. */
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
	return any(a, is_close_4000);
}

/* A text of one byte: none is shorter, but for the empty one. */
static bool is_shortest_text(const struct attempt *a)
{
	const struct attempt_frame *f = &a->frames[0];

	return a->n == 1 && f->head.opcode == FRAME_TEXT && f->head.fin &&
	       f->head.len == 1;
}

/* The rest of the frame has not even been sent. */
static bool is_refused_early(const struct attempt *a)
{
	const struct attempt_frame *f = &a->frames[a->n ? a->n - 1 : 0];

	return f->head.opcode < FRAME_CLOSE && f->len < f->head.len;
}

const struct exercise exercise_list[] = {
	{"hello", "Send a text message that says Hello.",
		"Set FIN, opcode 1, MASK, length 5; then four bytes of key and "
		"the five letters, each XORed with its byte of the key. With "
		"the key 00 00 00 00 they stay as they are.",
		"One frame with FIN set is a whole message. A client masks "
		"what it sends, so that no script can choose the bytes that a "
		"proxy on the way will see.",
		"6455 5.7", 1, .is_solved = says_hello},
	{"empty", "Send a message without a single byte of payload.",
		"Length 0, but a client still sends the MASK bit and a key.",
		"A payload may be empty. Six bytes are the shortest frame that "
		"a client can send.",
		"6455 5.6", 1, .is_solved = says_nothing},
	{"ping", "Send a Ping with a payload, and get it back.",
		"Opcode 9, and a payload of 1 to 125 bytes.",
		"The answer to a Ping is a Pong with the same payload, so "
		"whoever pings can tell which of its Pings has been answered.",
		"6455 5.5.2", 1, .is_solved = pings},
	{"two-in-one", "Send two frames in one write.",
		"Put the bytes of the second frame right behind those of the "
		"first, with no cut between them.",
		"TCP carries bytes and knows nothing of frames. Only the "
		"length in each head says where the next one begins.",
		"6455 5.2", 1, .is_solved = joins_frames},
	{"one-in-two", "Send one frame in two writes.",
		"Cut a frame anywhere, even inside its head.",
		"A receiver must wait for the rest: what arrives together has "
		"nothing to do with what was framed together.",
		"6455 5.2", 1, .is_solved = cuts_a_frame},
	{"length-126", "Send a frame whose length takes the 16-bit form.",
		"From 126 bytes on, the 7 bits say 126 and two more bytes give "
		"the length, the high one first.",
		"Lengths up to 125 fit in the 7 bits; 126 there announces 16 "
		"bits more, 127 announces 64.",
		"6455 5.2", 1, .is_solved = says_126_bytes},
	{"fragments",
		"Send a message in two fragments, and a Ping between them.",
		"The first frame has its opcode but no FIN; then a whole Ping; "
		"the last has opcode 0 and FIN.",
		"Control frames may come between the fragments of a message, "
		"so that a long one does not hold up a Ping or a Close.",
		"6455 5.4", 2, .is_solved = pings_inside},
	{"close-4000", "Close with the code 4000 and a reason.",
		"Opcode 8; the payload is 0F A0, then the reason in UTF-8.",
		"Codes from 4000 to 4999 are for private use. The server "
		"answers with a Close of the same code, and the connection is "
		"over.",
		"6455 7.4.2", 2, .code = 4000, .is_solved = closes_with_4000},
	{"close-empty", "Close without a code.", "Opcode 8 and length 0.",
		"The code may be left out. Programs are then told 1005, a "
		"number that is never sent.",
		"6455 7.1.5", 2, .code = 1005},
	{"unmasked", "Break it: send a frame without a mask.",
		"The top bit of the second byte says whether there is a key.",
		"A server closes the connection when a client does not mask. "
		"Without masks a script could write something that looks like "
		"an HTTP request to a proxy, and poison its cache.",
		"6455 5.1", 2, .code = 1002, .rule = "must mask"},
	{"reserved-bit", "Break it: set a reserved bit.",
		"RSV1 to RSV3 are the three bits behind FIN.",
		"These bits belong to extensions, such as compression. None "
		"was agreed on in the handshake, so they must be 0.",
		"6455 5.2", 2, .code = 1002, .rule = "reserved bit"},
	{"nothing-to-continue", "Break it: continue a message never begun.",
		"Opcode 0 as the first frame.",
		"Opcode 0 has no type of its own: it goes on with the message "
		"that a frame without FIN began.",
		"6455 5.4", 2, .code = 1002, .rule = "no message to continue"},
	{"long-ping", "Break it: send a Ping of 126 bytes.",
		"Its head is enough: the server does not wait for the payload.",
		"A control frame has at most 125 bytes, so its length always "
		"fits in 7 bits and a receiver can always hold one.",
		"6455 5.5", 2, .code = 1002, .rule = "at most 125 bytes"},
	{"shortest-form", "Break it: write a length longer than it need be.",
		"Give a length below 126 in the 16-bit form.",
		"There is one way to write each length. Where there are two, "
		"programs that disagree about them can be played off against "
		"each other.",
		"6455 5.2", 3, .code = 1002, .rule = "shortest form"},
	{"forbidden-code", "Break it: close with a code that is never sent.",
		"1005, 1006 and 1015 stand for what happened without a code.",
		"These codes tell a program that there was no code, no Close, "
		"or no TLS. In a Close they would be a lie.",
		"6455 7.4.1", 3, .code = 1002,
		.rule = "close code must not be sent"},
	{"shortest-text", "Get 1007 with the shortest invalid text.",
		"One byte is enough. Some bytes never occur in UTF-8.",
		"A text is UTF-8. C0, C1 and F5 to FF never occur in it, and "
		"no character above 7F has one byte.",
		"6455 8.1", 3, .code = 1007, .is_solved = is_shortest_text},
	{"early-1007", "Get 1007 in the middle of a frame.",
		"Announce more payload than you send, and send a wrong byte.",
		"This server checks each byte as it comes. A text that can "
		"never become valid is refused before its end has arrived.",
		"6455 8.1", 3, .code = 1007, .is_solved = is_refused_early},
	{"too-big", "Get 1009: a message that is too big.",
		"Announce more than the server takes, 16 MiB unless it was "
		"told otherwise, in the 64-bit form. You need not send it.",
		"A head says how much will come, so the server refuses before "
		"it takes any memory.",
		"6455 7.4.1", 3, .code = 1009},
};
const size_t exercise_count = sizeof exercise_list / sizeof *exercise_list;

bool exercise_is_solved(const struct exercise *e, const struct attempt *a)
{
	if (e->code && e->code != a->code)
		return false;
	if (e->rule && !(a->why && strstr(a->why, e->rule)))
		return false;
	return !e->is_solved || e->is_solved(a);
}
