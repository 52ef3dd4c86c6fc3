/* around.c - the folder around a file. */
#include "landlock/around.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PATH_MAX <= AROUND_MAX, "realpath may write so much");

/* Cuts the name off: of "/a/b" stays "/a", and of "/a" stays "/". */
static void cut_name(char *path)
{
	char *slash = strrchr(path, '/');

	slash[slash == path] = 0;
}

bool around(const char *path, bool may_lack, char folder[AROUND_MAX])
{
	char parent[AROUND_MAX];
	const char *slash = strrchr(path, '/');

	if (realpath(path, folder)) {
		cut_name(folder);
		return true;
	}
	if (!may_lack || strlen(path) >= sizeof parent)
		return false;
	if (!slash)
		return realpath(".", folder) != NULL;
	snprintf(parent, sizeof parent, "%.*s", (int)(slash - path + 1), path);
	return realpath(parent, folder) != NULL;
}

bool around_program(char folder[AROUND_MAX])
{
	char installed[AROUND_MAX + 32];

	if (!around("/proc/self/exe", false, folder))
		return false;
	snprintf(installed, sizeof installed, "%s/../share/hello-socket",
		folder);
	return realpath(installed, folder) ||
	       around("/proc/self/exe", false, folder);
}

bool around_is_wide(const char *folder)
{
	return !strcmp(folder, "/") || !strcmp(folder, "/etc");
}
