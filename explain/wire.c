/* wire.c - the bytes on the wire of one connection, piece by piece.
 *
 * The states of one direction:
 *
 *     HEAD <---> BODY                REFUSED: from any state, by an error
 *      | 101
 *      v
 *     FRAMES ---> CLOSED, by a Close */
#include "explain/wire.h"

#include "explain/head.h"
#include "explain/lines.h"

#include <string.h>

enum { HEAD, BODY, FRAMES, CLOSED, REFUSED };

void wire_free(struct wire *w)
{
	for (int sent = 0; sent < 2; sent++) {
		buf_free(&w->sides[sent].kept);
		coded_free(&w->sides[sent].frames.coded);
	}
}

void wire_agree(struct wire *w, struct slice extensions)
{
	for (int sent = 0; sent < 2; sent++)
		coded_agree(&w->sides[sent].frames.coded, w->extension,
			extensions, sent);
}

void wire_upgrade(struct wire *w)
{
	w->upgraded = true;
}

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* Checks a request that asks for a WebSocket, and explains its key. */
static void judge_request(
	struct wire *w, const struct request *req, struct piece *piece)
{
	const char *why;
	int status;

	w->accept[0] = 0;
	if (!handshake_is_asked(req))
		return;
	piece->title = "handshake request";
	status = handshake_check(req, &why);
	if (status)
		piece_refuse(piece, status, why);
	else
		lines_explain_key(piece,
			request_header(req, "Sec-WebSocket-Key").p, w->accept);
}

/* Checks whether a 101 opens the WebSocket that was asked for. */
static void judge_response(struct wire *w, struct wire_side *side,
	const struct head *h, struct piece *piece)
{
	const char *why;

	if (h->status != 101)
		return;
	piece->title = "handshake response";
	why = head_check_101(h, w->accept[0] ? w->accept : NULL);
	if (why) {
		piece_refuse(piece, 0, why);
		side->state = REFUSED;
	}
	w->upgraded = !why;
	wire_agree(w, fields_value(head_fields(h), "Sec-WebSocket-Extensions"));
}

/* Reads a head. Returns its size, or 0 when it is incomplete. */
static size_t read_head(struct wire *w, struct wire_side *side, bool sent,
	const void *p, size_t len, struct piece *piece)
{
	struct head h;
	ssize_t n = head_parse(&h, sent, p, len);

	if (!n)
		return 0;
	len = n < 0 ? head_parse_refused(&h, sent, p, len) : (size_t)n;
	lines_explain(piece, sent, p, len);
	if (n < 0) {
		piece_refuse(piece, sent ? 0 : (int)-n, head_fields(&h)->why);
		side->state = REFUSED;
		return len;
	}
	side->left = head_body(&h);
	side->state = side->left ? BODY : HEAD;
	if (sent)
		judge_response(w, side, &h, piece);
	else
		judge_request(w, &h.request, piece);
	return len;
}

static size_t read_body(struct wire_side *side, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	static const struct sense is = {"body", "", "9112 6"};
	struct piece_field *f;

	len = least(side->left, len);
	piece_start(piece, PIECE_RUN, "body", sent, p, len);
	f = piece_add(piece, (uint64_t)len * 8, &is);
	piece_show(f, p, len);
	piece_put_bytes(f, p, f->shown);
	if (f->shown < len)
		piece_put(f, "...");
	if (side->left != UINT64_MAX)
		side->left -= len;
	if (!side->left)
		side->state = HEAD;
	return len;
}

static size_t read_frame(struct wire *w, struct wire_side *side, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	size_t n =
		frames_read(&side->frames, sent, w->max_message, p, len, piece);

	if (n && piece->why)
		side->state = REFUSED;
	else if (n && side->frames.closed)
		side->state = CLOSED;
	return n;
}

static size_t pass_over(struct wire *w, struct wire_side *side, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	static const struct sense is[] = {
		{"not read", "nothing is read from here on", "9112 9.6"},
		{"not read", "nothing is read from here on", "6455 7.1.7"},
	};

	piece_start(piece, PIECE_RUN, "not read", sent, p, len);
	piece_show(
		piece_add(piece, (uint64_t)len * 8, &is[w->upgraded]), p, len);
	/* RFC 6455 5.5.1: "The application MUST NOT send any more data frames
	 * after sending a Close frame." */
	if (side->state == CLOSED) {
		piece_refuse(piece, 0,
			"nothing may follow a Close (RFC 6455 5.5.1)");
		piece->at = 0;
	}
	side->state = REFUSED;
	return len;
}

/* Reads the piece at p. Returns its size, or 0 when it is incomplete. */
static size_t read_piece(struct wire *w, struct wire_side *side, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	switch (side->state) {
	case HEAD:
		return read_head(w, side, sent, p, len, piece);
	case BODY:
		return read_body(side, sent, p, len, piece);
	case FRAMES:
		return read_frame(w, side, sent, p, len, piece);
	default:
		return pass_over(w, side, sent, p, len, piece);
	}
}

/* Chooses the state for the first bytes of a run, when nothing is kept. */
static void choose_state(struct wire *w, struct wire_side *side, bool sent,
	const void *p, size_t len)
{
	/* A body may be missing (after HEAD) or cross the wire unseen
	 * (sendfile): then a head comes where the body was expected. */
	if (side->state == BODY && sent && len >= 7 && !memcmp(p, "HTTP/1.", 7))
		side->state = HEAD;
	if (side->state == HEAD && w->upgraded)
		side->state = FRAMES;
}

/* Reads a run up to the end of one piece. Returns how many of its bytes that
 * takes, or 0 when there is no memory. The piece has no bytes when it is
 * incomplete. */
static size_t read_run(struct wire *w, bool sent, const unsigned char *run,
	size_t len, struct piece *piece)
{
	struct wire_side *side = &w->sides[sent];
	size_t kept, n = 0;

	piece->len = 0;
	if (side->done)
		buf_free(&side->kept);
	side->done = false;
	kept = side->kept.len;
	if (!kept) {
		choose_state(w, side, sent, run, len);
		n = read_piece(w, side, sent, run, len, piece);
	}
	if (n)
		return n;
	len = least(len, REQUEST_HEAD_MAX - kept);
	if (!buf_append(&side->kept, run, len))
		return 0;
	if (kept)
		n = read_piece(
			w, side, sent, side->kept.data, side->kept.len, piece);
	side->done = n > 0;
	return n ? n - kept : len;
}

static bool is_inside(const struct wire_side *side)
{
	return (side->kept.len && !side->done) ||
	       frames_is_inside(&side->frames) ||
	       (side->state != HEAD && side->state != FRAMES);
}

/* Returns whether the server has sent the piece at p. */
static bool guess_sent(struct wire *w, const unsigned char *p, size_t len)
{
	if (!w->upgraded && head_is_response(p, len))
		return true;
	if (is_inside(&w->sides[w->sent]))
		return w->sent;
	if (!w->upgraded && head_is_request(p, len))
		return false;
	w->upgraded = true;
	return len > 1 && p[1] < 0x80;
}

static void give_out(struct wire *w, struct piece *piece)
{
	piece->number = w->number;
	piece->us = w->us;
	w->on_piece(w->data, piece);
}

static bool feed(struct wire *w, bool both, const unsigned char *p, size_t len)
{
	struct piece piece;

	while (len && !w->failed) {
		size_t n;

		if (both)
			w->sent = guess_sent(w, p, len);
		n = read_run(w, w->sent, p, len, &piece);
		w->failed = n == 0;
		if (n && piece.len)
			give_out(w, &piece);
		p += n;
		len -= n;
	}
	return !w->failed;
}

bool wire_feed(struct wire *w, bool sent, const void *run, size_t len)
{
	w->sent = sent;
	return feed(w, false, run, len);
}

bool wire_feed_both(struct wire *w, const void *run, size_t len)
{
	return feed(w, true, run, len);
}

/* Makes a piece of what one side has left incomplete. Returns false when that
 * is nothing. */
static bool end_side(struct wire_side *side, bool sent, struct piece *piece)
{
	if (side->kept.len && !side->done) {
		if (side->state == FRAMES) {
			frames_end(
				sent, side->kept.data, side->kept.len, piece);
		} else {
			lines_explain(
				piece, sent, side->kept.data, side->kept.len);
			piece_lacks(piece,
				head_missing(side->kept.data, side->kept.len),
				true);
		}
		side->done = true;
		return true;
	}
	if (side->state != FRAMES || !frames_is_inside(&side->frames))
		return false;
	frames_end_payload(&side->frames, sent, piece);
	side->state = REFUSED;
	return true;
}

void wire_end(struct wire *w)
{
	struct piece piece;

	for (int sent = 0; sent < 2 && !w->failed; sent++)
		if (end_side(&w->sides[sent], sent, &piece))
			give_out(w, &piece);
}
