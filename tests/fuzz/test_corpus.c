/* test_corpus.c - every input that a fuzzer has found once, again. */
#include "tests/lib/support.h"

#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>

/* Each file of tests/fuzz/corpus/NAME in a block of exactly its size. */
static void replay(const char *name, int (*fuzz)(const uint8_t *, size_t))
{
	char path[512], data[1 << 16];
	struct dirent *entry;
	size_t files = 0;
	DIR *dir;

	snprintf(path, sizeof path, "tests/fuzz/corpus/%s", name);
	dir = opendir(path);
	cr_assert(dir != NULL, "%s", path);
	while ((entry = readdir(dir))) {
		FILE *file;
		size_t len;
		uint8_t *block;

		snprintf(path, sizeof path, "tests/fuzz/corpus/%s/%s", name,
			entry->d_name);
		if (entry->d_name[0] == '.' || !(file = fopen(path, "rb")))
			continue;
		len = fread(data, 1, sizeof data, file);
		fclose(file);
		block = exactly(data, len);
		fuzz(block, len);
		free(block);
		files++;
	}
	closedir(dir);
	cr_expect(files > 0, "%s is empty", name);
}

#define REPLAY(name)                        \
	Test(corpus, name)                  \
	{                                   \
		replay(#name, fuzz_##name); \
	}

REPLAY(command)
REPLAY(compress)
REPLAY(conn)
REPLAY(date)
REPLAY(fields)
REPLAY(frame)
REPLAY(host)
REPLAY(inflate)
REPLAY(request)
REPLAY(path)
REPLAY(proxy)
REPLAY(range)
REPLAY(resp)
REPLAY(utf8)
REPLAY(wire)
