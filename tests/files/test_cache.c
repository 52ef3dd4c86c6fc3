/* test_cache.c - small files that are kept, as long as they stay as they are. */
#include "files/cache.h"
#include "tests/lib/support.h"

#include <criterion/criterion.h>

static struct stat state(ino_t ino, off_t size)
{
	return (struct stat){.st_dev = 1,
		.st_ino = ino,
		.st_size = size,
		.st_mtim = {2, 3},
		.st_ctim = {4, 5}};
}

static void expect(const struct cache *c, struct stat st, const char *bytes)
{
	const void *found = cache_find(c, &st);

	if (!bytes)
		cr_expect_null(found);
	else
		cr_expect(found && !memcmp(found, bytes, strlen(bytes)));
}

Test(cache, a_change_of_anything_shows)
{
	struct cache c = {0};
	struct stat kept = state(7, 3), other[7];

	expect(&c, kept, NULL);
	cache_keep(&c, &kept, "abc");
	expect(&c, kept, "abc");
	for (int i = 0; i < 7; i++)
		other[i] = kept;
	other[0].st_dev++;
	other[1].st_ino += CACHE_FILES;
	other[2].st_size++;
	other[3].st_mtim.tv_sec++;
	other[4].st_mtim.tv_nsec++;
	other[5].st_ctim.tv_sec++;
	other[6].st_ctim.tv_nsec++;
	for (int i = 0; i < 7; i++)
		expect(&c, other[i], NULL);
	cache_free(&c);
	expect(&c, kept, NULL);
}

Test(cache, the_last_one_has_the_place)
{
	struct cache c = {0};
	struct stat all[2 * CACHE_FILES];

	for (unsigned i = 0; i < 2 * CACHE_FILES; i++) {
		char text[2] = {(char)('A' + i), 0};

		all[i] = state(i, 1);
		cache_keep(&c, &all[i], text);
		expect(&c, all[i], text);
	}
	for (unsigned i = 0; i < CACHE_FILES; i++)
		expect(&c, all[i], NULL);
	cache_free(&c);
}

Test(cache, sizes)
{
	struct cache c = {0};
	static char bytes[CACHE_FILE_MAX + 1];
	struct stat none = state(1, 0), most = state(2, CACHE_FILE_MAX),
		    more = state(3, CACHE_FILE_MAX + 1);

	cache_keep(&c, &none, bytes);
	cache_keep(&c, &most, bytes);
	cache_keep(&c, &more, bytes);
	expect(&c, none, NULL);
	expect(&c, most, bytes);
	expect(&c, more, NULL);
	cache_free(&c);
}
