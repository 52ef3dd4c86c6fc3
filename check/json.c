/* json.c - prints what comes of the steps as JSON. */
#include "check/json.h"

#include "check/steps.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_MAX 512 /* bytes of each side, the last ones */

/* RFC 8259 7. A byte that is not UTF-8 becomes the character of that number. */
static void put_string(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t left = strlen(text);

	putchar('"');
	while (left) {
		size_t n = utf8_printable(p, left);

		if (n && *p != '"')
			fwrite(p, 1, n, stdout);
		else
			printf("\\u%04x", *p);
		n += !n;
		p += n;
		left -= n;
	}
	putchar('"');
}

static void put_member(const char *name, const char *text)
{
	printf(",\n    \"%s\": ", name);
	put_string(text);
}

/* Prints the last bytes of one side, and how many came before them. */
static void put_side(const struct record *r, bool sent, const char *name)
{
	const struct talk_run *runs = (void *)r->runs.data;
	const unsigned char *p = r->bytes.data;
	size_t n = r->runs.len / sizeof *runs, len = 0, at = 0, from;

	for (size_t i = 0; i < n; i++)
		len += runs[i].sent == sent ? runs[i].len : 0;
	from = len > SHOWN_MAX ? len - SHOWN_MAX : 0;
	printf(",\n    \"%s\": {\"from\": %zu, \"hex\": \"", name, from);
	for (size_t i = 0; i < n; p += runs[i++].len)
		for (size_t k = 0; runs[i].sent == sent && k < runs[i].len; k++)
			if (at++ >= from)
				printf("%02x", p[k]);
	printf("\"}");
}

void json_begin(const struct plan *plan)
{
	printf("{\n  \"server\": ");
	put_string(plan->exam.host);
	printf(",\n  \"steps\": [");
}

/* Begins a step's object. */
static void put_step(const struct exam *x, int step)
{
	const struct step *s = &steps[step];

	printf("%s{\n    \"step\": %d", step ? ", " : "", step + 1);
	put_member("name", s->name);
	put_member("does", exam_say(x, s->does));
}

void json_list(const struct exam *x)
{
	printf("[");
	for (int i = 0; i < STEPS; i++) {
		put_step(x, i);
		put_member("rfc", steps[i].rfc);
		put_member("rule", steps[i].rule);
		printf("\n  }");
	}
	printf("]\n");
}

void json_step(const struct plan *plan, int step, bool passed)
{
	const struct exam *x = &plan->exam;
	const struct step *s = &steps[step];

	put_step(x, step);
	printf(",\n    \"passed\": %s", passed ? "true" : "false");
	if (!passed) {
		put_side(&x->record, false, "sent");
		put_side(&x->record, true, "received");
		if (x->marked)
			printf(",\n    \"bit\": %llu",
				(unsigned long long)x->bit);
		put_member("expected", x->expected);
		put_member("came", x->got);
		put_member("rfc", x->rfc ? x->rfc : s->rfc);
		put_member("rule", x->rule ? x->rule : s->rule);
		put_member("hint", exam_say(x, x->hint.en ? x->hint : s->hint));
	}
	printf("\n  }");
	fflush(stdout);
}

void json_end(int passed, int failed)
{
	printf("],\n  \"passed\": %d,\n  \"failed\": %d\n}\n", passed, failed);
}

void json_error(const struct plan *plan, const char *text)
{
	json_begin(plan);
	printf("],\n  \"error\": ");
	put_string(text);
	printf("\n}\n");
}
