/* figures.c - what was measured beside one attack. */
#include "tests/attack/figures.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LATENCY_MAX 1e9 /* nanoseconds, for 99 of 100 requests */
#define TURN_MAX 1e6    /* and for a turn of a peer that floods: 64 KiB */
#define WAKES_MAX 10    /* a second */
#define CPU_MAX 5       /* percent of one CPU at rest: deadlines may be due */
#define IDLE_CPU_MAX 0.5
#define SHARED_KIB 8192 /* KiB of the loop's buffers, which belong to no peer */
#define QUEUED_KIB 256  /* for each peer, in the kernel */

void figures_wrong(struct figures *f, const char *format, ...)
{
	size_t len = strlen(f->wrong);
	va_list args;

	len += (size_t)snprintf(f->wrong + len, sizeof f->wrong - len,
		"FAIL  %s: ", f->attack->name);
	va_start(args, format);
	len += (size_t)vsnprintf(
		f->wrong + len, sizeof f->wrong - len, format, args);
	va_end(args);
	snprintf(f->wrong + len, sizeof f->wrong - len, "\n");
}

/* A new client waits until it is let in, and then for its first turn. Each
 * time, every other client may have a turn first. */
static void judge_honest(struct figures *f)
{
	const struct honest *h = f->honest;
	double turns = f->attack->turn_ms ? 0 : 2.0 * f->peers;
	double most = LATENCY_MAX + turns * TURN_MAX;

	if (h->failures)
		figures_wrong(f, "%u honest failures: %s", h->failures, h->why);
	if (tally_quantile(&h->get, 0.99) >= most ||
		tally_quantile(&h->echo, 0.99) >= most)
		figures_wrong(f, "an honest client has to wait too long");
}

void figures_judge(struct figures *f)
{
	const struct attack *a = f->attack;
	uint32_t queued = a->queued ? a->queued : QUEUED_KIB;

	if (f->kib * f->peers > SHARED_KIB + (double)f->peers * a->kib)
		figures_wrong(f, "%.0f KiB a peer, %u at most", f->kib, a->kib);
	if (f->queued > queued)
		figures_wrong(f, "%.0f KiB a peer in the kernel, %u at most",
			f->queued, queued);
	if (f->wakes > WAKES_MAX)
		figures_wrong(
			f, "%.0f wake-ups a second for nothing", f->wakes);
	if (f->cpu > (a->idle ? IDLE_CPU_MAX : CPU_MAX))
		figures_wrong(f, "%.1f %% CPU at rest", f->cpu);
	judge_honest(f);
}

void figures_print_head(void)
{
	puts("| attack | peers | GET ms p50 | p99 | echo ms p50 | p99 | "
	     "KiB a peer | in kernel | files | idle wakes/s | CPU % at rest | "
	     "gone s |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
}

static void print_milliseconds(const struct tally *t)
{
	if (t->total)
		printf(" %.1f | %.1f |", tally_quantile(t, 0.5) / 1e6,
			tally_quantile(t, 0.99) / 1e6);
	else
		printf(" - | - |");
}

void figures_print(const struct figures *f)
{
	const struct honest *h = f->honest;

	printf("| %s%s%s | %u |", f->attack->name, *f->note ? ": " : "",
		f->note, f->peers);
	print_milliseconds(&h->get);
	print_milliseconds(&h->echo);
	printf(" %.1f | %.0f | %u | %.1f | %.1f | ", f->kib, f->queued, f->most,
		f->wakes, f->cpu);
	if (f->attack->gone > 0)
		printf("%.1f |\n", f->gone);
	else
		puts("stays |");
	fputs(f->wrong, stdout);
}
