/* load.c - the load generator: puts load on servers and prints what it costs
 * them. Read the files in this order: load, target, client, crowd, cycle, echo,
 * cast, get, hold, tally, measure.
 *
 * Several servers are measured in turn, in rounds; measure.h and hold.h explain
 * what is printed. `bench/run` makes a table of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cast.h"
#include "bench/cycle.h"
#include "bench/echo.h"
#include "bench/get.h"
#include "bench/hold.h"
#include "bench/measure.h"

#define TARGETS 8

static const char usage[] =
	"usage: load MODE [options] NAME=PID:PORT[/PATH][+IDLE]...\n"
	"\n"
	"  echo   messages that are echoed\n"
	"  cast   messages of 125 bytes that all clients hear\n"
	"  cycle  connect, handshake, greeting, closing handshake\n"
	"  get    a file over HTTP, kept alive\n"
	"  idle   resident bytes for each WebSocket that has talked once\n"
	"  hold   many WebSockets, and how long a Ping takes meanwhile\n"
	"\n"
	"  -s SIZE   bytes in a message (125)\n"
	"  -t KIND   text, utf8 or binary (text)\n"
	"  -c N      clients (64)\n"
	"  -d N      messages in a write, or Pings at once (1)\n"
	"  -r N      rounds (5)\n"
	"  -m MS     milliseconds that a round lasts (500)\n"
	"  -n N      operations in a round, instead of a time\n"
	"  -f FILE   file that the answer to a GET must hold\n"
	"  -q        the server does not greet\n"
	"  -w        hold: stops itself when all are open, until continued\n"
	"\n"
	"IDLE more clients rest beside those that work. Every answer is\n"
	"verified.";

struct options {
	const char *mode, *kind, *file;
	size_t size;
	uint32_t clients;
	bool quiet, waits;
	struct plan plan;
};

static uint32_t number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || !n || n > 1u << 30)
		die("%s is not a number above 0", text);
	return (uint32_t)n;
}

static void set(struct options *o, int option)
{
	switch (option) {
	case 's':
		o->size = number(optarg);
		break;
	case 't':
		o->kind = optarg;
		break;
	case 'c':
		o->clients = number(optarg);
		break;
	case 'd':
		o->plan.messages = number(optarg);
		break;
	case 'r':
		o->plan.rounds = number(optarg);
		break;
	case 'm':
		o->plan.milliseconds = number(optarg);
		break;
	case 'n':
		o->plan.limit = number(optarg);
		break;
	case 'f':
		o->file = optarg;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'w':
		o->waits = true;
		break;
	default:
		die("%s", usage);
	}
}

static struct options parse(int argc, char **argv)
{
	struct options o = {.kind = "text",
		.size = 125,
		.clients = 64,
		.plan = {.rounds = 5, .milliseconds = 500, .messages = 1}};
	int option;

	if (argc < 2)
		die("%s", usage);
	o.mode = argv[1];
	optind = 2;
	while ((option = getopt(argc, argv, "s:t:c:d:r:m:n:f:qw")) != -1)
		set(&o, option);
	if (o.plan.rounds > ROUNDS_MAX)
		die("at most %d rounds", ROUNDS_MAX);
	if (optind == argc || argc - optind > TARGETS)
		die("%s", usage);
	return o;
}

/* Opens the connections that the servers need, and measures them in turn. */
static void in_turn(struct crowd *crowds, size_t n, const struct options *o)
{
	const struct work *work = &echo_work;

	if (!strcmp(o->mode, "get")) {
		work = &get_work;
		if (!o->file)
			die("get: -f FILE must name the expected file");
		get_init(o->file);
	} else if (!strcmp(o->mode, "cycle")) {
		work = &cycle_work;
	} else if (!strcmp(o->mode, "cast")) {
		work = &cast_work;
	} else {
		echo_init(o->size, o->kind, o->plan.messages);
	}
	for (size_t i = 0; i < n; i++) {
		crowd_init(&crowds[i], o->clients);
		if (work == &get_work)
			get_open(&crowds[i]);
		else if (work != &cycle_work)
			cycle_open(&crowds[i]);
		crowds[i].greeted = !o->quiet;
	}
	measure(crowds, n, work, &o->plan);
}

static void one_by_one(struct crowd *crowd, const struct options *o)
{
	crowd_init(crowd, o->clients);
	if (!strcmp(o->mode, "idle")) {
		echo_init(o->size, o->kind, 1);
		hold_idle(crowd);
	} else if (!strcmp(o->mode, "hold")) {
		crowd->greeted = !o->quiet;
		hold_many(crowd, &o->plan, o->waits);
	} else {
		die("%s", usage);
	}
}

int main(int argc, char **argv)
{
	static struct crowd crowds[TARGETS];
	struct options o = parse(argc, argv);
	size_t n = (size_t)(argc - optind);

	for (size_t i = 0; i < n; i++)
		target_parse(&crowds[i].target, argv[optind + (int)i]);
	if (!strcmp(o.mode, "echo")) {
		in_turn(crowds, n, &o);
	} else if (!strcmp(o.mode, "cycle") || !strcmp(o.mode, "get") ||
		   !strcmp(o.mode, "cast")) {
		o.plan.messages = 1;
		in_turn(crowds, n, &o);
	} else {
		for (size_t i = 0; i < n; i++)
			one_by_one(&crowds[i], &o);
	}
	return 0;
}
