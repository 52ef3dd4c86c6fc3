/* access.c - the door of this wing. It owns the records of the responses that
 * are being sent: nearly always one, from its response to the send of the same
 * turn, and those of slow downloads. */
#include "access/access.h"

#include "access/line.h"
#include "access/target.h"
#include "buf.h"
#include "serve/log.h"
#include "serve/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTS 8192           /* of records, by the connection's number */
#define HELD_MAX (16u << 20) /* bytes of all records */

struct record {
	struct record *next; /* on its list */
	uint32_t number;     /* of the connection */
	int status;
	uint64_t left; /* bytes of its connection, up to the end of this */
	uint64_t body; /* bytes of the body */
	size_t size;   /* of the record */
	char texts[];  /* line.h */
};

/* The inner application with some functions more, which find this struct by its
 * `log`. Its data is the inner application's, so that its own functions need no
 * wrapping. */
struct access {
	struct app app;
	void (*inner_stop)(const struct app *);
	struct target target;
	size_t held;
	struct record *lists[LISTS];
};

static void on_response(const struct app *app, uint32_t number,
	const struct request *req, const struct response *res,
	struct slice written)
{
	struct access *a = app->log;
	struct record *r, **at = &a->lists[number % LISTS];
	const char *head_end = memmem(written.p, written.len, "\r\n\r\n", 4);
	uint64_t file = res->fd >= 0 ? res->left : 0;
	char texts[LINE_TEXTS_MAX];
	size_t size = sizeof *r + line_texts(texts, req);

	r = a->held + size > HELD_MAX ? NULL : malloc(size);
	if (!r) {
		a->target.dropped++;
		return;
	}
	*r = (struct record){.number = number, .status = res->status};
	r->size = size;
	r->left = buf_unsent(res->out) + file;
	r->body = file + written.len - (size_t)(head_end + 4 - written.p);
	memcpy(r->texts, texts, size - sizeof *r);
	a->held += size;
	while (*at)
		at = &(*at)->next;
	*at = r;
}

/* Its last byte has been handed over, or `left` bytes of it are lost: the body
 * comes last. */
static void finish(struct access *a, struct record *r)
{
	uint64_t lost = r->left < r->body ? r->left : r->body;
	char line[LINE_MAX_SIZE];

	target_line(&a->target, line,
		line_write(
			line, r->texts, time(NULL), r->status, r->body - lost));
	a->held -= r->size;
	free(r);
}

static void on_sent(const struct app *app, uint32_t number, size_t n)
{
	struct access *a = app->log;
	struct record *r, **at = &a->lists[number % LISTS];

	while ((r = *at)) {
		bool ours = r->number == number;

		if (ours)
			r->left -= n < r->left ? n : r->left;
		if (!ours || (r->left && n)) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		finish(a, r);
	}
}

static bool on_turn(const struct app *app, bool hangup)
{
	struct access *a = app->log;

	if (hangup)
		target_reopen(&a->target);
	return a->target.len && target_flush(&a->target);
}

static void on_stop(const struct app *app)
{
	struct access *a = app->log;

	target_close(&a->target);
	if (a->inner_stop)
		a->inner_stop(app);
}

/* RFC 3339: the time in UTC, with milliseconds; at most 32 bytes (log.h). */
static size_t stamp(char *text)
{
	struct timespec now = {0};
	struct tm utc = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	return (size_t)buf_format(text, 32,
		"%d-%02d-%02dT%02d:%02d:%02d.%03dZ ", utc.tm_year + 1900,
		utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
		utc.tm_sec, (int)(now.tv_nsec / 1000000));
}

static _Noreturn void fail(const char *path)
{
	fprintf(stderr, "server: --access-log %s: %s\n", path, strerror(errno));
	exit(1);
}

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	const char *path = options_value(o, "access-log").text;
	struct access *a;

	if (options_value(o, "log-time").flag)
		log_stamp(stamp);
	if (!path)
		return inner;
	a = calloc(1, sizeof *a);
	if (!a || !target_open(&a->target, path))
		fail(path);
	a->app = *inner;
	a->app.log = a;
	a->inner_stop = inner->on_stop;
	a->app.on_response = on_response;
	a->app.on_sent = on_sent;
	a->app.on_stop = on_stop;
	if (a->target.path)
		a->app.on_turn = on_turn;
	return &a->app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	struct access *a = app->log;

	if (app->on_response != on_response)
		return;
	target_close(&a->target);
	free(a);
}

static const struct option options[] = {
	{0, "access-log", "FILE", OPTION_TEXT, "", 0, 0,
		"log each response; - is standard output; SIGHUP reopens it"},
	{0, "log-time", "", OPTION_FLAG, "", 0, 0,
		"begin the other lines of the log with the time, in UTC"},
	{.name = ""},
};

const struct wing access_wing = {
	.options = options, .start = start, .stop = stop};
