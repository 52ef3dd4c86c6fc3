/* rights.c - what the server is still allowed to do while it serves: proc(5).
 * An intruder that gets in by an unknown way is to find little there. */
#include "tests/attack/attack.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USER "nobody"

/* Returns a field of /proc/PID/status as a number, or -1 when there is none. */
static long status_of(const struct victim *v, const char *field)
{
	char path[64], line[256];
	size_t len = strlen(field);
	long number = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)v->target.pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, field, len) && line[len] == ':')
			number = strtol(line + len + 1, NULL, 16);
	if (f)
		fclose(f);
	return number;
}

/* Would a program that it starts get this descriptor? */
static bool is_inherited(const struct victim *v, const char *number)
{
	char path[96], line[256];
	unsigned flags = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%.20s", (int)v->target.pid,
		number);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "flags: %o", &flags) == 1)
			break;
	if (f)
		fclose(f);
	return !(flags & 02000000); /* O_CLOEXEC, as the kernel has it */
}

static int count_inherited(const struct victim *v)
{
	char path[64];
	const struct dirent *entry;
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fdinfo", (int)v->target.pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		n += *entry->d_name != '.' && atoi(entry->d_name) > 2 &&
		     is_inherited(v, entry->d_name);
	if (dir)
		closedir(dir);
	return n;
}

const struct attack rights_attacks[] = {{.name = "privileges"}, {.name = NULL}};

bool rights_run(const struct attack *a, const struct plan *plan)
{
	static const char *const user[] = {"--user", USER, NULL};
	struct victim v = {.folder = plan->folder};
	bool is_root = geteuid() == 0;
	long capabilities, unprivileged;
	int inherited;

	victim_start(&v, attack_options(1, false, is_root ? user : NULL));
	capabilities = status_of(&v, "CapEff");
	unprivileged = status_of(&v, "NoNewPrivs");
	inherited = count_inherited(&v);
	printf("\n%s: capabilities %lx, no_new_privs %ld, descriptors that "
	       "another program would get: %d\n",
		is_root ? "--user " USER : "as the user who started it",
		capabilities, unprivileged, inherited);
	if (victim_stop(&v) == 0 && capabilities == 0 && unprivileged == 1 &&
		inherited == 0)
		return true;
	printf("FAIL  %s\n", a->name);
	return false;
}
