/* log.c - lines to standard output. */
#include "serve/log.h"

#include "conn.h"
#include "serve/outlet.h"
#include "utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ROOM 131072
#define MESSAGES_ROOM (ROOM / 2) /* the rest is for lines about connections */

static struct {
	bool silent, stuck; /* stuck: the output takes no more for now */
	struct outlet outlet;
	size_t (*stamp)(char *);    /* see log_stamp */
	unsigned long long dropped; /* lines since the start */
	struct {                    /* of them, those not yet reported */
		unsigned long long connections, messages;
		uint32_t number; /* of the connection of all these messages;
				  * 0: there are several */
	} untold;
	size_t len;
	char buffer[1 + ROOM]; /* a line end (see outlet_write), and lines */
} waiting;

static char *const lines = waiting.buffer + 1;

void log_open(bool several, void (*become)(const struct options *),
	const struct options *o)
{
	*waiting.buffer = '\n';
	outlet_open(&waiting.outlet, several, become, o);
}

void log_stamp(size_t (*stamp)(char *))
{
	waiting.stamp = stamp;
}

void log_silence(void)
{
	waiting.silent = true;
}

void log_forget(void)
{
	waiting.len = 0;
	memset(&waiting.untold, 0, sizeof waiting.untold);
}

/* Returns how many bytes at the start of the text are printable ASCII: most
 * lines are nothing else. The last one before other bytes is left to
 * utf8_printable, since a digit may begin a keycap emoji. */
static size_t plain(const unsigned char *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] >= ' ' && p[n] < 0x7F && p[n] != '\\')
		n++;
	return n && n < len && p[n] >= 0x80 ? n - 1 : n;
}

/* Writes the text behind the first `used` bytes so that it can be shown; returns
 * how many there are then, at most `room`. Stops before a character that does
 * not fit as a whole. */
static size_t escape(
	char *out, size_t used, size_t room, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + len;

	while (p < end) {
		char code[8];
		size_t left = (size_t)(end - p), size;
		size_t n = plain(p, left < room - used ? left : room - used);

		if (!n)
			n = utf8_printable(p, left);
		size = n;
		if (!n)
			size = (size_t)snprintf(code, sizeof code,
				*p == '\\' ? "\\\\" : "\\x%02x", *p);
		if (size > room - used)
			break;
		memcpy(out + used, n ? (const char *)p : code, size);
		used += size;
		p += n ? n : 1;
	}
	return used;
}

/* Makes room for `len` bytes among the first `room`. Returns false when there is
 * none: a line about that connection is dropped, and counted. */
static bool make_room(size_t len, size_t room, uint32_t number)
{
	if (waiting.len + len > room && !waiting.stuck)
		log_flush();
	if (waiting.len + len <= room)
		return true;
	waiting.dropped++;
	if (room == ROOM)
		waiting.untold.connections++;
	else if (!waiting.untold.messages++)
		waiting.untold.number = number;
	else if (waiting.untold.number != number)
		waiting.untold.number = 0;
	return false;
}

static void add(const char *text, size_t len)
{
	char *line = lines + waiting.len;
	size_t stamp = waiting.stamp ? waiting.stamp(line) : 0;
	size_t n = escape(line, stamp, LOG_LINE_MAX - 1, text, len);

	if (n > LOG_LINE_MAX - 8) {
		n = escape(line, stamp, LOG_LINE_MAX - 4, text, len);
		memcpy(line + n, "...", 3);
		n += 3;
	}
	line[n] = '\n';
	waiting.len += n + 1;
}

static void add_line(
	size_t room, uint32_t number, const char *format, va_list args)
{
	char text[LOG_LINE_MAX + 1];

	if (!waiting.silent && make_room(LOG_LINE_MAX, room, number) &&
		buf_vformat(text, sizeof text, format, args) > 0)
		add(text, strlen(text));
}

void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(ROOM, 0, format, args);
	va_end(args);
}

void log_message(uint32_t number, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(MESSAGES_ROOM, number, format, args);
	va_end(args);
}

bool log_from(char text[LOG_FROM_SIZE], uint32_t number, const char *peer,
	const struct request *req)
{
	struct slice path = req->path, origin = request_header(req, "Origin");

	buf_format(text, LOG_FROM_SIZE, "#%u %s%s%.*s%s%.*s", (unsigned)number,
		peer, path.p ? " " : "",
		(int)utf8_cut(path.p, path.len, LOG_SHOWN_MAX),
		path.p ? path.p : "", origin.p ? " Origin " : "",
		(int)utf8_cut(origin.p, origin.len, LOG_SHOWN_MAX),
		origin.p ? origin.p : "");
	return origin.p;
}

void log_block(const void *text, size_t len)
{
	if (!make_room(len, MESSAGES_ROOM, 0))
		return;
	memcpy(lines + waiting.len, text, len);
	waiting.len += len;
}

/* Says what has been dropped, when there is room to say it. */
static void tell_dropped(void)
{
	unsigned long long connections = waiting.untold.connections,
			   messages = waiting.untold.messages;
	char from[32] = "", text[LOG_LINE_MAX];

	if (!(connections + messages) || ROOM - waiting.len < LOG_LINE_MAX)
		return;
	if (waiting.untold.number)
		snprintf(from, sizeof from, ", all of them from #%u",
			(unsigned)waiting.untold.number);
	memset(&waiting.untold, 0, sizeof waiting.untold);
	add(text, (size_t)snprintf(text, sizeof text,
			  "(%llu lines dropped for lack of room: %llu about "
			  "connections, %llu about messages%s)",
			  connections + messages, connections, messages, from));
}

bool log_flush(void)
{
	size_t done = 0;
	ssize_t n = 0;
	bool soon;

	if (!waiting.len)
		return false;
	while (done < waiting.len &&
		(n = outlet_write(&waiting.outlet, lines + done,
			 waiting.len - done)) > 0)
		done += (size_t)n;
	soon = n >= 0 || errno == EAGAIN || errno == EINTR;
	waiting.len -= done;
	memmove(lines, lines + done, waiting.len);
	waiting.stuck = waiting.len > 0;
	if (done)
		tell_dropped();
	return waiting.len && soon;
}

void log_close(void)
{
	log_flush();
	outlet_close(&waiting.outlet);
}

void log_counters(
	const struct shared *s, size_t clients, unsigned long long turned_away)
{
	const struct counters *n = &s->count;

	log_line("Counted: %zu open connections; %llu requests, %llu of them "
		 "refused; %llu messages in, %llu out, %llu sockets refused; "
		 "%llu bytes in, %llu out; %llu clients turned away, %llu "
		 "timed out; %llu lines dropped",
		clients, n->requests, n->refused, s->host.received,
		s->host.sent, s->host.failed, n->bytes_in, n->bytes_out,
		turned_away, n->timed_out, waiting.dropped);
}
