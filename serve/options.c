/* options.c - the command line: every default in one table. */
#include "serve/options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, TEXT, LIST, NUMBER, SIZE, SECONDS };

#define AT(member) offsetof(struct options, member)
#define GIB (1ull << 30)
#define DAY 86400

static const struct option {
	char name[15];
	char argument[7]; /* its name in the help */
	enum kind kind;
	size_t at;
	char initial[10];
	uint64_t min, max;
	const char *help;
} table[] = {
	{"host", "NAME", TEXT, AT(host), "localhost", 0, 0,
		"the address to listen on; 0.0.0.0 for all"},
	{"port", "N", NUMBER, AT(port), "3000", 0, 65535,
		"the port, or PORT in the environment; 0 picks one"},
	{"public", "DIR", TEXT, AT(public), "", 0, 0,
		"the folder of the page, public/ beside the program"},
	{"origin", "ORIGIN", LIST, AT(origins), "", 0, OPTIONS_ORIGINS_MAX,
		"take WebSockets from this Origin only; may be repeated, "
		"and 'same' is the server's own"},
	{"unix", "PATH", TEXT, AT(unix_path), "", 0, 0,
		"listen on this path instead, for a proxy"},
	{"workers", "N", NUMBER, AT(workers), "1", 0, 64,
		"processes that serve; 0 is one for each processor"},
	{"user", "NAME", TEXT, AT(user), "", 0, 0,
		"who to become after binding, when started as root"},
	{"trust-proxy", "", FLAG, AT(trust_proxy), "", 0, 0,
		"log X-Forwarded-For as the address"},
	{"http-only", "", FLAG, AT(http_only), "", 0, 0,
		"no WebSocket: an upgrade is a plain request"},
	{"ws-only", "", FLAG, AT(ws_only), "", 0, 0,
		"WebSocket only: a plain request gets 426"},
	{"quiet", "", FLAG, AT(quiet), "", 0, 0,
		"no log but the line that says where it listens"},
	{"trace", "", FLAG, AT(trace), "", 0, 0,
		"show what crosses the wire, explained bit by bit"},
	{"no-trace-page", "", FLAG, AT(no_trace_page), "", 0, 0,
		"no /trace, with which a page watches its own sockets"},
	{"max-message", "BYTES", SIZE, AT(max_message), "16M", 0, GIB,
		"the longest message taken; K, M and G may follow"},
	{"max-requests", "N", NUMBER, AT(max_requests), "1000", 1, 65535,
		"requests answered on one connection"},
	{"head-timeout", "S", SECONDS, AT(head_timeout), "10", 0, DAY,
		"seconds for a request's head, from its first byte"},
	{"idle-timeout", "S", SECONDS, AT(idle_timeout), "15", 0, DAY,
		"without a request on a connection that is kept"},
	{"send-timeout", "S", SECONDS, AT(send_timeout), "30", 0, DAY,
		"for a peer that reads nothing of what is sent"},
	{"ping-after", "S", SECONDS, AT(ping_after), "30", 0, DAY,
		"of silence on a WebSocket until it is sent a ping"},
	{"pong-timeout", "S", SECONDS, AT(pong_timeout), "30", 0, DAY,
		"of silence after that until it is lost"},
	{"close-timeout", "S", SECONDS, AT(close_timeout), "5", 0, DAY,
		"for the answer to a Close"},
	{"linger-timeout", "S", SECONDS, AT(linger_timeout), "2", 0, DAY,
		"for reading to the end after the last answer"},
};

#define COUNT (sizeof table / sizeof *table)

static _Noreturn void mistake(
	const char *name, const char *value, const char *what)
{
	fprintf(stderr, "server: --%s%s%s %s. See --help.\n", name,
		value ? " " : "", value ? value : "", what);
	exit(2);
}

/* A number, with K, M or G behind it if it is a size. A decimal fraction is
 * for seconds, and the result is milliseconds then. */
static bool read_number(const struct option *o, const char *text, uint32_t *out)
{
	char *end;
	double number = strtod(text, &end);

	if (!strchr("0123456789.", *text) || strpbrk(text, "xXeEnN"))
		return false;
	if (o->kind != SECONDS && strchr(text, '.'))
		return false;
	if (o->kind == SIZE && *end && strchr("KMG", *end))
		number *= 1 << (*end == 'K'     ? 10
				  : *end == 'M' ? 20
						: 30),
			end++;
	if (end == text || *end || number < (double)o->min ||
		number > (double)o->max)
		return false;
	*out = (uint32_t)(o->kind == SECONDS ? number * 1000 : number);
	return true;
}

static void set_text(
	struct options *options, const struct option *o, const char *value)
{
	const char **texts = (const char **)((char *)options + o->at);
	size_t n = 0;

	if (!*value)
		mistake(o->name, NULL, "is empty");
	while (o->kind == LIST && texts[n])
		n++;
	if (o->kind == LIST && n == o->max)
		mistake(o->name, NULL, "is given more than 16 times");
	texts[n] = value;
}

static void set(
	struct options *options, const struct option *o, const char *value)
{
	char what[64];

	if (o->kind == TEXT || o->kind == LIST) {
		set_text(options, o, value);
	} else if (o->kind == FLAG) {
		*((bool *)options + o->at) = true;
	} else if (!read_number(o, value,
			   (uint32_t *)(void *)((char *)options + o->at))) {
		snprintf(what, sizeof what, "is not a number from %llu to %llu",
			(unsigned long long)o->min, (unsigned long long)o->max);
		mistake(o->name, value, what);
	}
}

static _Noreturn void help(void)
{
	puts("Hello Socket: HTTP and WebSocket on one port.\n\n"
	     "  ./server [options]\n");
	for (size_t i = 0; i < COUNT; i++) {
		const struct option *o = &table[i];

		printf("  --%-14s %-7s %s%s%s%s\n", o->name, o->argument,
			o->help, *o->initial ? " (" : "", o->initial,
			*o->initial ? ")" : "");
	}
	puts("  --help                 this list\n"
	     "  --version              the version");
	exit(fflush(stdout) ? 1 : 0);
}

/* --name value, or --name=value. Returns how many words that were. */
static int read_option(struct options *options, char **argv)
{
	const char *name = argv[0] + 2, *value = strchr(name, '=');
	size_t len = value ? (size_t)(value - name) : strlen(name);

	for (size_t i = 0; i < COUNT; i++) {
		const struct option *o = &table[i];

		if (strlen(o->name) != len || memcmp(o->name, name, len))
			continue;
		if (o->kind == FLAG && value)
			mistake(o->name, NULL, "takes no value");
		if (o->kind == FLAG || value) {
			set(options, o, value ? value + 1 : NULL);
			return 1;
		}
		if (!argv[1])
			mistake(o->name, NULL, "needs a value");
		set(options, o, argv[1]);
		return 2;
	}
	mistake(name, NULL, "is no option");
}

static void set_defaults(struct options *options)
{
	const char *port = getenv("PORT");

	*options = (struct options){0};
	for (size_t i = 0; i < COUNT; i++) {
		const struct option *o = &table[i];

		if (*o->initial)
			set(options, o, o->initial);
		if (port && *port && o->at == AT(port))
			set(options, o, port);
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	set_defaults(options);
	for (int i = 1; i < argc;) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			help();
		if (!strcmp(argv[i], "--version")) {
			puts("hello-socket " OPTIONS_VERSION);
			exit(fflush(stdout) ? 1 : 0);
		}
		if (strncmp(argv[i], "--", 2)) {
			fprintf(stderr, "server: what is %s? See --help.\n",
				argv[i]);
			exit(2);
		}
		i += read_option(options, argv + i);
	}
	if (options->http_only && options->ws_only)
		mistake("http-only", NULL, "and --ws-only leave nothing");
}
