/* test_wing.c - the wing between the server and an application: what it leaves
 * alone, and how much it keeps. */
#include "tests/lib/support.h"

#include "access/access.h"
#include "serve/log.h"
#include "serve/options.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char got[32 << 20]; /* what the log has */

/* Standard output is a file, whose text this returns. */
static const char *log_says(void)
{
	ssize_t n;

	log_flush();
	n = pread(STDOUT_FILENO, got, sizeof got - 1, 0);
	got[n > 0 ? n : 0] = 0;
	return got;
}

static const struct app *start(
	const struct app *inner, char *option, char *value)
{
	static const struct wing *const wings[] = {&access_wing, NULL};
	static struct options options;
	char *argv[] = {"server", option, value, NULL};
	FILE *file = tmpfile();

	dup2(fileno(file), STDOUT_FILENO);
	fclose(file);
	log_open(false, NULL, NULL);
	options_parse(&options, wings, option ? 3 - !value : 1, argv);
	return access_wing.start(&options, inner);
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)req, (void)res;
	++*(int *)app->data;
}

static void on_stop(const struct app *app)
{
	*(int *)app->data += 100;
}

/* An application whose responses nobody logs is run as it is. */
Test(access_wing, without_its_options)
{
	struct app inner = {0};

	cr_expect_eq(start(&inner, NULL, NULL), &inner);
	access_wing.stop(&inner);
	cr_expect_eq(start(&inner, "--log-time", NULL), &inner);
	access_wing.stop(&inner);
}

Test(access_wing, the_inner_application)
{
	int calls = 0;
	struct app inner = {
		.on_request = on_request, .on_stop = on_stop, .data = &calls};
	const struct app *app = start(&inner, "--access-log", "-");

	app->on_request(app, NULL, NULL);
	cr_expect(!app->on_upgrade && !app->on_wire && !app->on_turn);
	app->on_stop(app);
	cr_expect_eq(calls, 101);
	access_wing.stop(app);
	inner.on_stop = NULL;
	app = start(&inner, "--access-log", "-");
	app->on_stop(app);
	access_wing.stop(app);
}

static void respond(const struct app *app, uint32_t number)
{
	static char head[] = "HTTP/1.1 302 Found\r\n\r\nbody", said[1900];
	static struct request req = {
		.peer = "127.0.0.1:1", .said = {said, sizeof said}};
	struct buf out = {
		.data = (unsigned char *)head, .len = sizeof head - 1};
	struct response res = {.out = &out, .status = 302, .fd = -1};

	app->on_response(
		app, number, &req, &res, (struct slice){head, sizeof head - 1});
}

/* Several connections on one list, and several responses on one connection. */
Test(access_wing, each_connection_has_its_own)
{
	struct app inner = {0};
	const struct app *app = start(&inner, "--access-log", "-");

	respond(app, 5);
	respond(app, 5 + 8192);
	app->on_sent(app, 5 + 8192, 24);
	app->on_sent(app, 6, 1000);
	app->on_sent(app, 6, 0);
	cr_expect_str_eq(log_says(), "");
	app->on_sent(app, 5 + 8192, 2);
	cr_expect_eq(text_count(log_says(), "\" 302 4 \""), 1);
	app->on_sent(app, 5, 25);
	cr_expect_eq(text_count(log_says(), "\n"), 1);
	app->on_sent(app, 5, 0);
	cr_expect_eq(text_count(log_says(), "\" 302 3 \""), 1);
	app->on_sent(app, 5, 0);
	cr_expect_eq(text_count(log_says(), "\n"), 2);
	respond(app, 5); /* before its head is out */
	app->on_sent(app, 5, 1);
	app->on_sent(app, 5, 0);
	cr_expect_eq(text_count(log_says(), "\" 302 0 \""), 1);
	access_wing.stop(app);
}

/* Another wing may pass on a copy of the application, and often does. */
Test(access_wing, a_copy_of_the_application_is_as_good)
{
	struct app inner = {0}, copy;
	const struct app *app = start(&inner, "--access-log", "-");

	copy = *app;
	respond(&copy, 5);
	copy.on_sent(&copy, 5, 26);
	cr_expect_eq(text_count(log_says(), "\" 302 4 \""), 1);
	copy.on_stop(&copy);
	access_wing.stop(app);
}

/* What peers do not read costs memory here too, and that has a bound. */
Test(access_wing, records_that_pile_up)
{
	struct app inner = {0};
	const struct app *app = start(&inner, "--access-log", "-");
	unsigned long dropped = 0, lines;
	const char *at;

	for (uint32_t i = 0; i < 20000; i++)
		respond(app, i);
	for (uint32_t i = 0; i < 20000; i++)
		app->on_sent(app, i, 26);
	respond(app, 1);
	app->on_sent(app, 1, 26);
	at = strstr(log_says(), " lines of the access log dropped)\n");
	cr_assert(at != NULL);
	while (at[-1] != '(')
		at--;
	dropped = strtoul(at, NULL, 10);
	lines = (unsigned long)text_count(got, "\" 302 4 \"");
	cr_expect_eq(lines + dropped, 20001);
	cr_expect(lines > 5000 && dropped > 5000);
	access_wing.stop(app);
}
