/* attack.c - runs one attack, with an honest client beside it, and measures.
 *
 *     server, honest client | peers | act | calm | act: gone, or they leave
 *     ----------------------+-------+-----+------+-------------------------
 *     0                     begun         1/4 unit                          */
#include "tests/attack/attack.h"

#include "tests/attack/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACT 0.25    /* units, until they rest */
#define STAY 1.5    /* units, for peers that may stay */
#define SLACK 2     /* seconds beyond a deadline */
#define FILL_MAX 30 /* seconds until everything sent is processed */
#define CALM_MS 50
#define CALM_CPU 5 /* percent: above this the server still works */
#define CALM_TRIES 600
#define REST_MS 300

struct run {
	const struct attack *attack;
	const struct plan *plan;
	struct victim victim;
	struct honest *honest;
	struct hostile *peers;
	uint64_t begun, resident, idle_wakes;
	uint32_t alone;  /* descriptors of the server alone */
	uint32_t beside; /* with the honest client */
	struct figures figures;
};

static double seconds_since(uint64_t since)
{
	return (double)(now() - since) / 1e9;
}

const char *const *attack_options(
	double seconds, bool pinged, const char *const *more)
{
	static const char *all[40];
	static char whole[16], half[16], linger[16];
	static const struct {
		const char *name, *value;
	} deadlines[] = {{"--head-timeout", whole}, {"--idle-timeout", whole},
		{"--send-timeout", whole}, {"--ping-after", half},
		{"--pong-timeout", half}, {"--close-timeout", whole},
		{"--linger-timeout", linger}};
	size_t n = 0;

	snprintf(whole, sizeof whole, "%.2f", seconds);
	snprintf(half, sizeof half, "%.2f", pinged ? seconds / 2 : 10);
	snprintf(linger, sizeof linger, "%.2f", ATTACK_LINGER);
	for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++) {
		all[n++] = deadlines[i].name;
		all[n++] = deadlines[i].value;
	}
	while (more && *more)
		all[n++] = *more++;
	all[n] = NULL;
	return all;
}

/* The honest client pauses meanwhile, and its last GET gets time to end. */
static uint32_t count_files(struct run *r)
{
	uint32_t least = UINT32_MAX;

	honest_pause(r->honest);
	for (int i = 0; i < 10; i++) {
		uint32_t n = victim_files(&r->victim);

		least = n < least ? n : least;
		usleep(2000);
	}
	honest_resume(r->honest);
	return least;
}

static void prepare(struct run *r)
{
	struct victim *v = &r->victim;

	v->folder = r->plan->folder;
	v->files = r->attack->files;
	v->muted = r->attack->muted;
	victim_start(v, attack_options(r->plan->seconds, r->attack->pinged,
				r->attack->options));
	r->honest = honest_start(v->target.port, r->attack->refusing);
	r->beside = count_files(r);
	r->alone = r->beside - 1; /* it keeps one WebSocket */
	r->resident = victim_peak(v);
	r->figures.attack = r->attack;
	r->figures.honest = r->honest;
	r->figures.peers = r->plan->peers;
	r->peers = calloc(r->plan->peers, sizeof *r->peers);
	if (!r->peers)
		die("no memory for the peers");
}

static void begin(struct run *r)
{
	r->honest->measuring = true;
	r->begun = now();
	r->idle_wakes = r->victim.wakes->idle;
	for (uint32_t i = 0; i < r->plan->peers; i++) {
		r->peers[i] = (struct hostile){.fd = -1,
			.number = i,
			.narrow = r->attack->narrow,
			.port = r->victim.target.port};
		hostile_connect(&r->peers[i]);
		r->attack->begin(&r->peers[i]);
	}
}

static void turn(struct run *r)
{
	for (uint32_t i = 0; r->attack->act && i < r->plan->peers; i++)
		r->attack->act(&r->peers[i]);
	if (r->attack->turn_ms)
		usleep(r->attack->turn_ms * 1000);
}

static void act_until(struct run *r, double units)
{
	while (seconds_since(r->begun) < units * r->plan->seconds)
		turn(r);
}

static double queued(const struct run *r)
{
	return (double)victim_queued(&r->victim) / 1024 / r->plan->peers;
}

/* Returns the server's share of the CPU in the next `ms` milliseconds, in
 * percent. */
static double share_of_cpu(const struct victim *v, uint32_t ms)
{
	uint64_t cpu = target_cpu(&v->target).total, since = now();

	usleep(ms * 1000);
	cpu = target_cpu(&v->target).total - cpu;
	return 100 * (double)cpu / (double)(now() - since);
}

/* Returns idle wake-ups per second. One of them does not count, since a
 * deadline may have ended just then. */
static double idle_wakes(const struct run *r, uint64_t before, uint64_t since)
{
	uint64_t n = r->victim.wakes->idle - before;

	return n ? (double)(n - 1) / seconds_since(since) : 0;
}

/* When nobody sends or reads anything, a server that has finished with its
 * queues has nothing to do except for its deadlines. */
static void rest(struct run *r)
{
	const struct victim *v = &r->victim;
	uint64_t since, before;

	honest_pause(r->honest);
	r->figures.most = victim_files(v);
	r->figures.queued = queued(r);
	for (int i = 0; i < CALM_TRIES; i++)
		if (share_of_cpu(v, CALM_MS) <= CALM_CPU && victim_is_asleep(v))
			break;
	since = now();
	before = v->wakes->idle;
	r->figures.cpu = share_of_cpu(v, REST_MS);
	r->figures.wakes = idle_wakes(r, before, since);
	honest_resume(r->honest);
}

static bool are_gone(struct run *r)
{
	/* the honest client's GET takes two: its connection and its file */
	return victim_files(&r->victim) <= r->beside + 2 &&
	       count_files(r) <= r->beside;
}

static bool is_late(const struct run *r)
{
	return seconds_since(r->begun) >
	       r->attack->gone * r->plan->seconds + SLACK +
		       (r->attack->fills ? FILL_MAX : 0);
}

/* Nothing of them may be left in the kernel either, where it would stay for as
 * long as their own kernels answer. */
static void wait_until_gone(struct run *r)
{
	while (!are_gone(r) && !is_late(r))
		turn(r);
	r->figures.gone = seconds_since(r->begun);
	if (is_late(r))
		figures_wrong(&r->figures,
			"%u descriptors after %.1f s, %u without it",
			count_files(r), r->figures.gone, r->beside);
	if (queued(r) > 1)
		figures_wrong(&r->figures, "%.0f KiB a peer left in the kernel",
			queued(r));
}

static void leave(struct run *r)
{
	uint64_t left = now();
	uint32_t n = victim_files(&r->victim);

	r->honest->measuring = false;
	if (r->attack->patient && n < r->beside + r->plan->peers)
		figures_wrong(&r->figures,
			"some were dropped: %u descriptors, %u before", n,
			r->figures.most);
	for (uint32_t i = 0; i < r->plan->peers; i++)
		(i % 2 ? hostile_close : hostile_reset)(&r->peers[i]);
	while (!are_gone(r) && seconds_since(left) < SLACK)
		usleep(10000);
	if (!are_gone(r))
		figures_wrong(&r->figures,
			"%u descriptors when all have left, %u before",
			count_files(r), r->beside);
}

/* Whatever the attack was, the next client is served. */
static void go_on(struct run *r)
{
	struct honest *h = r->honest;
	uint64_t since = now();
	uint32_t before = h->done;

	h->may_be_refused = false;
	while (h->done < before + 2 && seconds_since(since) < SLACK)
		usleep(1000);
	if (h->done < before + 2)
		figures_wrong(&r->figures, "no GET is answered afterwards");
	honest_stop(h);
	while (victim_files(&r->victim) > r->alone &&
		seconds_since(since) < 2 * SLACK)
		usleep(1000);
	if (victim_files(&r->victim) != r->alone)
		figures_wrong(&r->figures,
			"%u descriptors at the end, %u at the beginning",
			victim_files(&r->victim), r->alone);
}

static void look(struct run *r)
{
	struct figures *f = &r->figures;
	const char *why = NULL;

	f->kib = (double)(victim_peak(&r->victim) - r->resident) / 1024 /
		 f->peers;
	if (r->attack->check)
		why = r->attack->check(&r->victim, f->note, sizeof f->note);
	if (why)
		figures_wrong(f, "%s", why);
}

bool attack_run(const struct attack *attack, const struct plan *plan)
{
	struct run r = {.attack = attack, .plan = plan};
	double wakes;
	int status;

	prepare(&r);
	begin(&r);
	act_until(&r, ACT);
	rest(&r);
	if (attack->gone > 0)
		wait_until_gone(&r);
	else
		act_until(&r, STAY);
	wakes = idle_wakes(&r, r.idle_wakes, r.begun);
	r.figures.wakes = wakes > r.figures.wakes ? wakes : r.figures.wakes;
	leave(&r);
	go_on(&r);
	look(&r);
	figures_judge(&r.figures);
	status = victim_stop(&r.victim);
	if (status)
		figures_wrong(&r.figures, "it ends with %d", status);
	figures_print(&r.figures);
	return !*r.figures.wrong;
}
