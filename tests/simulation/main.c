/* main.c - simulations by their numbers, and those of the corpus:
 *
 *     simulate SECONDS SEED   from that number on, for so long
 *     simulate FILE...        each of them once */
#include "tests/simulation/simulation.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LEN_MAX 4096  /* most are much shorter */
#define PATIENCE_S 60 /* for one of them */

/* Shared with the process that tries them: what it is at, what is done. */
static struct {
	char name[256];
	unsigned long done;
} * shared;

/* Knuth's multiplier: neighbours among the seeds have nothing in common. */
static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* What peers say is most of what happens; of the other things there are as many
 * of each kind. */
static uint8_t decide(uint64_t *state)
{
	static const uint8_t often[] = {0, 1, 2, 3, 4, 5, 6, 7, 2, 2, 2, 2};
	uint64_t random = next(state);

	return (uint8_t)((random & 0xF8) | often[(random >> 8) % 12]);
}

static void run_seed(unsigned long seed)
{
	uint64_t state = seed * 2654435761u + 1;
	size_t len = next(&state) % (LEN_MAX >> next(&state) % 7);
	uint8_t *data = malloc(len + 1);

	snprintf(shared->name, sizeof shared->name, "tests/simulate 0 %lu",
		seed);
	for (size_t i = 0; i < len; i++)
		data[i] = i % 2 ? (uint8_t)next(&state) : decide(&state);
	fuzz_simulation(data, len);
	free(data);
}

static void run_file(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t len = file ? fread(data, 1, sizeof data, file) : 0;
	uint8_t *copy = malloc(len + 1);

	if (file)
		fclose(file);
	snprintf(shared->name, sizeof shared->name, "tests/simulate %s", path);
	memcpy(copy, data, len);
	fuzz_simulation(copy, len);
	free(copy);
}

static void run_seeds(double seconds, unsigned long seed)
{
	struct timespec began, now;

	clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		alarm(PATIENCE_S);
		run_seed(seed++);
		shared->done++;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((double)(now.tv_sec - began.tv_sec) < seconds);
}

static void run(int argc, char **argv)
{
	char *end;
	double seconds = strtod(argv[1], &end);

	if (!*end) {
		run_seeds(seconds, argc > 2 ? strtoul(argv[2], NULL, 10) : 1);
		return;
	}
	for (int i = 1; i < argc; i++, shared->done++) {
		alarm(PATIENCE_S);
		run_file(argv[i]);
	}
}

int main(int argc, char **argv)
{
	int status = 1;
	pid_t pid;

	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc < 2 || shared == MAP_FAILED || (pid = fork()) < 0)
		return 2;
	if (!pid) {
		run(argc, argv);
		exit(0);
	}
	waitpid(pid, &status, 0);
	if (status)
		printf("This breaks a law%s: %s\n",
			WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM
				? ", it does not end"
				: "",
			shared->name);
	printf("%lu passed, %d failed\n", shared->done, status != 0);
	return status != 0;
}
