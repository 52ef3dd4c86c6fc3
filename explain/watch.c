/* watch.c - the connections that are watched. It owns their state. */
#include "explain/watch.h"

#include "explain/draw.h"
#include "explain/wire.h"
#include "serve/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A connection that is watched. */
struct watched {
	struct watched *next; /* on its list */
	struct watch *watch;
	struct ws *ws;    /* its socket, or NULL */
	struct wire wire; /* has its number */
	struct captured captured;
	char verdict[PCAPNG_COMMENT_MAX]; /* on the last run, or "" */
	uint64_t start; /* when watching started, in microseconds */
	char page[PAGE_NAME_MAX + 1];
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Returns where the pointer to a connection is, or would be. */
static struct watched **place_of(struct watch *w, uint32_t number)
{
	struct watched **at = &w->lists[number % WATCH_LISTS];

	while (*at && (*at)->wire.number != number)
		at = &(*at)->next;
	return at;
}

static void drop(struct watched **at)
{
	struct watched *one = *at;

	*at = one->next;
	capture_end(&one->watch->capture, &one->captured);
	wire_free(&one->wire);
	free(one);
}

void watch_free(struct watch *w)
{
	for (size_t i = 0; i < WATCH_LISTS; i++)
		while (w->lists[i])
			drop(&w->lists[i]);
}

void watch_add_page(struct watch *w, struct page *page)
{
	page->next = w->pages;
	w->pages = page;
}

void watch_remove_page(struct watch *w, struct page *page)
{
	struct page **at = &w->pages;

	while (*at != page)
		at = &(*at)->next;
	*at = page->next;
}

size_t watch_count_pages(const struct watch *w)
{
	size_t n = 0;

	for (const struct page *page = w->pages; page; page = page->next)
		n++;
	return n;
}

bool watch_is_needed(const struct watch *w)
{
	return w->terminal || w->pages || w->capture.fd;
}

static bool has_page(const struct watch *w, const char *name)
{
	const struct page *page = w->pages;

	while (page && strcmp(page->name, name))
		page = page->next;
	return page && *name;
}

static void print_piece(const struct watch *w, const struct piece *piece)
{
	struct buf text = {0};

	if (draw_piece(&text, piece, w->colour))
		log_block(text.data, text.len);
	buf_free(&text);
}

static void note_verdict(struct watched *one, const struct piece *piece)
{
	char code[32] = "";

	if (piece->code)
		snprintf(code, sizeof code, ": refused with %d", piece->code);
	snprintf(one->verdict, sizeof one->verdict, "byte %zu of the %s: %s%s",
		piece->at, piece->title, piece->why, code);
}

/* wire.on_piece */
static void hand_out(void *data, const struct piece *piece)
{
	struct watched *one = data;
	const struct watch *w = one->watch;

	if (piece->why)
		note_verdict(one, piece);
	if (w->terminal)
		print_piece(w, piece);
	for (struct page *page = w->pages; page; page = page->next)
		if (*one->page && !strcmp(page->name, one->page))
			page_tell_piece(page, piece);
}

/* Adds a connection. Returns NULL when there is no memory to watch it. */
static struct watched *add(
	struct watch *w, struct watched **at, uint32_t number)
{
	struct watched *one = calloc(1, sizeof *one);

	if (!one)
		return NULL;
	one->watch = w;
	one->start = now();
	one->wire.max_message = w->max_message;
	one->wire.extension = w->extension;
	one->wire.number = number;
	one->wire.on_piece = hand_out;
	one->wire.data = one;
	*at = one;
	return one;
}

/* Reads from a request which page its connection belongs to, and starts to
 * watch the connection if that page or the terminal is watching. */
static void take_up(
	struct watch *w, struct watched **at, const struct traffic *t)
{
	char page[PAGE_NAME_MAX + 1] = "";
	struct watched *one = *at;
	struct request req;

	if (request_parse(t->data, t->len, &req) > 0)
		page_read_name(page, &req);
	if (!one && (w->terminal || w->capture.fd || has_page(w, page)))
		one = add(w, at, t->number);
	if (one)
		strcpy(one->page, page);
}

static void end(struct watched *one)
{
	struct piece piece;

	wire_end(&one->wire);
	piece_start(
		&piece, PIECE_END, "the connection has ended", false, NULL, 0);
	piece.number = one->wire.number;
	piece.us = one->wire.us;
	hand_out(one, &piece);
}

void watch_traffic(struct watch *w, const struct traffic *t)
{
	struct watched **at = place_of(w, t->number), *one;

	if (t->len && t->is_http && (!t->sent || !*at))
		take_up(w, at, t);
	one = *at;
	if (!one)
		return;
	one->ws = t->ws;
	one->wire.us = now() - one->start;
	if (t->len) {
		*one->verdict = 0;
		wire_feed(&one->wire, t->sent, t->data, t->len);
		if (w->capture.fd)
			capture_run(&w->capture, &one->captured, t->sent,
				t->data, t->len, one->verdict);
	} else {
		end(one);
		drop(at);
	}
}

void watch_response(struct watch *w, uint32_t number, const struct request *req,
	const struct response *res)
{
	struct watched *one = *place_of(w, number);

	if (one && w->capture.fd)
		capture_response(&w->capture, &one->captured, req,
			res->fd >= 0 ? res->left : 0);
}

void watch_ping(struct watch *w, const struct page *page)
{
	for (size_t i = 0; i < WATCH_LISTS; i++)
		for (struct watched *one = w->lists[i]; one; one = one->next)
			if (one->ws && !strcmp(one->page, page->name))
				ws_ping(one->ws);
}
