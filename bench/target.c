/* target.c - a server under test: proc(5), clock_getcpuclockid(3). */
#include "bench/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		die("a server under test has ended");
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t now(void)
{
	return nanoseconds(CLOCK_MONOTONIC);
}

/* Cuts `text` at the last `c` and returns what follows it, or NULL. */
static char *cut(char *text, char c)
{
	char *at = strrchr(text, c);

	if (at)
		*at++ = 0;
	return at;
}

void target_parse(struct target *t, char *text)
{
	char *address = strchr(text, '='), *idle, *slash;
	int pid = 0, port = 0;

	if (!address)
		die("%s: a target is NAME=PID:PORT[/PATH][+IDLE]", text);
	*address++ = 0;
	idle = cut(address, '+');
	slash = strchr(address, '/');
	t->name = text;
	t->path = slash ? strdup(slash) : "/echo";
	t->idle = idle ? (uint32_t)atoi(idle) : 0;
	if (sscanf(address, "%d:%d", &pid, &port) != 2 || pid <= 0 || port <= 0)
		die("%s: %s is not PID:PORT", text, address);
	t->pid = pid;
	t->port = (uint16_t)port;
}

static FILE *open_proc(pid_t pid, const char *file)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	return fopen(path, "r");
}

static void add_cpu(const struct target *t, pid_t pid, struct cpu *cpu)
{
	uint64_t tick = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
	FILE *f = open_proc(pid, "stat");
	unsigned long user, system;
	clockid_t clock;
	/* the second field is the program's name and ends with the last ) */
	int n = f ? fscanf(f,
			    "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u"
			    " %*u %*u %lu %lu",
			    &user, &system)
		  : 0;

	if (f)
		fclose(f);
	if (n != 2 || clock_getcpuclockid(pid, &clock))
		die("%s: process %d has ended", t->name, (int)pid);
	cpu->total += nanoseconds(clock);
	cpu->user += user * tick;
	cpu->system += system * tick;
}

struct cpu target_cpu(const struct target *t)
{
	struct cpu cpu = {0};
	char children[64];
	FILE *f;
	int pid;

	add_cpu(t, t->pid, &cpu);
	snprintf(children, sizeof children, "task/%d/children", (int)t->pid);
	f = open_proc(t->pid, children);
	while (f && fscanf(f, "%d", &pid) == 1)
		add_cpu(t, pid, &cpu);
	if (f)
		fclose(f);
	return cpu;
}

/* smaps_rollup counts pages; statm, for kernels without it, may be out of
 * date. */
uint64_t target_resident(const struct target *t)
{
	unsigned long kib = 0, pages = 0;
	char line[256];
	FILE *f = open_proc(t->pid, "smaps_rollup");

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "Rss: %lu", &kib) == 1)
			break;
	if (f)
		fclose(f);
	if (kib)
		return (uint64_t)kib * 1024;
	f = open_proc(t->pid, "statm");
	if (!f || fscanf(f, "%*u %lu", &pages) != 1)
		die("%s: process %d has ended", t->name, (int)t->pid);
	fclose(f);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
