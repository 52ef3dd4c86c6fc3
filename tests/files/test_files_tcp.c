/* test_files_tcp.c - files over real TCP: large ones, many at once, some that
 * change while they are sent, and clients that do not read. */
#include "tests/lib/site.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LARGE (16u << 20) /* more than the kernel buffers for one client */
#define BEGUN 1000

static const char *const none[] = {NULL};
static char wanted[LARGE];

/* A client that is being sent the file: its head is read, and a little more. */
static void begin(struct visitor *v, const char *path)
{
	char request[256], got[BEGUN];
	struct heard h;

	snprintf(request, sizeof request,
		"GET /public/%s HTTP/1.1\r\nHost: h\r\n\r\n", path);
	visitor_connect(v);
	live_send_text(v->fd, request);
	h = visitor_hears(v);
	cr_assert_eq(h.status, 200);
	cr_assert_eq(h.length, LARGE);
	visitor_reads(v, got, sizeof got);
	cr_assert(!memcmp(got, wanted, sizeof got));
}

/* Checks the bytes that have arrived, from `at` on. Returns where they end. */
static size_t take(struct visitor *v, size_t at)
{
	size_t n = v->len - v->at;

	n = n < LARGE - at ? n : LARGE - at;
	cr_assert(!memcmp(v->bytes + v->at, wanted + at, n), "%zu", at);
	v->at += n;
	return at + n;
}

/* Reads the rest, as far as it arrives. Returns how much there is in all. */
static size_t go_on(struct visitor *v)
{
	size_t at = take(v, BEGUN);

	while (at < LARGE && visitor_receives(v) > 0)
		at = take(v, at);
	return at;
}

/* Returns how many bytes arrive until the connection ends, one way or
 * another. */
static size_t count_rest(struct visitor *v)
{
	size_t n = 0;

	do {
		n += v->len - v->at;
		v->at = v->len;
	} while (visitor_receives(v) > 0);
	return n;
}

static void make_large(const char *name)
{
	if (!wanted[0])
		site_fill(wanted, LARGE);
	site_write(name, wanted, LARGE);
}

/* One turn of clients that read at the same time. Returns how many are not
 * done. */
static size_t read_together(struct visitor *all, size_t *at, nfds_t n)
{
	struct pollfd fds[8];
	size_t left = 0;

	for (nfds_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){
			at[i] < LARGE ? all[i].fd : -1, POLLIN, 0};
	cr_assert_gt(poll(fds, n, 5000), 0);
	for (nfds_t i = 0; i < n; i++) {
		if (fds[i].revents)
			cr_assert_gt(visitor_receives(&all[i]), 0);
		at[i] = take(&all[i], at[i]);
		left += at[i] < LARGE;
	}
	return left;
}

/* It goes by sendfile, so none of its bytes is ever in the server's memory. The
 * kernel counts sendfile as writing, which it does not do for send. */
Test(tcp, a_large_file_to_several_at_once)
{
	static struct visitor all[4];
	size_t at[COUNT(all)];
	uint64_t written;
	long memory;

	make_large("large");
	site_open(none);
	memory = site_memory();
	written = site_written();
	for (size_t i = 0; i < COUNT(all); i++) {
		begin(&all[i], "large");
		at[i] = take(&all[i], BEGUN);
	}
	while (read_together(all, at, COUNT(all)))
		;
	cr_expect_lt(site_memory() - memory, 4096);
	cr_expect_geq(site_written() - written, COUNT(all) * LARGE);
	for (size_t i = 0; i < COUNT(all); i++)
		visitor_leave(&all[i]);
	site_close();
}

/* RFC 9110 14: positions that do not fit into 32 bits, and more than is
 * copied. */
Test(tcp, 14_1_2_the_end_of_a_file_of_5_gib)
{
	static char end[100000], got[sizeof end];
	struct visitor v;
	int fd;

	site_fill(end, sizeof end);
	site_write_sparse("huge", 5ll << 30);
	fd = open(site_path("huge"), O_WRONLY);
	cr_assert_eq(pwrite(fd, end, sizeof end, 5ll << 30), sizeof end);
	close(fd);
	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd,
		"HEAD /public/huge HTTP/1.1\r\nHost: h\r\n\r\n" GET(
			"/public/huge") "Range: bytes=5368709120-\r\n\r\n");
	cr_expect_eq(visitor_hears(&v).length, (5ull << 30) + sizeof end);
	cr_expect(strstr(visitor_hears(&v).head,
		"\r\nContent-Range: bytes 5368709120-5368809119/5368809120"));
	visitor_reads(&v, got, sizeof got);
	cr_expect(!memcmp(got, end, sizeof end));
	visitor_leave(&v);
	site_close();
}

/* Sends that many requests in one write, and reads nothing. */
static void flood(struct visitor *v, const char *request, int n)
{
	size_t len = strlen(request), size = len * (size_t)n;
	char *all = malloc(size);

	for (int i = 0; i < n; i++)
		memcpy(all + (size_t)i * len, request, len);
	visitor_connect(v);
	send(v->fd, all, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	free(all);
}

/* Each client may take at most its connection, one file, and that many KiB. */
static void expect_bounded(const char *request, long each)
{
	static struct visitor greedy[16];
	int descriptors;
	long memory;

	site_open(none);
	descriptors = site_descriptors();
	memory = site_memory();
	for (size_t i = 0; i < COUNT(greedy); i++)
		flood(&greedy[i], request, 2000);
	for (int i = 0; i < 20; i++) {
		expect_quick();
		cr_assert_leq(site_descriptors() - descriptors,
			2 * (int)COUNT(greedy) + 1);
		cr_assert_lt(
			site_memory() - memory, each * (long)COUNT(greedy));
		usleep(10000);
	}
	for (size_t i = 0; i < COUNT(greedy); i++)
		visitor_leave(&greedy[i]);
	site_close();
}

/* What it has asked for and has not been answered yet fits in one recv of 64
 * KiB. */
Test(tcp, requests_for_1_gib_that_are_never_read)
{
	site_write_sparse("huge", 1 << 30);
	expect_bounded(GET("/public/huge") "\r\n", 256);
}

/* A file that is small enough to be copied: 256 KiB wait in a buffer that has
 * grown by doubling, and the sanitizer keeps freed memory for a while. All
 * answers together would be 117 MiB. */
Test(tcp, requests_for_60_kib_that_are_never_read)
{
	site_write_filled("small", 60 << 10);
	expect_bounded(GET("/public/small") "\r\n", 4096);
}

/* The server resets it, which the client notices without reading, and which
 * frees what the kernel holds for it. */
Test(tcp, a_client_that_never_reads_is_dropped)
{
	struct visitor v;
	struct pollfd p = {.events = 0};
	int descriptors;

	site_write_sparse("huge", 1 << 30);
	site_open((const char *const[]){"--send-timeout", "0.3", NULL});
	descriptors = site_descriptors();
	flood(&v, GET("/public/huge") "\r\n", 1);
	usleep(100000);
	cr_expect_eq(site_descriptors() - descriptors, 2);
	p.fd = v.fd;
	cr_expect_eq(poll(&p, 1, 5000), 1);
	cr_expect_eq(site_descriptors(), descriptors);
	site_close();
	visitor_leave(&v);
}

/* Slow is not silent: within each deadline it takes 200 KB. The kernel holds
 * megabytes for it, and asks for more when a third of them is gone. */
Test(tcp, a_client_that_reads_slowly_is_not_dropped)
{
	struct visitor v;
	int descriptors;
	char got[10000];

	site_write_sparse("huge", 1 << 30);
	site_open((const char *const[]){"--send-timeout", "0.4", NULL});
	descriptors = site_descriptors();
	flood(&v, GET("/public/huge") "\r\n", 1);
	for (int i = 0; i < 60; i++) {
		live_read(v.fd, got, sizeof got);
		usleep(20000);
	}
	cr_expect_eq(site_descriptors() - descriptors, 2);
	visitor_leave(&v);
	site_close();
}

/* What has been promised is sent before the server ends. */
Test(tcp, a_file_outlives_the_signal_to_stop)
{
	struct visitor v;

	make_large("large");
	site_open(none);
	begin(&v, "large");
	kill(site.pid, SIGTERM);
	usleep(50000);
	cr_expect_eq(go_on(&v), LARGE);
	visitor_expect_end(&v);
	visitor_leave(&v);
	cr_expect_eq(live_stop(&site, 0), 0);
	site.pid = 0;
}

/* The connections vanish with everything that waits for them. */
Test(tcp, resets_in_the_middle_of_a_file)
{
	struct linger reset = {.l_onoff = 1};
	struct visitor honest, v;

	make_large("large");
	site_open(none);
	begin(&honest, "large");
	for (int i = 0; i < 50; i++) {
		begin(&v, "large");
		setsockopt(v.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		visitor_leave(&v);
	}
	cr_expect_eq(go_on(&honest), LARGE);
	visitor_leave(&honest);
	site_close();
}

/* RFC 9112 8: a client can tell that an answer ends early. The bytes on their
 * way may be zeros if they are no longer in the file, because sendfile shares
 * its pages. Other clients notice nothing. */
Test(tcp, a_file_that_shrinks_while_it_is_sent)
{
	struct visitor idle, honest, v;
	size_t got;

	make_large("large");
	make_large("shrinks");
	site_open(none);
	visitor_connect(&idle);
	begin(&honest, "large");
	begin(&v, "shrinks");
	cr_assert_eq(truncate(site_path("shrinks"), 70000), 0);
	got = BEGUN + count_rest(&v);
	cr_expect(got >= 70000 && got < LARGE, "%zu", got);
	cr_expect_eq(go_on(&honest), LARGE);
	live_send_text(idle.fd, GET("/public/shrinks") "\r\n");
	cr_expect_eq(visitor_hears(&idle).length, 70000);
	visitor_reads(&idle, NULL, 70000);
	visitor_leave(&idle);
	visitor_leave(&honest);
	visitor_leave(&v);
	site_close();
}

/* The file is held open, so it is sent to its end. */
Test(tcp, a_file_that_vanishes_while_it_is_sent)
{
	struct visitor v;

	make_large("gone");
	site_open(none);
	begin(&v, "gone");
	cr_assert_eq(unlink(site_path("gone")), 0);
	cr_expect_eq(go_on(&v), LARGE);
	live_send_text(v.fd, GET("/public/gone") "\r\n");
	visitor_expect(&v, 404, NULL);
	visitor_leave(&v);
	site_close();
}

/* The old file is sent to its end, and the new one after it. */
Test(tcp, a_file_that_is_replaced_while_it_is_sent)
{
	struct visitor v;

	make_large("old");
	site_write_text("new", "new");
	site_open(none);
	begin(&v, "old");
	cr_assert_eq(rename(site_path("new"), site_path("old")), 0);
	cr_expect_eq(go_on(&v), LARGE);
	live_send_text(v.fd, GET("/public/old") "\r\n");
	visitor_expect(&v, 200, "new");
	visitor_leave(&v);
	site_close();
}

/* The file is overwritten in place, so it is empty for a moment. Never more
 * arrives than was announced, and the answer comes to an end. */
Test(tcp, a_file_that_is_written_over_while_it_is_sent)
{
	struct visitor v;
	size_t at;

	make_large("moving");
	site_open(none);
	begin(&v, "moving");
	site_write("moving", "", 0);
	make_large("moving");
	live_send_text(v.fd, GET("/public/quick.txt") "\r\n");
	at = go_on(&v);
	if (at == LARGE)
		visitor_expect(&v, 200, "quick");
	visitor_leave(&v);
	expect_quick();
	site_close();
}

/* RFC 9111 5.2.2.4: with no-cache a browser asks again, and must not be told
 * that nothing has changed. */
Test(tcp, an_edit_shows_at_the_next_request)
{
	char request[512], etag[64], text[32];
	struct visitor v;

	site_write_text("page.txt", "version 0");
	site_open(none);
	visitor_connect(&v);
	for (int i = 0; i < 20; i++) {
		struct heard h;

		snprintf(text, sizeof text, "version %d", i);
		site_write_text("page.txt", text);
		live_send_text(v.fd, GET("/public/page.txt") "\r\n");
		h = visitor_hears(&v);
		visitor_reads(&v, NULL, h.length);
		cr_assert(sscanf(strstr(h.head, "ETag: "), "ETag: %60s", etag));
		snprintf(text, sizeof text, "Version %d", i);
		site_write_text("page.txt", text);
		snprintf(request, sizeof request,
			GET("/public/page.txt") "If-None-Match: %s\r\n\r\n",
			etag);
		live_send_text(v.fd, request);
		visitor_expect(&v, 200, text);
	}
	visitor_leave(&v);
	site_close();
}

/* Opening a FIFO waits for a writer, and the loop must not wait for that. */
Test(tcp, special_files_stall_nobody)
{
	static const struct {
		const char *path;
		int status;
	} table[] = {
		{"fifo", 404},
		{"folder", 302},
		{"folder/", 404},
		{"out.txt", 404},
		{"in.txt", 404},
		{"up/secret.txt", 404},
		{"loop", 404},
		{"quick.txt/", 404},
		{".hidden", 404},
		{"empty", 200},
	};
	char request[256];
	struct visitor v;

	cr_assert_eq(mkfifo(site_path("fifo"), 0644), 0);
	cr_assert_eq(mkdir(site_path("folder"), 0755), 0);
	site_write_text("../secret.txt", "secret");
	cr_assert_eq(symlink("../secret.txt", site_path("out.txt")), 0);
	cr_assert_eq(symlink("quick.txt", site_path("in.txt")), 0);
	cr_assert_eq(symlink("..", site_path("up")), 0);
	cr_assert_eq(symlink("loop", site_path("loop")), 0);
	site_write_text(".hidden", "secret");
	site_write_text("empty", "");
	site_open(none);
	visitor_connect(&v);
	for (size_t i = 0; i < COUNT(table); i++) {
		snprintf(request, sizeof request,
			"GET /public/%s HTTP/1.1\r\nHost: h\r\n\r\n",
			table[i].path);
		live_send_text(v.fd, request);
		visitor_expect(&v, table[i].status, NULL);
		expect_quick();
	}
	visitor_leave(&v);
	site_close();
}
