/* measure.c - what a message costs each server, measured in turn. */
#include "bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENOUGH 100000000 /* ns: ten ticks, enough for proc(5) to tell apart */

struct figures {
	double rate[ROUNDS_MAX], cpu[ROUNDS_MAX], ratio[ROUNDS_MAX];
	uint64_t user, system; /* of all rounds */
};

static void run_round(struct crowd *crowd, const struct work *work,
	const struct plan *plan, struct figures *f, uint32_t round)
{
	struct cpu before = target_cpu(&crowd->target), after;
	uint64_t start = now();
	double messages;

	crowd->limit = UINT64_MAX;
	crowd->until = start + plan->milliseconds * (uint64_t)1000000;
	if (plan->limit) { /* however long it takes, as under valgrind */
		crowd->limit = plan->limit;
		crowd->until = UINT64_MAX;
	}
	messages =
		(double)crowd_run(crowd, work, crowd->count) * plan->messages;
	after = target_cpu(&crowd->target);
	f->rate[round] = messages * 1e9 / (double)(now() - start);
	f->cpu[round] = (double)(after.total - before.total) / 1e3 / messages;
	f->user += after.user - before.user;
	f->system += after.system - before.system;
}

static double user_share(const struct figures *f)
{
	return f->user ? (double)f->user / (double)(f->user + f->system) : 0;
}

/* There is no ratio when the first server had too few ticks in user mode. */
static void print_user_ratio(
	const struct figures *f, const struct figures *first, double ratio)
{
	if (first->user >= ENOUGH)
		printf("%.2f", ratio * user_share(f) / user_share(first));
	putchar('\n');
}

static void print(const struct crowd *crowd, struct figures *f,
	const struct figures *first, size_t rounds)
{
	double share = user_share(f);
	double cpu = median(f->cpu, rounds);
	double ratio = median(f->ratio, rounds);

	printf("%s\t%.0f\t%.3f\t%.3f\t%.3f\t%.0f\t%.0f\t%.3f\t",
		crowd->target.name, median(f->rate, rounds), cpu, cpu * share,
		cpu * (1 - share), tally_quantile(&crowd->tally, 0.5) / 1e3,
		tally_quantile(&crowd->tally, 0.99) / 1e3, ratio);
	print_user_ratio(f, first, ratio);
}

/* Caches, buffers and the kernel's window sizes settle in a first round, which
 * does not count. */
static void warm_up(
	struct crowd *crowd, const struct work *work, struct plan plan)
{
	struct figures ignored = {.user = 0};

	plan.milliseconds /= 2;
	run_round(crowd, work, &plan, &ignored, 0);
	memset(&crowd->tally, 0, sizeof crowd->tally);
}

void measure(struct crowd *crowds, size_t n, const struct work *work,
	const struct plan *plan)
{
	struct figures *f = calloc(n, sizeof *f);

	if (!f)
		die("there is no room for the figures");
	for (size_t i = 0; !plan->limit && i < n; i++)
		warm_up(&crowds[i], work, *plan);
	for (uint32_t round = 0; round < plan->rounds; round++) {
		/* back and forth, so that no server is always the first */
		for (size_t i = 0; i < n; i++) {
			size_t at = round % 2 ? n - 1 - i : i;

			run_round(&crowds[at], work, plan, &f[at], round);
		}
		for (size_t i = 0; i < n; i++)
			f[i].ratio[round] = f[i].cpu[round] / f[0].cpu[round];
	}
	for (size_t i = 0; i < n; i++)
		print(&crowds[i], &f[i], &f[0], plan->rounds);
	free(f);
}
