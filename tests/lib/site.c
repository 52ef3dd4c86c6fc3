/* site.c - a folder of the test's own, and the real server on it. */
#include "tests/lib/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 5000
#define QUICK_MS 1000 /* a busy machine may need a second */

struct live site;
static char top[] = "/tmp/site-XXXXXX";
static int descriptors; /* descriptors of a server without clients */

const char *site_path(const char *name)
{
	static char texts[4][1024];
	static int turn;
	char *text = texts[turn++ % 4];

	snprintf(text, sizeof texts[0], "%s/public/%s", top, name);
	return text;
}

void site_write(const char *name, const void *data, size_t len)
{
	int fd = open(site_path(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	cr_assert_geq(fd, 0, "%s: %s", name, strerror(errno));
	cr_assert_eq(write(fd, data, len), (ssize_t)len);
	close(fd);
}

void site_write_text(const char *name, const char *text)
{
	site_write(name, text, strlen(text));
}

void site_write_sparse(const char *name, off_t size)
{
	site_write(name, "", 0);
	cr_assert_eq(truncate(site_path(name), size), 0);
}

void site_fill(char *to, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		uint64_t n = (i + 8) * 0x9E3779B97F4A7C15;

		memcpy(to + i, &n, len - i < 8 ? len - i : 8);
	}
}

void site_write_filled(const char *name, size_t len)
{
	char *data = malloc(len);

	cr_assert(data != NULL);
	site_fill(data, len);
	site_write(name, data, len);
	free(data);
}

static void make_folder(void)
{
	cr_assert(mkdtemp(top) != NULL);
	cr_assert_eq(mkdir(site_path(""), 0755), 0);
	site_write_text("quick.txt", "quick");
}

static int remove_one(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_folder(void)
{
	if (site.pid > 0) {
		kill(site.pid, SIGKILL);
		waitpid(site.pid, NULL, 0);
	}
	nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(tcp, .init = make_folder, .fini = remove_folder);

/* The server soon notices every client that has gone. */
static void expect_no_clients(void)
{
	for (int i = 0; site_descriptors() > descriptors && i < 3000; i++)
		usleep(1000);
	cr_expect_eq(site_descriptors(), descriptors);
}

void site_open(const char *const options[])
{
	const char *argv[24] = {"--public", site_path("")};
	struct visitor first;

	for (int i = 0; options[i] && i < 21; i++)
		argv[2 + i] = options[i];
	live_start(&site, argv);
	visitor_connect(&first);
	live_send_text(first.fd, GET("/public/quick.txt") "\r\n");
	visitor_expect(&first, 200, "quick");
	descriptors = site_descriptors() - 1;
	visitor_leave(&first);
	expect_no_clients();
}

void site_close(void)
{
	expect_no_clients();
	cr_expect_eq(live_stop(&site, SIGTERM), 0);
	site.pid = 0;
}

int site_descriptors(void)
{
	char path[64];
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)site.pid);
	dir = opendir(path);
	cr_assert(dir != NULL);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Returns the number after a name in one of the server's files in /proc. */
static uint64_t kernel_says(const char *file, const char *name)
{
	char path[64], text[4096];
	const char *at;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)site.pid, file);
	f = fopen(path, "r");
	cr_assert(f != NULL, "%s: %s", path, strerror(errno));
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = 0;
	at = strstr(text, name);
	cr_assert(at != NULL, "no %s in %s", name, path);
	return strtoull(at + strlen(name), NULL, 10);
}

long site_memory(void)
{
	return (long)kernel_says("status", "VmRSS:");
}

uint64_t site_written(void)
{
	return kernel_says("io", "wchar:");
}

uint32_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

void visitor_connect(struct visitor *v)
{
	v->fd = live_connect(&site);
	v->at = v->len = 0;
}

void visitor_leave(struct visitor *v)
{
	close(v->fd);
}

ssize_t visitor_receives(struct visitor *v)
{
	struct pollfd p = {.fd = v->fd, .events = POLLIN};
	ssize_t n;

	cr_assert_eq(v->at, v->len);
	v->at = v->len = 0;
	errno = ETIMEDOUT;
	n = poll(&p, 1, WAIT_MS) > 0 ? read(v->fd, v->bytes, sizeof v->bytes)
				     : -1;
	v->len = n > 0 ? (size_t)n : 0;
	return n;
}

void visitor_expect_end(struct visitor *v)
{
	ssize_t n = v->at < v->len ? 1 : visitor_receives(v);

	cr_assert(n == 0, "no end: %s",
		n < 0 ? strerror(errno) : v->bytes + v->at);
}

void visitor_reads(struct visitor *v, char *to, size_t len)
{
	while (len) {
		size_t n = v->len - v->at < len ? v->len - v->at : len;

		if (!n) {
			cr_assert(visitor_receives(v) > 0,
				"%zu bytes are missing", len);
			continue;
		}
		if (to) {
			memcpy(to, v->bytes + v->at, n);
			to += n;
		}
		v->at += n;
		len -= n;
	}
}

struct heard visitor_hears(struct visitor *v)
{
	struct heard h = {0};
	const char *length;
	size_t n = 0;

	do {
		cr_assert_lt(n, sizeof h.head - 1);
		visitor_reads(v, h.head + n++, 1);
	} while (n < 4 || memcmp(h.head + n - 4, "\r\n\r\n", 4));
	cr_assert(!memcmp(h.head, "HTTP/1.1 ", 9), "%s", h.head);
	h.status = atoi(h.head + 9);
	length = strstr(h.head, "\r\nContent-Length: ");
	h.length = length ? strtoull(length + 18, NULL, 10) : 0;
	return h;
}

void visitor_expect(struct visitor *v, int status, const char *body)
{
	struct heard h = visitor_hears(v);
	char got[4096] = "";

	cr_assert_eq(h.status, status, "%s", h.head);
	cr_assert_lt(h.length, sizeof got);
	visitor_reads(v, got, h.length);
	cr_assert(!body || !strcmp(got, body), "%s, not %s", got, body);
}

void expect_quick(void)
{
	uint32_t since = now_ms();
	struct visitor v;

	visitor_connect(&v);
	live_send_text(v.fd, GET("/public/quick.txt") "\r\n");
	visitor_expect(&v, 200, "quick");
	visitor_leave(&v);
	cr_expect_lt(now_ms() - since, QUICK_MS);
}
