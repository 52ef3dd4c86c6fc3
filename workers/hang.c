/* hang.c - does a worker still come back to its wait for events? */
#include "workers/hang.h"

#include "workers/proc.h"

#include <stdio.h>
#include <string.h>

void hang_begin(struct hang *h)
{
	*h = (struct hang){.turns = 1, .seen = 1};
}

/* Nobody else writes it: that costs less than an atomic addition. */
void hang_turn(struct hang *h)
{
	uint32_t n = atomic_load_explicit(&h->turns, memory_order_relaxed);

	atomic_store_explicit(&h->turns, n + 1, memory_order_relaxed);
}

/* Is its state T (a signal) or t (a debugger)? proc(5): "PID (NAME) STATE". */
static bool is_stopped(pid_t pid)
{
	char path[32], text[256];
	const char *p;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	proc_read(path, text, sizeof text);
	p = strrchr(text, ')');
	return p && (!strncmp(p, ") T", 3) || !strncmp(p, ") t", 3));
}

bool hang_look(struct hang *h, pid_t worker)
{
	uint32_t turns = atomic_load(&h->turns);
	bool same = turns % 2 && turns == h->seen;

	h->seen = turns;
	h->looks = same && !is_stopped(worker) ? h->looks + 1 : 0;
	return h->looks == HANG_LOOKS;
}
