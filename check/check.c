/* check.c - the door of this wing: its command, `./server check`. */
#include "check/check.h"

#include "check/grade.h"
#include "check/json.h"
#include "check/report.h"
#include "check/steps.h"
#include "serve/options.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const struct words usage = {
	"Grades a server in any language, in 35 steps.\n\n"
	"  %1$s check HOST:PORT       all steps, up to the first that fails\n"
	"  %1$s check 12 HOST:PORT    the steps up to 12\n\n"
	"  --all            go on after a step that failed\n"
	"  --list           print the steps\n"
	"  --json           print JSON\n"
	"  --lang en|ko     the language (LANG)\n"
	"  --page PATH      where GET is answered with 200 (/)\n"
	"  --echo PATH      where a WebSocket is echoed (/echo)\n"
	"  --greeting PATH  where a WebSocket is greeted (/)\n"
	"  --says TEXT      the greeting (Hello Socket!)\n"
	"  --file PATH      a file of a folder (/public/app.js)\n"
	"  --wait SECONDS   how long to wait for an answer (2)\n\n"
	"The exit status is 0 when all steps passed, 1 when one failed, 2 for "
	"a mistake\nin the command, and 3 when nobody listens.\n",
	"어떤 언어로 만든 서버든 35단계로 검사합니다.\n\n"
	"  %1$s check HOST:PORT       처음 실패하는 단계까지 모두\n"
	"  %1$s check 12 HOST:PORT    12단계까지\n\n"
	"  --all            실패한 뒤에도 계속\n"
	"  --list           단계 목록\n"
	"  --json           JSON으로 출력\n"
	"  --lang en|ko     언어 (LANG)\n"
	"  --page PATH      GET에 200으로 답하는 경로 (/)\n"
	"  --echo PATH      WebSocket 에코의 경로 (/echo)\n"
	"  --greeting PATH  WebSocket이 인사하는 경로 (/)\n"
	"  --says TEXT      인사말 (Hello Socket!)\n"
	"  --file PATH      폴더 안의 파일 (/public/app.js)\n"
	"  --wait SECONDS   답을 기다리는 시간 (2초)\n\n"
	"종료 상태는 모두 통과하면 0, 실패한 단계가 있으면 1, 명령이 잘못되면 "
	"2,\n서버가 없으면 3입니다.\n"};

static _Noreturn void mistake(const char *what, const char *word)
{
	errx(GRADE_USAGE, "%s%s. See %s check --help.", what, word,
		program_invocation_short_name);
}

/* POSIX: LC_ALL before LC_MESSAGES before LANG. */
static bool is_korean(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return !strncmp(value, "ko", 2);
	}
	return false;
}

static bool read_language(const char *value)
{
	if (strcmp(value, "ko") && strcmp(value, "en"))
		mistake("the language is en or ko, not ", value);
	return !strcmp(value, "ko");
}

static unsigned read_wait(const char *value)
{
	double s;

	if (*options_decimal(value, &s) || !(s >= 0.1 && s <= 600))
		mistake("--wait is from 0.1 to 600 seconds, not ", value);
	return (unsigned)(s * 1000);
}

static const char *read_path(const char *value)
{
	if (*value != '/' || strpbrk(value, " \r\n") || strlen(value) > 512)
		mistake("a path begins with / and has no blank: ", value);
	return value;
}

static bool has_value(const char *name)
{
	static const char *const names[] = {"--lang", "--page", "--echo",
		"--greeting", "--file", "--says", "--wait"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* Reads an option that has a value. */
static void read_value(struct plan *plan, const char *name, const char *value)
{
	struct exam *x = &plan->exam;

	if (!strcmp(name, "--lang"))
		x->korean = read_language(value);
	else if (!strcmp(name, "--page"))
		x->page = read_path(value);
	else if (!strcmp(name, "--echo"))
		x->echo = read_path(value);
	else if (!strcmp(name, "--greeting"))
		x->greeting = read_path(value);
	else if (!strcmp(name, "--file"))
		x->file = read_path(value);
	else if (!strcmp(name, "--says"))
		x->says = value;
	else
		x->ms = read_wait(value);
}

/* What else the command line says. */
struct order {
	const char *server; /* HOST:PORT */
	bool list, help;
};

/* Reads an option without a value. Returns false when it is none. */
static bool read_flag(struct plan *plan, struct order *o, const char *word)
{
	if (!strcmp(word, "--all"))
		plan->all = true;
	else if (!strcmp(word, "--json"))
		plan->json = true;
	else if (!strcmp(word, "--list"))
		o->list = true;
	else if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		o->help = true;
	else
		return false;
	return true;
}

static void read_word(struct plan *plan, struct order *o, const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (!*end && !o->server && (n < 1 || n > STEPS))
		mistake("the steps are 1 to 35, and none is ", word);
	if (!*end && !o->server)
		plan->last = (int)n;
	else if (o->server)
		mistake("one server at a time, not also ", word);
	else
		o->server = word;
}

static void read_all(struct plan *plan, struct order *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (*argv[i] != '-')
			read_word(plan, o, argv[i]);
		else if (!read_flag(plan, o, argv[i])) {
			if (!has_value(argv[i]))
				mistake("there is no option ", argv[i]);
			if (!argv[i + 1])
				mistake("a value is missing after ", argv[i]);
			read_value(plan, argv[i], argv[i + 1]);
			i++;
		}
}

/* Copies "localhost:3000" or "[::1]:3000", with or without ws:// or http:// before
 * it and a / behind it. */
static void read_server(char host[EXAM_HOST], const char *word)
{
	const char *scheme = strstr(word, "://"), *text = word;
	size_t len;

	if (!strncasecmp(word, "wss:", 4) || !strncasecmp(word, "https:", 6))
		mistake("TLS is not spoken here: ", word);
	text = scheme ? scheme + 3 : word;
	len = strlen(text);
	len -= len && text[len - 1] == '/';
	if (len >= EXAM_HOST)
		mistake("the name is too long: ", word);
	memcpy(host, text, len);
	host[len] = 0;
}

static int grade(struct plan *plan, const char *word)
{
	char text[EXAM_HOST], *host = text, *port;
	int status;

	read_server(plan->exam.host, word);
	memcpy(text, plan->exam.host, EXAM_HOST);
	port = strrchr(text, ':');
	if (!port || port == text || !port[1])
		mistake("name a server, as in localhost:3000: ", word);
	*port++ = 0;
	if (strtoul(port, NULL, 10) > 65535)
		mistake("a port is at most 65535: ", word);
	if (*text != '[' && strchr(text, ':'))
		mistake("an IPv6 address stands in brackets, as in "
			"[::1]:3000: ",
			word);
	if (*text == '[' && port[-2] == ']') {
		port[-2] = 0;
		host++;
	}
	status = grade_find(plan, host, port);
	return status ? status : grade_run(plan);
}

static int run(const struct wing *const *wings, int argc, char **argv)
{
	struct plan plan = {.last = STEPS,
		.exam = {.page = "/",
			.echo = "/echo",
			.greeting = "/",
			.file = "/public/app.js",
			.says = "Hello Socket!",
			.ms = 2000,
			.korean = is_korean()}};
	struct order o = {0};
	int status = 0;

	(void)wings;
	read_all(&plan, &o, argc, argv);
	if (o.help)
		printf(exam_say(&plan.exam, usage),
			program_invocation_short_name);
	else if (o.list)
		plan.json ? json_list(&plan.exam) : report_list(&plan);
	else if (!o.server)
		mistake("name a server, as in localhost:3000", "");
	else
		status = grade(&plan, o.server);
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	warn("the report could not be written");
	return GRADE_USAGE;
}

/* The server runs without this wing. */
static const struct app *start(const struct options *o, const struct app *inner)
{
	(void)o;
	return inner;
}

static void stop(const struct app *app)
{
	(void)app;
}

const struct wing check_wing = {
	.command = "check", .run = run, .start = start, .stop = stop};
