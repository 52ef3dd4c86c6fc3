/* log.c - lines to standard output. */
#include "serve/log.h"

#include "conn.h"
#include "utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A pipe that poll reports as writable takes this much without waiting (POSIX:
 * PIPE_BUF). Making it non-blocking would do too, but also for every other
 * program that shares it. */
#define WRITE_MAX 4096

static struct {
	bool silent;
	unsigned long dropped, told; /* lines; of them reported */
	size_t len;
	char text[65536];
} waiting;

void log_silence(void)
{
	waiting.silent = true;
}

unsigned long log_dropped(void)
{
	return waiting.dropped;
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

/* Writes the text so that it can be shown; at most `room` bytes, returns how
 * many. Stops before a character that does not fit as a whole. */
static size_t escape(char *out, size_t room, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + len;
	size_t used = 0;

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

static void add(const char *text, size_t len)
{
	char *line = waiting.text + waiting.len;
	size_t n;

	if (sizeof waiting.text - waiting.len < LOG_LINE_MAX) {
		waiting.dropped++;
		return;
	}
	n = escape(line, LOG_LINE_MAX - 1, text, len);
	if (n > LOG_LINE_MAX - 8) {
		n = escape(line, LOG_LINE_MAX - 4, text, len);
		memcpy(line + n, "...", 3);
		n += 3;
	}
	line[n] = '\n';
	waiting.len += n + 1;
}

void log_line(const char *format, ...)
{
	char text[LOG_LINE_MAX + 1];
	va_list args;

	if (waiting.silent)
		return;
	va_start(args, format);
	if (vsnprintf(text, sizeof text, format, args) > 0)
		add(text, strlen(text));
	va_end(args);
}

static void tell_dropped(void)
{
	unsigned long n = waiting.dropped - waiting.told;

	if (!n || sizeof waiting.text - waiting.len < LOG_LINE_MAX)
		return;
	waiting.told = waiting.dropped;
	waiting.len += (size_t)snprintf(waiting.text + waiting.len,
		LOG_LINE_MAX, "(%lu lines dropped: nobody read them)\n", n);
}

bool log_flush(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	size_t done = 0;

	while (done < waiting.len && poll(&out, 1, 0) > 0) {
		size_t n = waiting.len - done;
		ssize_t wrote = write(STDOUT_FILENO, waiting.text + done,
			n < WRITE_MAX ? n : WRITE_MAX);

		if (wrote < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (wrote < 0) { /* closed, or the disk is full */
			waiting.dropped++;
			waiting.len = 0;
			return false;
		}
		done += (size_t)wrote;
	}
	waiting.len -= done;
	memmove(waiting.text, waiting.text + done, waiting.len);
	if (done)
		tell_dropped();
	return waiting.len > 0;
}

/* A block may be many lines, so room is made for it first. */
void log_block(const void *text, size_t len)
{
	if (sizeof waiting.text - waiting.len < len)
		log_flush();
	if (sizeof waiting.text - waiting.len < len) {
		waiting.dropped++;
		return;
	}
	memcpy(waiting.text + waiting.len, text, len);
	waiting.len += len;
}

void log_counters(
	const struct shared *s, size_t clients, unsigned long long turned_away)
{
	const struct counters *n = &s->count;

	log_line("Counted: %zu open connections; %llu requests, %llu of them "
		 "refused; %llu messages in, %llu out, %llu sockets refused; "
		 "%llu bytes in, %llu out; %llu clients turned away, %llu "
		 "timed out; %lu lines dropped",
		clients, n->requests, n->refused, s->host.received,
		s->host.sent, s->host.failed, n->bytes_in, n->bytes_out,
		turned_away, n->timed_out, waiting.dropped);
}
