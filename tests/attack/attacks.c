/* attacks.c - attacks on a server, one after the other, as a table:
 * attacks FOLDER PEERS SECONDS [WORD...], those only whose names have a WORD
 * in them. public/large in the folder is a large file. */
#include "attack.h"
#include "figures.h"

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

/* In a process of its own: nothing of it is left for the next, whatever
 * becomes of it. */
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

static void run_all(bool (*how)(const struct attack *, const struct plan *),
	const struct attack *attack, const struct plan *plan, char **words)
{
	for (; attack->name; attack++)
		if (is_wanted(attack->name, words) &&
			(plan->seconds >= 1 || !attack->lasting))
			run(how, attack, plan);
}

/* As many as the system lets us have, and as they need. */
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
	figures_print_head();
	run_all(attack_run, attack_waiting, &plan, argv + 4);
	run_all(attack_run, attack_flooding, &plan, argv + 4);
	run_all(attack_run, attack_odd, &plan, argv + 4);
	stop_print_head();
	run_all(stop_run, stop_attacks, &plan, argv + 4);
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}
