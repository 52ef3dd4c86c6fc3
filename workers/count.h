/* count.h - how many workers to start. */
#ifndef COUNT_H
#define COUNT_H

#include <stddef.h>

#define WORKERS_MAX 64

/* Returns how many: one for each processor that this process may use when 0 are
 * wanted, and never more than WORKERS_MAX. */
size_t count_workers(size_t wanted);

/* Returns the least whole number of processors that has the quota of a cgroup
 * (version 2) and of those above it, and at most n. `list` is the file that names
 * the cgroup, as /proc/self/cgroup does, and `root` the folder of all cgroups;
 * what cannot be read there sets no limit. */
size_t count_quota(size_t n, const char *list, const char *root);

#endif
