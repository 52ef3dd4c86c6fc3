/* count.c - how many workers to start. */
#include "workers/count.h"

#include "workers/proc.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t count_quota(size_t n, const char *list, const char *root)
{
	char text[4096] = "\n", path[5000], limit[64];
	unsigned long long quota, period;
	char *group, *end, *behind;

	proc_read(list, text + 1, sizeof text - 1);
	group = strstr(text, "\n0::");
	end = group ? strchr(group += 4, '\n') : NULL;
	/* the limit of a group holds for all groups in it */
	for (; end; end = strrchr(group, '/')) {
		*end = 0;
		snprintf(path, sizeof path, "%s%s/cpu.max", root, group);
		proc_read(path, limit, sizeof limit);
		/* "max 100000", or microseconds in each period of so many */
		quota = strtoull(limit, &behind, 10);
		period = strtoull(behind, NULL, 10);
		if (quota && period && (quota - 1) / period < n)
			n = (size_t)((quota - 1) / period) + 1;
	}
	return n;
}

size_t count_workers(size_t wanted)
{
	cpu_set_t allowed[8] = {0}; /* for more than 1024 processors */
	size_t n = wanted;

	if (!n && !sched_getaffinity(0, sizeof allowed, allowed))
		n = count_quota((size_t)CPU_COUNT_S(sizeof allowed, allowed),
			"/proc/self/cgroup", "/sys/fs/cgroup");
	n = n < 1 ? 1 : n;
	return n < WORKERS_MAX ? n : WORKERS_MAX;
}
