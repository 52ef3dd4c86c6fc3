/* workers.c - several processes on one port: how evenly clients spread over
 * them, and what the others' clients notice when one is killed. */
#include "tests/attack/attack.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKERS 4
#define DEVIATIONS 5 /* one fair run in 400,000 deviates more than that */
#define LATE 20      /* clients that come once a worker is dead */
#define PATIENCE 5   /* seconds */

struct crowd {
	struct victim victim, workers[WORKERS]; /* of these, the pid only */
	struct hostile *clients, late[LATE];    /* they mean no harm */
	uint32_t n, has[WORKERS];
	uint32_t lost;  /* clients, after a worker was killed */
	double longest; /* wait of a late one, in seconds */
	int status;
	const char *wrong;
};

static double seconds_since(uint64_t since)
{
	return (double)(now() - since) / 1e9;
}

/* Finds the workers, in the order in which they began. Returns how many there
 * are. */
static int find_workers(struct crowd *c)
{
	int pid = (int)c->victim.target.pid, n = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "r");
	while (f && n < WORKERS &&
		fscanf(f, "%d", &c->workers[n].target.pid) == 1)
		n++;
	if (f)
		fclose(f);
	return n;
}

/* Reads what comes next, or nothing when the connection ends. */
static size_t wait_for(struct hostile *h, char *text, size_t size)
{
	uint64_t since = now();
	size_t n = 0;

	while (h->fd >= 0 && !n && seconds_since(since) < PATIENCE) {
		n = hostile_read(h, text, size);
		if (!n)
			usleep(100);
	}
	return n;
}

static void come(struct crowd *c, struct hostile *h)
{
	*h = (struct hostile){.port = c->victim.target.port};
	hostile_connect(h);
	hostile_upgrade(h, "/echo");
}

static bool is_let_in(struct hostile *h)
{
	char text[512];

	return wait_for(h, text, sizeof text) > 12 &&
	       !memcmp(text, "HTTP/1.1 101", 12);
}

static bool is_served(struct hostile *h)
{
	char text[8];

	hostile_frame(h, 0x81, "?", 1);
	return wait_for(h, text, sizeof text) == 3 &&
	       !memcmp(text, "\x81\x01?", 3);
}

static void start(struct crowd *c, const struct plan *plan)
{
	static const char *const options[] = {"--workers", "4", NULL};

	c->victim.folder = plan->folder;
	c->n = plan->peers;
	c->clients = calloc(c->n, sizeof *c->clients);
	if (!c->clients)
		die("no memory for the clients");
	victim_start(&c->victim, options);
	for (int ms = 0; find_workers(c) < WORKERS; ms++) {
		if (ms == PATIENCE * 1000)
			die("there are no %d workers", WORKERS);
		usleep(1000);
	}
}

static void spread(struct crowd *c)
{
	uint32_t before[WORKERS];

	usleep(200000); /* until each has opened what it needs itself */
	for (int i = 0; i < WORKERS; i++)
		before[i] = victim_files(&c->workers[i]);
	for (uint32_t i = 0; i < c->n; i++)
		come(c, &c->clients[i]);
	for (uint32_t i = 0; i < c->n; i++)
		if (!is_let_in(&c->clients[i]))
			c->wrong = "a client is not let in";
	for (int i = 0; i < WORKERS; i++)
		c->has[i] = victim_files(&c->workers[i]) - before[i];
}

/* The kernel picks a worker at random: SO_REUSEPORT. The number of clients that
 * a worker gets has the variance n p (1 - p), where p is 1 / WORKERS. */
static bool is_even(const struct crowd *c)
{
	double variance = (double)c->n * (WORKERS - 1) / WORKERS / WORKERS;
	bool even = true;

	for (int i = 0; i < WORKERS; i++) {
		double off = c->has[i] - (double)c->n / WORKERS;

		even &= off * off <= DEVIATIONS * DEVIATIONS * variance;
	}
	return even;
}

/* A client in the queue of the dead worker waits for the one that takes its
 * place: the parent holds the queue open. */
static void kill_one(struct crowd *c)
{
	uint64_t since = now();

	kill(c->workers[0].target.pid, SIGKILL);
	for (int i = 0; i < LATE; i++)
		come(c, &c->late[i]);
	for (int i = 0; i < LATE; i++)
		if (!is_let_in(&c->late[i]) || !is_served(&c->late[i]))
			c->wrong = "one that comes then is not served";
	c->longest = seconds_since(since);
	for (uint32_t i = 0; i < c->n; i++)
		c->lost += !is_served(&c->clients[i]);
}

static void leave(struct crowd *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		hostile_close(&c->clients[i]);
	for (int i = 0; i < LATE; i++)
		hostile_close(&c->late[i]);
}

static void judge(struct crowd *c)
{
	pid_t dead = c->workers[0].target.pid;

	if (!is_even(c))
		c->wrong = "they do not spread evenly";
	if (c->lost != c->has[0])
		c->wrong = "others have lost clients, too";
	if (find_workers(c) != WORKERS || c->workers[0].target.pid == dead)
		c->wrong = "no other has taken its place";
	leave(c);
	c->status = victim_stop(&c->victim);
	if (c->status)
		c->wrong = "it does not end well";
}

const struct attack workers_attacks[] = {
	{.name = "a worker is killed"}, {.name = NULL}};

bool workers_run(const struct attack *a, const struct plan *plan)
{
	static struct crowd c;

	start(&c, plan);
	spread(&c);
	kill_one(&c);
	judge(&c);
	printf("\n| --workers 4 | clients | of each worker | lost with the "
	       "first, by kill -9 | 20 more are served after s | status |\n"
	       "|---|--:|--:|--:|--:|--:|\n"
	       "| %s | %u | %u, %u, %u, %u | %u | %.2f | %d |\n",
		a->name, c.n, c.has[0], c.has[1], c.has[2], c.has[3], c.lost,
		c.longest, c.status);
	if (c.wrong)
		printf("FAIL  %s: %s\n", a->name, c.wrong);
	return !c.wrong;
}
