/* test_file.c - small files that are cached for as long as they do not
 * change. */
#include "files/file.h"
#include "tests/lib/sample.h"
#include "tests/lib/scarce.h"

#include <fcntl.h>
#include <unistd.h>

static char dir[] = "/tmp/file-XXXXXX";
static int root;
static struct file_cache *cache;

static void setup(void)
{
	cr_assert(mkdtemp(dir));
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert(root >= 0);
}

static void teardown(void)
{
	file_forget(&cache);
	unlinkat(root, "file", 0);
	close(root);
	rmdir(dir);
}

TestSuite(file, .init = setup, .fini = teardown);

static void write_file(const void *bytes, size_t len)
{
	int fd = openat(root, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static struct file find(void)
{
	struct sample r = sample_make("GET", "");
	struct file f;

	cr_assert(
		file_find(&f, root, cache, (struct slice){"file", 4}, &r.req));
	sample_free(&r);
	return f;
}

/* Expects the file in the cache with these bytes, or with NULL, not in the
 * cache but open. */
static void expect_kept(const void *bytes)
{
	struct file f = find();

	if (bytes)
		cr_expect(f.fd < 0 && f.bytes &&
			  !memcmp(f.bytes, bytes, (size_t)f.st.st_size));
	else
		cr_expect(f.fd >= 0 && !f.bytes);
	file_close(&f);
}

/* Caches these bytes as those of a file in that state. */
static void keep(const struct stat *st, const char *bytes)
{
	struct file f = {.fd = -1, .st = *st};

	file_keep(&cache, &f, bytes);
}

static struct stat state(void)
{
	struct file f = find();

	file_close(&f);
	return f.st;
}

Test(file, any_change_is_noticed)
{
	struct stat now, other[7];

	write_file("abc", 3);
	expect_kept(NULL);
	now = state();
	for (int i = 0; i < 7; i++)
		other[i] = now;
	other[0].st_dev++;
	other[1].st_ino += FILE_KEPT;
	other[2].st_size++;
	other[3].st_mtim.tv_sec++;
	other[4].st_mtim.tv_nsec++;
	other[5].st_ctim.tv_sec++;
	other[6].st_ctim.tv_nsec++;
	for (int i = 0; i < 7; i++) {
		keep(&other[i], "abcd");
		expect_kept(NULL);
		keep(&now, "abc");
		expect_kept("abc");
	}
	file_forget(&cache);
	expect_kept(NULL);
}

Test(file, a_newer_file_takes_the_place)
{
	struct stat st;

	write_file("A", 1);
	st = state();
	for (int i = 0; i < FILE_KEPT; i++, st.st_ino++) {
		keep(&st, "A");
		expect_kept("A");
	}
	keep(&st, "B");
	expect_kept(NULL);
	st.st_ino -= FILE_KEPT;
	keep(&st, "A");
	expect_kept("A");
}

Test(file, sizes)
{
	static char bytes[FILE_KEPT_MAX + 1];
	static const struct {
		size_t size;
		bool is_kept;
	} cases[] = {{0, false}, {1, true}, {FILE_KEPT_MAX, true},
		{FILE_KEPT_MAX + 1, false}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stat st;

		write_file(bytes, cases[i].size);
		st = state();
		cr_assert_eq(st.st_size, (off_t)cases[i].size);
		keep(&st, bytes);
		expect_kept(cases[i].is_kept ? bytes : NULL);
	}
}

Test(file, without_memory_nothing_is_cached)
{
	struct stat st;

	write_file("abc", 3);
	st = state();
	scarce.calloc = true;
	keep(&st, "abc");
	cr_expect_null(cache);
	expect_kept(NULL);
	keep(&st, "abc");
	expect_kept("abc");
}
