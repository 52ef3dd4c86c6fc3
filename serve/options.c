/* options.c - the command line: every default in one table. */
#include "serve/options.h"

#include "app.h"
#include "http/handshake.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct options, member)
#define GIB (1ull << 30)
#define NO_PORT UINT32_MAX
#define MOST (49 * 86400) /* seconds; their milliseconds fit in 32 bits */

static const struct option table[] = {
	{AT(host), "host", "NAME", OPTION_TEXT, "localhost", 0, 0,
		"address to listen on; 0.0.0.0 means all"},
	{AT(port), "port", "N", OPTION_NUMBER, "3000", 0, 65535,
		"port to listen on, or PORT in the environment; 0 picks one"},
	{AT(origins), "origin", "ORIGIN", OPTION_LIST, "", 0, 0,
		"accept WebSockets only from this Origin; may be repeated; "
		"'same' is the server's own"},
	{AT(http_only), "http-only", "", OPTION_FLAG, "", 0, 0,
		"no WebSocket: an upgrade is treated as a plain request"},
	{AT(ws_only), "ws-only", "", OPTION_FLAG, "", 0, 0,
		"WebSocket only: a plain request gets 426"},
	{AT(quiet), "quiet", "", OPTION_FLAG, "", 0, 0,
		"log only the line that says where it listens"},
	{AT(max_message), "max-message", "BYTES", OPTION_SIZE, "16M", 0, GIB,
		"longest message accepted; K, M or G may follow"},
	{AT(max_backlog), "max-backlog", "BYTES", OPTION_SIZE, "1M", 0, GIB,
		"bytes that a peer may leave unread before it is dropped"},
	{AT(max_memory), "max-memory", "BYTES", OPTION_SIZE, "1G", 0,
		1024 * GIB,
		"bytes that all unfinished messages and unsent output take"},
	{AT(max_requests), "max-requests", "N", OPTION_NUMBER, "1000", 1, 65535,
		"requests answered on one connection before it is closed"},
	{AT(head_timeout), "head-timeout", "S", OPTION_TIME, "10", 0, MOST,
		"seconds that a request's head may take from its first byte"},
	{AT(idle_timeout), "idle-timeout", "S", OPTION_TIME, "15", 0, MOST,
		"seconds that a connection is kept without a request"},
	{AT(send_timeout), "send-timeout", "S", OPTION_TIME, "30", 0, MOST,
		"seconds that a peer may go without reading what is sent"},
	{AT(message_timeout), "message-timeout", "S", OPTION_TIME, "60", 0,
		MOST,
		"seconds in which a message must end or grow by 1 KiB each"},
	{AT(ping_after), "ping-after", "S", OPTION_TIME, "30", 0, MOST,
		"seconds of silence on a WebSocket before it is sent a ping"},
	{AT(pong_timeout), "pong-timeout", "S", OPTION_TIME, "30", 0, MOST,
		"seconds of silence after the ping before it is dropped"},
	{AT(close_timeout), "close-timeout", "S", OPTION_TIME, "5", 0, MOST,
		"seconds to wait for the answer to a Close"},
	{AT(linger_timeout), "linger-timeout", "S", OPTION_TIME, "2", 0, MOST,
		"seconds to read on after the last answer"},
	{.name = ""},
};

static _Noreturn void mistake(
	const char *name, const char *value, const char *what)
{
	errx(2, "%s%s%s%s %s. See --help.", strcmp(name, "PORT") ? "--" : "",
		name, value ? " " : "", value ? value : "", what);
}

const char *options_decimal(const char *text, double *n)
{
	const char *p = text;
	double scale = 1;

	for (*n = 0; *p >= '0' && *p <= '9'; p++)
		*n = *n * 10 + (*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, scale *= 10)
			*n = *n * 10 + (*p - '0');
	*n /= scale;
	return p == text || p[-1] == '.' ? text : p;
}

/* A number. A size may have K, M or G behind it, a time a decimal fraction. */
static bool read_number(const struct option *o, const char *text, double *n)
{
	static const char units[] = "KMG";
	const char *end = options_decimal(text, n);

	if (end == text || (o->kind != OPTION_TIME && strchr(text, '.')))
		return false;
	if (o->kind == OPTION_SIZE && *end && strchr(units, *end))
		*n *= 1 << (10 * (strchr(units, *end++) - units + 1));
	return !*end && *n >= (double)o->min && *n <= (double)o->max;
}

static void set_number(const struct option *o, const char *value, void *at)
{
	double number;
	char what[64];

	if (!read_number(o, value, &number)) {
		snprintf(what, sizeof what, "is not a number from %llu to %llu",
			(unsigned long long)o->min, (unsigned long long)o->max);
		mistake(o->name, value, what);
	}
	if (o->kind == OPTION_SIZE)
		*(uint64_t *)at = (uint64_t)number;
	else if (o->kind == OPTION_TIME) /* upwards, since 0 is never */
		*(uint32_t *)at = (uint32_t)(number * 1000 + 0.999999);
	else
		*(uint32_t *)at = (uint32_t)number;
}

static void set_text(const struct option *o, const char *value, const char **to)
{
	size_t n = 0;

	if (!*value)
		mistake(o->name, NULL, "is empty");
	while (o->kind == OPTION_LIST && to[n])
		n++;
	if (o->kind == OPTION_LIST && n == OPTIONS_LIST_MAX)
		mistake(o->name, NULL, "is given more than 16 times");
	to[n] = value;
}

static void set(struct options *options, size_t i, const char *value)
{
	struct option_row *row = &options->rows[i];
	const struct option *o = row->option;
	void *at = o->at ? (char *)options + o->at : (void *)&row->value;

	if (o->kind == OPTION_FLAG)
		*(bool *)at = true;
	else if (o->kind == OPTION_TEXT || o->kind == OPTION_LIST)
		set_text(o, value, at);
	else
		set_number(o, value, at);
}

/* Adds rows, up to the one without a name, and sets their initial values. */
static void add_rows(struct options *options, const struct option *o)
{
	for (; o && *o->name; o++) {
		assert(options->n < OPTIONS_MAX);
		options->rows[options->n++].option = o;
		if (*o->initial)
			set(options, options->n - 1, o->initial);
	}
}

/* Returns the row with that name, or the row after the last when there is
 * none. */
static size_t find(const struct options *options, const char *name, size_t len)
{
	const struct option_row *rows = options->rows;
	size_t i = 0;

	while (rows[i].option && (strncmp(rows[i].option->name, name, len) ||
					 rows[i].option->name[len]))
		i++;
	return i;
}

/* Reads --name value or --name=value. Returns how many words that were. */
static int read_option(struct options *options, char **argv)
{
	const char *name = argv[0] + 2, *value = strchr(name, '=');
	size_t i = find(options, name, strcspn(name, "="));
	const struct option *o = options->rows[i].option;

	if (!o)
		mistake(name, NULL, "is not an option");
	if (o->kind == OPTION_FLAG && value)
		mistake(o->name, NULL, "takes no value");
	if (o->kind == OPTION_FLAG || value) {
		set(options, i, value ? value + 1 : NULL);
		return 1;
	}
	if (!argv[1])
		mistake(o->name, NULL, "needs a value");
	set(options, i, argv[1]);
	return 2;
}

static _Noreturn void help(const struct options *options)
{
	printf("Hello Socket: HTTP and WebSocket on one port.\n\n"
	       "  %s [options]\n\n",
		program_invocation_short_name);
	for (size_t i = 0; i < options->n; i++) {
		const struct option *o = options->rows[i].option;

		printf("  --%-15s %-6s %s%s%s%s\n", o->name, o->argument,
			o->help, *o->initial ? " (" : "", o->initial,
			*o->initial ? ")" : "");
	}
	fputs("  --help                   print this list\n"
	      "  --version                print the version\n\n"
	      "S is seconds, at most 49 days, with a fraction or without; 0 is "
	      "never.\n",
		stdout);
	exit(fflush(stdout) ? 1 : 0);
}

static void check(const struct options *options)
{
	for (size_t i = 0; options->origins[i]; i++)
		if (!handshake_is_origin(options->origins[i]))
			mistake("origin", options->origins[i],
				"is not an Origin: it needs a scheme and a "
				"host, as in https://example.org, and no path. "
				"Without --origin, all may connect");
	if (options->http_only && options->ws_only)
		mistake("http-only", NULL,
			"and --ws-only leave nothing to serve");
}

void options_parse(struct options *options, const struct wing *const *wings,
	int argc, char **argv)
{
	*options = (struct options){.n = 0};
	add_rows(options, table);
	options->port = NO_PORT;
	for (size_t i = 0; wings && wings[i]; i++) {
		const char *command = wings[i]->command;

		if (command && argc > 1 && !strcmp(argv[1], command))
			exit(wings[i]->run(wings, argc - 1, argv + 1));
		add_rows(options, wings[i]->options);
	}
	for (int i = 1; i < argc;) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			help(options);
		if (!strcmp(argv[i], "--version")) {
			fputs("hello-socket " OPTIONS_VERSION "\n", stdout);
			exit(fflush(stdout) ? 1 : 0);
		}
		if (strncmp(argv[i], "--", 2))
			errx(2, "%s is not an option. See --help.", argv[i]);
		i += read_option(options, argv + i);
	}
	check(options);
}

/* PORT is for those who cannot give an option */
uint32_t options_port(const struct options *options)
{
	static const struct option row = {
		0, "PORT", "N", OPTION_NUMBER, "3000", 0, 65535, NULL};
	const char *value = getenv(row.name);
	uint32_t port = options->port;

	if (port == NO_PORT)
		set_number(&row, value && *value ? value : row.initial, &port);
	return port;
}

union option_value options_value(
	const struct options *options, const char *name)
{
	size_t i = find(options, name, strlen(name));

	assert(i < options->n);
	return options->rows[i].value;
}
