/* excerpt.c - draws the last pieces that one side of a connection has sent. */
#include "explain/draw.h"
#include "explain/explain.h"
#include "explain/head.h"
#include "explain/wire.h"

#include <string.h>

/* All runs pass twice: once to count the pieces, once to draw the last ones. */
struct excerpt {
	const struct explain_view *view;
	struct buf *out; /* NULL: only count */
	size_t count;    /* pieces of the side, to the one with the mark */
	uint64_t bits;   /* that have passed of the side */
	size_t heads;    /* of the side, before its first frame */
	bool framed;     /* one of both sides has sent a frame */
	size_t first;    /* the piece to begin with */
	bool failed;
};

static bool is_behind_mark(const struct excerpt *e)
{
	return e->view->marked && e->bits > e->view->bit;
}

/* wire.on_piece */
static void on_piece(void *data, const struct piece *piece)
{
	struct excerpt *e = data;
	struct piece one;
	uint64_t bits = (uint64_t)piece->len * 8;

	e->framed |= piece->kind == PIECE_FRAME;
	if (piece->sent != e->view->sent || is_behind_mark(e))
		return;
	if (e->out && e->count >= e->first) {
		one = *piece;
		one.marked = e->view->marked && e->view->bit - e->bits < bits;
		one.mark = e->view->bit - e->bits;
		e->failed |= !draw_piece_narrow(e->out, &one);
	}
	e->bits += bits;
	e->heads +=
		piece->kind == PIECE_REQUEST || piece->kind == PIECE_RESPONSE;
	e->count++;
}

/* How much of a run to read before the answer: of a request to which its sender
 * has added frames at once, the request. */
static size_t before_answer(const struct explain_run *run)
{
	const char *p = run->bytes, *end = NULL;

	if (!run->sent && head_is_request(run->bytes, run->len))
		end = memmem(p, run->len, "\r\n\r\n", 4);
	return end ? (size_t)(end + 4 - p) : run->len;
}

/* Returns false when there is no memory. */
static bool pass(struct excerpt *e, const struct explain_run *runs, size_t n)
{
	struct wire wire = {.on_piece = on_piece, .data = e};
	struct explain_run late = {.len = 0};
	bool ok = true;

	e->count = e->heads = 0;
	e->bits = 0;
	for (size_t i = 0; i < n && ok; i++) {
		size_t now = before_answer(&runs[i]);

		ok = wire_feed(&wire, runs[i].sent, runs[i].bytes, now) &&
		     wire_feed(&wire, false, late.bytes, late.len);
		late.bytes = (const char *)runs[i].bytes + now;
		late.len = runs[i].len - now;
	}
	ok = ok && wire_feed(&wire, false, late.bytes, late.len);
	wire_end(&wire);
	wire_free(&wire);
	return ok && !e->failed;
}

ssize_t explain_draw(struct buf *out, const struct explain_view *view,
	const struct explain_run *runs, size_t n)
{
	struct excerpt e = {.view = view};

	if (!pass(&e, runs, n))
		return -1;
	e.out = out;
	e.first = e.count > view->last ? e.count - view->last : 0;
	/* a handshake that led to frames needs no drawing, unless it has the
	 * mark */
	if (e.framed && e.first < e.heads &&
		(!view->marked || e.count > e.heads))
		e.first = e.heads;
	return pass(&e, runs, n) ? (ssize_t)e.first : -1;
}
