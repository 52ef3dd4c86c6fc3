/* wire.c - what crosses the wire of one connection, piece by piece.
 *
 * One direction:
 *
 *     HEAD <---> BODY                REFUSED: from any of them, by an error
 *      | 101
 *      v
 *     FRAMES ---> CLOSED, by a Close */
#include "explain/wire.h"

#include "explain/answer.h"
#include "explain/head.h"

#include <string.h>

enum { HEAD, BODY, FRAMES, CLOSED, REFUSED };

typedef ssize_t parser(const char *, size_t, struct request *);

/* A response's head has field lines like a request's, and nothing else of it. */
static ssize_t parse_response(const char *p, size_t len, struct request *req)
{
	return answer_parse(p, len, &req->fields);
}

void wire_free(struct wire *w)
{
	buf_free(&w->sides[0].kept);
	buf_free(&w->sides[1].kept);
}

void wire_upgrade(struct wire *w)
{
	w->upgraded = true;
}

bool wire_is_inside(const struct wire *w, bool sent)
{
	const struct wire_side *s = &w->sides[sent];

	return (s->kept.len && !s->done) || framing_is_inside(&s->framing) ||
	       (s->state != HEAD && s->state != FRAMES);
}

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* After how many bytes a refusal is certain. Once refused is always refused,
 * so halving finds it. */
static size_t decided(
	parser *parse, const char *p, size_t len, struct request *req)
{
	size_t low = 0; /* so many are not refused */

	while (len - low > 1) {
		size_t middle = low + (len - low) / 2;

		if (parse(p, middle, req) < 0)
			len = middle;
		else
			low = middle;
	}
	parse(p, len, req);
	return len;
}

/* RFC 9112 6.3: how much body follows. */
static uint64_t body_of(const struct request *req)
{
	struct slice length = request_header(req, "Content-Length");
	uint64_t n = 0;

	if (fields_count(&req->fields, "Transfer-Encoding"))
		return UINT64_MAX; /* chunks are not told apart */
	if (length.len > 18 || slice_span(length, SLICE_DIGIT) != length.len)
		return 0;
	for (size_t i = 0; i < length.len; i++)
		n = n * 10 + (uint64_t)(length.p[i] - '0');
	return n;
}

static void request(struct wire *w, struct wire_side *s,
	const struct request *req, struct piece *piece)
{
	const char *why;
	int status;

	w->accept[0] = 0;
	s->left = body_of(req);
	if (!handshake_is_asked(req))
		return;
	piece->title = "handshake request";
	status = handshake_check(req, &why);
	if (status)
		piece_refuse(piece, status, why);
	else
		head_accept(piece, request_header(req, "Sec-WebSocket-Key").p,
			w->accept);
}

static void response(struct wire *w, struct wire_side *s,
	const struct request *req, struct piece *piece)
{
	int status = answer_status((const char *)piece->bytes);
	const char *why;

	/* RFC 9112 6.3: 1xx, 204 and 304 have no body */
	if (status >= 200 && status != 204 && status != 304)
		s->left = body_of(req);
	if (status != 101)
		return;
	piece->title = "handshake response";
	why = answer_check(&req->fields, w->accept[0] ? w->accept : NULL);
	if (why)
		piece_refuse(piece, 0, why);
	w->upgraded = !why;
	s->state = why ? REFUSED : HEAD;
}

static void add_head(struct piece *piece, bool sent, const void *p, size_t len)
{
	if (sent) {
		piece_start(piece, PIECE_RESPONSE, "response", true, p, len);
		head_response(piece);
	} else {
		piece_start(piece, PIECE_REQUEST, "request", false, p, len);
		head_request(piece);
	}
}

/* A head, or 0 when it is not whole. */
static size_t read_head(struct wire *w, struct wire_side *s, bool sent,
	const void *p, size_t len, struct piece *piece)
{
	parser *parse = sent ? parse_response : request_parse;
	struct request req;
	ssize_t n = parse(p, len, &req);

	if (!n)
		return 0;
	len = n < 0 ? decided(parse, p, len, &req) : (size_t)n;
	add_head(piece, sent, p, len);
	s->left = 0;
	if (n < 0) {
		piece_refuse(piece, sent ? 0 : (int)-n, req.fields.why);
		s->state = REFUSED;
	} else {
		(sent ? response : request)(w, s, &req, piece);
	}
	if (s->left)
		s->state = BODY;
	return len;
}

static size_t read_body(struct wire_side *s, bool sent, const unsigned char *p,
	size_t len, struct piece *piece)
{
	static const struct sense is = {"body", "", "9112 6"};
	struct field *f;

	len = least(s->left, len);
	piece_start(piece, PIECE_RUN, "body", sent, p, len);
	f = piece_add(piece, (uint64_t)len * 8, &is);
	piece_show(f, p, len);
	piece_put_bytes(f, p, f->shown);
	if (f->shown < len)
		piece_put(f, "...");
	if (s->left != UINT64_MAX)
		s->left -= len;
	if (!s->left)
		s->state = HEAD;
	return len;
}

static size_t read_frame(struct wire *w, struct wire_side *s, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	size_t n =
		framing_read(&s->framing, sent, w->max_message, p, len, piece);

	if (n && piece->why)
		s->state = REFUSED;
	else if (n && s->framing.closed)
		s->state = CLOSED;
	return n;
}

static size_t skip(struct wire *w, struct wire_side *s, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	static const struct sense is[] = {
		{"not read", "nothing is from here on", "9112 9.6"},
		{"not read", "nothing is from here on", "6455 7.1.7"},
	};

	piece_start(piece, PIECE_RUN, "not read", sent, p, len);
	piece_show(
		piece_add(piece, (uint64_t)len * 8, &is[w->upgraded]), p, len);
	/* RFC 6455 5.5.1: "The application MUST NOT send any more data frames
	 * after sending a Close frame." */
	if (s->state == CLOSED) {
		piece_refuse(
			piece, 0, "nothing follows a Close (RFC 6455 5.5.1)");
		piece->at = 0;
	}
	s->state = REFUSED;
	return len;
}

/* A piece that begins at p, or 0 when it is not there yet. */
static size_t read_piece(struct wire *w, struct wire_side *s, bool sent,
	const unsigned char *p, size_t len, struct piece *piece)
{
	switch (s->state) {
	case HEAD:
		return read_head(w, s, sent, p, len, piece);
	case BODY:
		return read_body(s, sent, p, len, piece);
	case FRAMES:
		return read_frame(w, s, sent, p, len, piece);
	default:
		return skip(w, s, sent, p, len, piece);
	}
}

/* Before a run: what the bytes at its beginning are. */
static void settle(struct wire *w, struct wire_side *s, bool sent,
	const void *p, size_t len)
{
	if (s->done)
		buf_free(&s->kept);
	s->done = false;
	if (s->kept.len)
		return;
	/* A body may be none (to HEAD), or cross the wire unseen (sendfile):
	 * then a head comes where it was due. */
	if (s->state == BODY && sent && len >= 7 && !memcmp(p, "HTTP/1.", 7))
		s->state = HEAD;
	if (s->state == HEAD && w->upgraded)
		s->state = FRAMES;
}

size_t wire_read(struct wire *w, bool sent, const void *run, size_t len,
	struct piece *piece)
{
	struct wire_side *s = &w->sides[sent];
	size_t kept, n;

	piece->len = 0;
	settle(w, s, sent, run, len);
	kept = s->kept.len;
	n = kept ? 0 : read_piece(w, s, sent, run, len, piece);
	if (n)
		return n;
	len = least(len, REQUEST_HEAD_MAX - kept);
	if (!buf_append(&s->kept, run, len))
		return 0;
	if (kept)
		n = read_piece(w, s, sent, s->kept.data, s->kept.len, piece);
	s->done = n > 0;
	return n ? n - kept : len;
}

bool wire_end(struct wire *w, bool sent, struct piece *piece)
{
	struct wire_side *s = &w->sides[sent];

	if (s->kept.len && !s->done) {
		if (s->state == FRAMES) {
			framing_end(sent, s->kept.data, s->kept.len, piece);
		} else {
			add_head(piece, sent, s->kept.data, s->kept.len);
			piece_refuse(
				piece, 0, "the bytes end inside this head");
		}
		s->done = true;
		return true;
	}
	if (s->state != FRAMES || !framing_is_inside(&s->framing))
		return false;
	piece_start(piece, PIECE_RUN, "more payload", sent, NULL, 0);
	piece_refuse(piece, 0, "the bytes end inside this frame");
	s->state = REFUSED;
	return true;
}
