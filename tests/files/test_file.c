/* test_file.c - small files that are kept in memory, for a second and for as long
 * as they stay as they are. */
#include "files/file.h"
#include "tests/lib/sample.h"
#include "tests/lib/scarce.h"

#include <fcntl.h>
#include <unistd.h>

static char dir[] = "/tmp/file-XXXXXX";
static int root;
static struct cache *cache;

static void setup(void)
{
	cr_assert(mkdtemp(dir));
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert(root >= 0);
}

static void teardown(void)
{
	cache_forget(&cache);
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

	cr_assert(file_find(&f, &(struct folder){.fd = root}, cache,
		(struct slice){"file", 4}, &r.req));
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

/* Reads the file as if it were in that state, long after its last change. */
static bool keep(const struct stat *st)
{
	struct file f = find();
	bool was_read;

	file_close(&f);
	f.fd = openat(root, "file", O_RDONLY | O_CLOEXEC);
	f.st = *st;
	f.asked.tv_sec += 1000;
	was_read = file_read(&f, &cache);
	file_close(&f);
	return was_read;
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
	other[1].st_ino += CACHE_FILES;
	other[2].st_size--;
	other[3].st_mtim.tv_sec++;
	other[4].st_mtim.tv_nsec++;
	other[5].st_ctim.tv_sec++;
	other[6].st_ctim.tv_nsec++;
	for (int i = 0; i < 7; i++) {
		cr_assert(keep(&other[i]));
		expect_kept(NULL);
		cr_assert(keep(&now));
		expect_kept("abc");
	}
	cache_forget(&cache);
	expect_kept(NULL);
}

Test(file, a_newer_file_takes_the_place)
{
	struct stat st;

	write_file("A", 1);
	st = state();
	cr_assert(keep(&st));
	for (int i = 1; i < CACHE_FILES; i++) {
		st.st_ino++;
		cr_assert(keep(&st));
		expect_kept("A");
	}
	st.st_ino++;
	cr_assert(keep(&st));
	expect_kept(NULL);
	st.st_ino -= CACHE_FILES;
	cr_assert(keep(&st));
	expect_kept("A");
}

Test(file, sizes)
{
	static char bytes[CACHE_SIZE_MAX + 1];
	static const struct {
		size_t size;
		bool is_kept;
	} cases[] = {{0, true}, {1, true}, {CACHE_SIZE_MAX, true},
		{CACHE_SIZE_MAX + 1, false}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stat st;

		write_file(bytes, cases[i].size);
		st = state();
		cr_assert_eq(st.st_size, (off_t)cases[i].size);
		cr_assert(keep(&st));
		expect_kept(cases[i].is_kept ? bytes : NULL);
	}
}

/* What has just changed could change again in the same tick of the clock. */
Test(file, what_has_just_changed_is_read_but_not_kept)
{
	struct file f;

	write_file("abc", 3);
	f = find();
	f.asked = f.st.st_ctim;
	cr_assert(file_read(&f, &cache));
	cr_expect(!memcmp(f.bytes, "abc", 3));
	file_close(&f);
	expect_kept(NULL);
}

/* It has become shorter since its state was read. */
Test(file, a_file_that_is_shorter_by_now)
{
	struct file f;

	write_file("abc", 3);
	f = find();
	f.asked.tv_sec += 1000;
	cr_assert_eq(ftruncate(openat(root, "file", O_WRONLY), 2), 0);
	cr_assert(file_read(&f, &cache));
	cr_expect_eq(f.st.st_size, 2);
	cr_expect(!memcmp(f.bytes, "ab", 2));
	file_close(&f);
	expect_kept(NULL);
}

static bool is_over(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > start->tv_sec + 10;
}

/* A program that has mapped a file edits it without a change of its stamps. */
Test(file, the_bytes_are_read_again_after_a_second)
{
	struct timespec start;
	struct file f;
	uint64_t before;
	bool was_read = false;

	write_file("abc", 3);
	f = find();
	f.asked.tv_sec += 1000;
	cr_assert(file_read(&f, &cache));
	before = f.digest;
	file_close(&f);
	expect_kept("abc");
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!was_read && !is_over(&start)) {
		f = find();
		was_read = !f.bytes;
		if (f.bytes)
			cr_expect_eq(f.digest, before);
		file_close(&f);
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	cr_expect(was_read);
}

Test(file, what_cannot_be_read)
{
	struct file f;

	write_file("abc", 3);
	f = find();
	file_close(&f);
	f.fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_expect_not(file_read(&f, &cache));
	file_close(&f);
	expect_kept(NULL);
}

Test(file, without_memory_nothing_is_kept)
{
	struct stat st;

	write_file("abc", 3);
	st = state();
	scarce.calloc = true;
	cr_expect_not(keep(&st));
	cr_expect_null(cache);
	expect_kept(NULL);
	cr_expect(keep(&st));
	expect_kept("abc");
}
