/* grade.c - runs the steps. */
#include "check/grade.h"

#include "check/json.h"
#include "check/report.h"
#include "check/steps.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* Returns whether somebody listens there; that address is then the one. */
static bool listens(
	struct exam *x, const struct addrinfo *at, enum talk_end *end)
{
	struct talk t;
	bool ok = talk_open(&t, at->ai_addr, at->ai_addrlen, x->ms);

	*end = t.end;
	talk_free(&t);
	memcpy(&x->address, at->ai_addr, at->ai_addrlen);
	x->size = at->ai_addrlen;
	return ok;
}

/* Says it as an error, and with --json also in JSON. */
static int fail(const struct plan *plan, int status, struct words words,
	const char *host, const char *port)
{
	char text[2 * EXAM_TEXT];

	snprintf(text, sizeof text, exam_say(&plan->exam, words), host, port);
	fprintf(stderr, "%s\n", text);
	if (plan->json)
		json_error(plan, text);
	return status;
}

static int fail_to_connect(const struct plan *plan, enum talk_end end,
	const char *host, const char *port)
{
	static const struct words silent = {
		"%s port %s does not answer: is it another machine, or a "
		"firewall?",
		"%s의 포트 %s에서 답이 없습니다. 다른 기계이거나 방화벽이 "
		"있을까요?"};
	static const struct words nobody = {
		"Nobody listens on %s port %s. Start your server first.",
		"%s의 포트 %s에서 아무도 기다리지 않습니다. 서버를 먼저 "
		"시작하세요."};

	return fail(plan, GRADE_NOBODY, end == TALK_NO_ANSWER ? silent : nobody,
		host, port);
}

int grade_find(struct plan *plan, const char *host, const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	enum talk_end end = TALK_REFUSED;
	bool found = false;

	if (getaddrinfo(host, port, &hints, &list))
		return fail(plan, GRADE_USAGE,
			(struct words){"There is no host %s with a port %s.",
				"호스트나 포트를 찾을 수 없습니다: %s, %s."},
			host, port);
	for (struct addrinfo *at = list; at && !found; at = at->ai_next)
		found = listens(&plan->exam, at, &end);
	freeaddrinfo(list);
	return found ? 0 : fail_to_connect(plan, end, host, port);
}

int grade_run(struct plan *plan)
{
	int passed = 0, failed = 0;

	report_begin(plan);
	for (int i = 0; i < plan->last && (plan->all || !failed); i++) {
		bool ok;

		exam_clear(&plan->exam);
		report_step(plan, i);
		ok = steps[i].run(&plan->exam);
		report_result(plan, i, ok);
		passed += ok;
		failed += !ok;
	}
	report_end(plan, passed, failed);
	exam_clear(&plan->exam);
	return failed ? GRADE_FAILED : GRADE_PASSED;
}
