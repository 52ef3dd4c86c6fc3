/* soak.c - all attacks at once with honest clients among them, for as long as
 * wanted: soak FOLDER SECONDS PEERS, with that many of each kind. Slow growth
 * shows in the line through the figures of many rounds: at the end of each
 * round the hostile peers leave, and the server is measured with the honest
 * ones alone. */
#include "tests/attack/attack.h"

#include "tests/attack/honest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HONEST 4
#define UNIT 1      /* second: the deadlines */
#define ROUND 5     /* seconds */
#define CALM_MS 100 /* until the last peers are gone */
#define CALM_TRIES 50
#define KINDS_MAX 64
#define ROUNDS_MAX 100000
/* Memory may grow by what pools and heap keep, and for each connection by less
 * than any leak. */
#define KEPT_MAX (16 << 20)
#define LEAK_MAX 8

struct soak {
	struct victim victim;
	struct honest *honest[HONEST];
	const struct attack *kinds[KINDS_MAX];
	uint32_t kinds_len, each, rounds, beside;
	struct hostile *peers; /* `each` of the first kind, then ... */
	uint64_t *next;        /* turn of a kind */
	double resident[ROUNDS_MAX], files[ROUNDS_MAX];
};

/* The attacks that need no server of their own. */
static void choose(struct soak *s, const struct attack *a)
{
	for (; a->name; a++)
		if (!a->files && !a->muted && !a->lasting)
			s->kinds[s->kinds_len++] = a;
}

static void begin(struct soak *s, uint32_t i)
{
	const struct attack *a = s->kinds[i / s->each];

	s->peers[i] = (struct hostile){.fd = -1,
		.number = i % s->each,
		.narrow = a->narrow,
		.port = s->victim.target.port};
	hostile_connect(&s->peers[i]);
	a->begin(&s->peers[i]);
}

static void leave(struct soak *s, uint32_t i)
{
	(rand() % 2 ? hostile_close : hostile_reset)(&s->peers[i]);
}

/* Gives all peers of one kind a turn, if it is time. One in fifty begins
 * anew. */
static void turn(struct soak *s, uint32_t kind)
{
	const struct attack *a = s->kinds[kind];

	if (now() < s->next[kind])
		return;
	s->next[kind] = now() + a->turn_ms * (uint64_t)1000000;
	for (uint32_t i = kind * s->each; i < (kind + 1) * s->each; i++) {
		if (a->act)
			a->act(&s->peers[i]);
		if (rand() % 50 == 0) {
			leave(s, i);
			begin(s, i);
		}
	}
}

static void start(struct soak *s, const char *folder)
{
	static const char *const more[] = {"--max-message", "256K",
		"--ping-after", "2", "--pong-timeout", "2", NULL};

	s->victim.folder = folder;
	victim_start(&s->victim, attack_options(UNIT, false, more));
	for (int i = 0; i < HONEST; i++)
		s->honest[i] = honest_start(s->victim.target.port, false);
	s->peers = calloc(s->kinds_len * s->each, sizeof *s->peers);
	s->next = calloc(s->kinds_len, sizeof *s->next);
	if (!s->peers || !s->next)
		die("no memory for the peers");
}

static uint32_t failures(const struct soak *s)
{
	uint32_t n = 0;

	for (int i = 0; i < HONEST; i++)
		n += s->honest[i]->failures;
	return n;
}

static uint64_t turns(const struct soak *s)
{
	uint64_t n = 0;

	for (int i = 0; i < HONEST; i++)
		n += s->honest[i]->done;
	return n;
}

/* Returns the least number of descriptors while the last peers go. */
static void measure(struct soak *s)
{
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < HONEST; i++)
		honest_pause(s->honest[i]);
	for (int i = 0; i < CALM_TRIES && least > s->beside; i++) {
		uint32_t n = victim_files(&s->victim);

		least = n < least ? n : least;
		usleep(CALM_MS * 1000);
	}
	s->files[s->rounds] = least;
	s->resident[s->rounds++] = (double)target_resident(&s->victim.target);
	for (int i = 0; i < HONEST; i++)
		honest_resume(s->honest[i]);
}

static void print(const struct soak *s, uint64_t since)
{
	printf("| %.0f | %.0f | %.0f | %llu | %u |\n",
		(double)(now() - since) / 1e9,
		s->resident[s->rounds - 1] / 1024, s->files[s->rounds - 1],
		(unsigned long long)turns(s), failures(s));
	fflush(stdout);
}

static void live(struct soak *s, uint64_t since, uint64_t until)
{
	uint32_t all = s->kinds_len * s->each;

	while (now() < until && s->rounds < ROUNDS_MAX) {
		uint64_t end = now() + ROUND * (uint64_t)1000000000;

		for (uint32_t i = 0; i < all; i++)
			begin(s, i);
		while (now() < end)
			for (uint32_t kind = 0; kind < s->kinds_len; kind++)
				turn(s, kind);
		for (uint32_t i = 0; i < all; i++)
			leave(s, i);
		measure(s);
		print(s, since);
	}
}

/* Returns what a round adds: the slope of the line with the least squares. */
static double slope(const double *figures, uint32_t n)
{
	double mean = 0, x = 0, up = 0, across = 0;

	for (uint32_t i = 0; i < n; i++)
		mean += figures[i] / n;
	for (uint32_t i = 0; i < n; i++) {
		x = i - (n - 1) / 2.0;
		up += x * (figures[i] - mean);
		across += x * x;
	}
	return across > 0 ? up / across : 0;
}

/* Returns how much more memory is resident in the middle of the second half
 * than after the first round. */
static double growth(const struct soak *s)
{
	static double half[ROUNDS_MAX];
	uint32_t n = (s->rounds + 1) / 2;

	memcpy(half, s->resident + s->rounds - n, n * sizeof *half);
	return median(half, n) - s->resident[0];
}

/* Checks three promises. Pools and heap reach their size in the first half of
 * the time, so the slopes are those of the second half. */
static int judge(struct soak *s, int status)
{
	uint32_t first = s->rounds / 2, failed = 0;
	double all = (double)hostile_connections();
	double memory = slope(s->resident + first, s->rounds - first);
	double files = slope(s->files + first, s->rounds - first);
	bool good[] = {growth(s) < KEPT_MAX + LEAK_MAX * all,
		s->files[s->rounds - 1] <= s->beside, !failures(s) && !status};

	printf("%.0f hostile connections, %+.0f KiB of memory; slopes: "
	       "%+.2f bytes a connection, %+.3f descriptors a round\n"
	       "%u honest failures in %llu turns, exit status %d\n",
		all, growth(s) / 1024, memory * s->rounds / all, files,
		failures(s), (unsigned long long)turns(s), status);
	for (int i = 0; i < HONEST; i++)
		if (s->honest[i]->failures)
			printf("FAIL  %s\n", s->honest[i]->why);
	for (size_t i = 0; i < 3; i++)
		failed += !good[i];
	printf("%u passed, %u failed\n", 3 - failed, failed);
	return failed > 0;
}

int main(int argc, char **argv)
{
	static struct soak s;
	uint64_t since;

	if (argc != 4)
		die("soak FOLDER SECONDS PEERS");
	s.each = (uint32_t)atoi(argv[3]);
	choose(&s, attack_waiting);
	choose(&s, attack_flooding);
	choose(&s, attack_odd);
	start(&s, argv[1]);
	measure(&s);
	s.beside = (uint32_t)s.files[0];
	s.rounds = 0;
	printf("%u kinds of peers, %u of each, %d honest clients\n\n"
	       "| s | resident KiB | files | honest turns | failures |\n"
	       "|--:|--:|--:|--:|--:|\n",
		s.kinds_len, s.each, HONEST);
	since = now();
	live(&s, since, since + strtoull(argv[2], NULL, 10) * 1000000000);
	for (int i = 0; i < HONEST; i++)
		honest_stop(s.honest[i]);
	return judge(&s, victim_stop(&s.victim));
}
