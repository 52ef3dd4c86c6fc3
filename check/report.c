/* report.c - prints what comes of the steps for people, in 80 columns. */
#include "check/report.h"

#include "check/json.h"
#include "check/paragraph.h"
#include "check/steps.h"
#include "explain/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECES 2 /* that are drawn of each side */
#define RESULT_COLUMN 75

void report_begin(const struct plan *plan)
{
	if (plan->json)
		json_begin(plan);
}

/* Prints "12  The server does not mask what it sends." Returns the column. */
static size_t put_step(const struct exam *x, int step)
{
	char number[16];

	snprintf(number, sizeof number, "%2d  ", step + 1);
	return paragraph(
		number, 4, RESULT_COLUMN - 2, exam_say(x, steps[step].does));
}

void report_step(const struct plan *plan, int step)
{
	if (plan->json)
		return;
	for (size_t at = put_step(&plan->exam, step); at < RESULT_COLUMN; at++)
		putchar(' ');
	fflush(stdout);
}

/* The runs of the record, as the drawing wants them. The list is the caller's,
 * to be freed; NULL: there is none. */
static struct explain_run *runs_of(const struct record *r, size_t *n)
{
	const struct talk_run *runs = (void *)r->runs.data;
	const unsigned char *p = r->bytes.data;
	struct explain_run *list;

	*n = r->runs.len / sizeof *runs;
	list = calloc(*n + 1, sizeof *list);
	for (size_t i = 0; list && i < *n; p += runs[i++].len)
		list[i] = (struct explain_run){runs[i].sent, p, runs[i].len};
	return list;
}

static void draw_side(const struct plan *plan, bool sent, struct words title)
{
	const struct exam *x = &plan->exam;
	struct explain_view view = {.sent = sent,
		.last = PIECES,
		.marked = sent && x->marked,
		.bit = x->bit};
	struct buf out = {0};
	size_t n;
	struct explain_run *runs = runs_of(&x->record, &n);
	ssize_t before = runs ? explain_draw(&out, &view, runs, n) : -1;

	printf("    %s", exam_say(x, title));
	if (before > 0)
		printf(exam_say(x, (struct words){" (left out before it: %zd)",
					   " (앞의 조각 %zd개는 생략)"}),
			before);
	if (x->record.kept[sent] == TALK_RECORD_MAX)
		printf(exam_say(x,
			       (struct words){
				       " (only its first %u MiB are kept)",
				       " (처음 %u MiB만 남김)"}),
			TALK_RECORD_MAX >> 20);
	puts("");
	if (out.len)
		fwrite(out.data, 1, out.len, stdout);
	else
		printf("    %s\n\n",
			exam_say(x, (struct words){"nothing", "없음"}));
	buf_free(&out);
	free(runs);
}

static void put_rule(const struct exam *x, const struct step *s)
{
	char text[1024], rfc[64];
	const char *number = x->rfc ? x->rfc : s->rfc;

	snprintf(rfc, sizeof rfc, "    RFC %.4s, %s: ", number, number + 5);
	snprintf(text, sizeof text, "\"%s\"", x->rule ? x->rule : s->rule);
	paragraph(rfc, 8, 80, text);
	puts("");
}

static void put_line(const struct exam *x, struct words title, const char *text)
{
	char before[64];

	snprintf(before, sizeof before, "    %s: ", exam_say(x, title));
	paragraph(before, 8, 80, text);
	puts("");
}

static void explain_failure(const struct plan *plan, int step)
{
	const struct exam *x = &plan->exam;
	const struct step *s = &steps[step];

	puts("");
	draw_side(plan, false, (struct words){"What it was sent:", "보낸 것:"});
	draw_side(plan, true, (struct words){"What came back:", "돌아온 것:"});
	put_line(x, (struct words){"Expected", "기대한 것"}, x->expected);
	put_line(x, (struct words){"Instead", "실제"}, x->got);
	put_rule(x, s);
	put_line(x, (struct words){"Hint", "힌트"},
		exam_say(x, x->hint.en ? x->hint : s->hint));
	puts("");
}

void report_result(const struct plan *plan, int step, bool passed)
{
	if (plan->json) {
		json_step(plan, step, passed);
		return;
	}
	puts(passed ? "ok" : "FAIL");
	if (!passed)
		explain_failure(plan, step);
	fflush(stdout);
}

void report_end(const struct plan *plan, int passed, int failed)
{
	if (plan->json)
		json_end(passed, failed);
	else
		printf(exam_say(&plan->exam,
			       (struct words){"%d passed, %d failed\n",
				       "통과 %d, 실패 %d\n"}),
			passed, failed);
}

void report_list(const struct plan *plan)
{
	for (int i = 0; i < STEPS; i++) {
		put_step(&plan->exam, i);
		printf(" (RFC %.4s, %s)\n", steps[i].rfc, steps[i].rfc + 5);
	}
}
