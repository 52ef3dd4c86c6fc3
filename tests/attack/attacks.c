/* attacks.c - attacks on a server, one after the other, as a table: attacks
 * FOLDER PEERS SECONDS [WORD...]. With words, only the attacks whose names
 * contain one of them. public/large in the folder is a large file. */
#include "tests/attack/attack.h"
#include "tests/attack/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t passed, failed;

static bool is_wanted(const char *name, char **words)
{
	if (!*words)
		return true;
	while (*words)
		if (strstr(name, *words++))
			return true;
	return false;
}

/* Runs in a process of its own, so that nothing of it is left for the next,
 * whatever happens to it. */
static void run(bool (*how)(const struct attack *, const struct plan *),
	const struct attack *attack, const struct plan *plan)
{
	pid_t pid;
	int status = 1;

	fflush(stdout);
	pid = fork();
	if (!pid)
		exit(!how(attack, plan));
	waitpid(pid, &status, 0);
	if (status)
		failed++;
	else
		passed++;
	if (WIFSIGNALED(status))
		printf("FAIL  %s: signal %d\n", attack->name, WTERMSIG(status));
}

static const struct table {
	const struct attack *attacks; /* its lines */
	bool (*run)(const struct attack *, const struct plan *);
	void (*print_head)(void);
} tables[] = {
	{attack_waiting, attack_run, figures_print_head},
	{attack_flooding, attack_run, NULL},
	{attack_odd, attack_run, NULL},
	{stop_attacks, stop_run, stop_print_head},
	{workers_attacks, workers_run, NULL},
	{rights_attacks, rights_run, NULL},
};

static void run_all(
	const struct table *t, const struct plan *plan, char **words)
{
	for (const struct attack *a = t->attacks; a->name; a++)
		if (is_wanted(a->name, words) &&
			(plan->seconds >= 1 || !a->lasting))
			run(t->run, a, plan);
}

/* As many descriptors as the system allows and the peers need. */
static void limit_peers(struct plan *plan)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (plan->peers > files.rlim_max / 2 - 50)
		plan->peers = (uint32_t)files.rlim_max / 2 - 50;
}

int main(int argc, char **argv)
{
	struct plan plan;

	if (argc < 4)
		die("attacks FOLDER PEERS SECONDS [WORD...]");
	plan = (struct plan){argv[1], (uint32_t)atoi(argv[2]), atof(argv[3])};
	limit_peers(&plan);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (tables[i].print_head)
			tables[i].print_head();
		run_all(&tables[i], &plan, argv + 4);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}
