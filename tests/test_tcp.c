/* test_tcp.c - HTTP over real TCP: pipelines, ends, limits, deadlines:
 * RFC 9110, RFC 9112. */
#include "tests/lib/site.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const none[] = {NULL};

/* Returns that many copies of a request in one block; the caller frees it. */
static char *many(const char *request, size_t n)
{
	size_t len = strlen(request);
	char *all = malloc(n * len + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(all + i * len, request, len);
	all[n * len] = 0;
	return all;
}

static char *long_text(size_t n)
{
	char *text = malloc(n + 1);

	memset(text, 'x', n);
	text[n] = 0;
	return text;
}

/* RFC 9112 9.3.2: a server "MUST send the corresponding responses in the same
 * order that the requests were received" */
Test(tcp, 9_3_2_a_hundred_in_one_write)
{
	static const struct {
		const char *request;
		int status;
		const char *body; /* NULL: not looked at */
	} kinds[] = {
		{GET("/public/a.txt") "\r\n", 200, "first"},
		{GET("/public/none") "\r\n", 404, NULL},
		{GET("/public/b.txt") "\r\n", 200, "second"},
		{"\r\n" GET("/") "\r\n", 404, NULL},
		{GET("/else") "\r\n", 302, ""},
		{GET("/public/a.txt") "If-None-Match: *\r\n\r\n", 304, ""},
		{GET("/public/b.txt") "Range: bytes=1-3\r\n\r\n", 206, "eco"},
		{"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 204, ""},
		{"PUT / HTTP/1.1\r\nHost: h\r\n\r\n", 405, NULL},
		{GET("/public/a.txt") "Range: bytes=9-\r\n\r\n", 416, NULL},
	};
	char all[16384] = "";
	struct visitor v;

	site_write_text("a.txt", "first");
	site_write_text("b.txt", "second");
	site_open(none);
	for (size_t i = 0; i < 100; i++)
		strcat(all, kinds[i % COUNT(kinds)].request);
	visitor_connect(&v);
	live_send_text(v.fd, all);
	for (size_t i = 0; i < 100; i++)
		visitor_expect(&v, kinds[i % COUNT(kinds)].status,
			kinds[i % COUNT(kinds)].body);
	visitor_leave(&v);
	site_close();
}

/* An answer that does not pass through the same buffer keeps its place as
 * well. */
Test(tcp, 9_3_2_large_and_small_in_order)
{
	static char got[300000], wanted[300000];
	char *all =
		many(GET("/public/large") "\r\n"
					  "HEAD /public/large "
					  "HTTP/1.1\r\nHost: h\r\n\r\n" GET(
						  "/public/quick.txt") "\r\n",
			33);
	struct visitor v;

	site_write_filled("large", sizeof wanted);
	site_fill(wanted, sizeof wanted);
	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd, all);
	for (int i = 0; i < 33; i++) {
		cr_assert_eq(visitor_hears(&v).length, sizeof wanted);
		visitor_reads(&v, got, sizeof got);
		cr_assert(!memcmp(got, wanted, sizeof got), "the %d.", i);
		cr_assert_eq(visitor_hears(&v).length, sizeof wanted);
		visitor_expect(&v, 200, "quick");
	}
	visitor_leave(&v);
	free(all);
	site_close();
}

/* RFC 9112 9.6: the last answer says that it is the last. */
Test(tcp, 9_6_a_thousand_requests_and_no_more)
{
	char *all = many(GET("/public/quick.txt") "\r\n", 1100);
	struct visitor v;

	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd, all);
	for (int i = 1; i <= 1000; i++) {
		struct heard h = visitor_hears(&v);

		cr_assert_eq(!!strstr(h.head, "\r\nConnection: close\r\n"),
			i == 1000, "%d", i);
		visitor_reads(&v, NULL, h.length);
	}
	visitor_expect_end(&v);
	visitor_leave(&v);
	free(all);
	site_close();
}

/* The head and the body are sent in one call, so that one packet can carry
 * both. */
Test(tcp, a_small_file_arrives_at_once)
{
	static char file[8000];
	struct visitor v;

	site_fill(file, sizeof file);
	site_write("small", file, sizeof file);
	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd, GET("/public/small") "\r\n");
	cr_assert_gt(visitor_receives(&v), (ssize_t)sizeof file);
	cr_expect(!memcmp(v.bytes + v.len - sizeof file, file, sizeof file));
	visitor_leave(&v);
	site_close();
}

/* A client that has ended its side still gets its answers. */
Test(tcp, 9_6_half_closed_clients_get_all)
{
	static char wanted[8 << 20], got[8 << 20];
	char *all = many(GET("/public/quick.txt") "\r\n", 99);
	struct visitor v;

	site_write_filled("large", sizeof wanted);
	site_fill(wanted, sizeof wanted);
	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd, GET("/public/large") "\r\n");
	live_send_text(v.fd, all);
	live_send_text(v.fd, GET("/public/large") "\r\n");
	shutdown(v.fd, SHUT_WR);
	usleep(50000);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(visitor_hears(&v).length, sizeof wanted);
		visitor_reads(&v, got, sizeof got);
		cr_expect(!memcmp(got, wanted, sizeof got));
		for (int k = 0; !i && k < 99; k++)
			visitor_expect(&v, 200, "quick");
	}
	visitor_expect_end(&v);
	visitor_leave(&v);
	free(all);
	site_close();
}

/* The kernel takes a few megabytes for a client that does not read. The rest
 * waits in the server. Once that is little, the end of the requests is
 * noticed. */
Test(tcp, 9_6_half_closed_clients_get_what_waits)
{
	static struct visitor all[24];
	static char file[60 << 10];

	site_write("file", file, sizeof file);
	site_open(none);
	for (size_t i = 0; i < COUNT(all); i++) {
		char *asked = many(GET("/public/file") "\r\n", 20 + 3 * i);

		visitor_connect(&all[i]);
		live_send_text(all[i].fd, asked);
		shutdown(all[i].fd, SHUT_WR);
		free(asked);
	}
	usleep(100000);
	for (size_t i = 0; i < COUNT(all); i++) {
		for (size_t k = 0; k < 20 + 3 * i; k++) {
			cr_assert_eq(visitor_hears(&all[i]).status, 200);
			visitor_reads(&all[i], NULL, sizeof file);
		}
		visitor_expect_end(&all[i]);
		visitor_leave(&all[i]);
	}
	site_close();
}

/* Sends a head and a lot of data that nobody will read, is slow to read, and
 * still gets the answer: RFC 9112 9.6. */
static void expect_last(int status, const char *head, size_t unread)
{
	char *rest = long_text(unread);
	struct visitor v;

	visitor_connect(&v);
	live_send_text(v.fd, head);
	live_send(v.fd, rest, unread);
	usleep(50000);
	visitor_expect(&v, status, NULL);
	visitor_expect_end(&v);
	visitor_leave(&v);
	free(rest);
}

Test(tcp, 9_6_no_answer_is_lost_to_a_reset)
{
	static const struct {
		int status;
		const char *head;
	} table[] = {
		{200, GET("/public/quick.txt") "Connection: close\r\n\r\n"},
		{200, "GET /public/quick.txt HTTP/1.0\r\n\r\n"},
		{400, "\x16\x03\x01\x02"},
		{400, "GET / HTTP/1.1\r\n\r\n"},
		{405, "POST / HTTP/1.1\r\nHost: h\r\n"
		      "Content-Length: 3145728\r\n\r\n"},
		{405, "PUT / HTTP/1.1\r\nHost: h\r\n"
		      "Transfer-Encoding: chunked\r\n\r\n300000\r\n"},
		{417, "POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n"
		      "Content-Length: 3145728\r\n\r\n"},
		{431, GET("/") "Long: "},
		{501, "BREW / HTTP/1.1\r\nHost: h\r\nContent-Length: "
		      "9\r\n\r\n"},
		{505, "GET / HTTP/2.0\r\n\r\n"},
	};

	site_open(none);
	for (size_t i = 0; i < COUNT(table); i++)
		expect_last(table[i].status, table[i].head, 3 << 20);
	expect_quick();
	site_close();
}

/* The server has long finished when the client begins to read. */
Test(tcp, 9_6_an_answer_outlives_its_connection)
{
	static char wanted[1 << 20], got[sizeof wanted];
	char *more = long_text(sizeof wanted);
	struct visitor v;

	site_write_filled("file", sizeof wanted);
	site_fill(wanted, sizeof wanted);
	site_open((const char *const[]){"--linger-timeout", "0.1", NULL});
	visitor_connect(&v);
	live_send_text(v.fd, GET("/public/file") "Connection: close\r\n\r\n");
	live_send(v.fd, more, sizeof wanted);
	usleep(300000);
	cr_assert_eq(visitor_hears(&v).length, sizeof wanted);
	visitor_reads(&v, got, sizeof got);
	cr_expect(!memcmp(got, wanted, sizeof got));
	visitor_expect_end(&v);
	visitor_leave(&v);
	free(more);
	site_close();
}

/* RFC 9110 10.1.1: no 100 when the request will be refused. */
Test(tcp, rfc9110_10_1_1_no_100_before_a_405)
{
	struct visitor v;

	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd, "POST / HTTP/1.1\r\nHost: h\r\n"
			     "Expect: 100-continue\r\n"
			     "Content-Length: 3145728\r\n\r\n");
	visitor_expect(&v, 405, NULL);
	visitor_expect_end(&v);
	visitor_leave(&v);
	site_close();
}

/* Returns a request of exactly that many bytes, which asks for nothing
 * special. */
static void expect_head_of(size_t size, int status)
{
	static const char start[] = GET("/public/quick.txt") "Long: ";
	char *value = long_text(size - (sizeof start - 1) - 4);
	struct visitor v;

	visitor_connect(&v);
	live_send_text(v.fd, start);
	live_send_text(v.fd, value);
	live_send_text(v.fd, "\r\n\r\n");
	visitor_expect(&v, status, NULL);
	visitor_leave(&v);
	free(value);
}

static void expect_target_of(size_t size, int status)
{
	char *target = long_text(size), *request;
	struct visitor v;

	target[0] = '/';
	request = malloc(size + 64);
	sprintf(request, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", target);
	visitor_connect(&v);
	live_send_text(v.fd, request);
	visitor_expect(&v, status, NULL);
	visitor_leave(&v);
	free(request);
	free(target);
}

static void expect_fields(size_t n, int status)
{
	char *fields = many("A: b\r\n", n - 1);
	struct visitor v;

	visitor_connect(&v);
	live_send_text(v.fd, GET("/public/quick.txt"));
	live_send_text(v.fd, fields);
	live_send_text(v.fd, "\r\n");
	visitor_expect(&v, status, NULL);
	visitor_leave(&v);
	free(fields);
}

Test(tcp, rfc9110_15_5_15_and_rfc6585_5_limits)
{
	site_open(none);
	expect_target_of(8000, 302);
	expect_target_of(8001, 414);
	expect_target_of(20000, 414);
	expect_head_of(16384, 200);
	expect_head_of(16385, 431);
	expect_fields(100, 200);
	expect_fields(101, 431);
	site_close();
}

static const char *const impatient[] = {
	"--head-timeout", "0.3", "--idle-timeout", "0.3", NULL};

static void expect_after(uint32_t since, uint32_t ms)
{
	uint32_t took = now_ms() - since;

	cr_expect(took + 20 >= ms && took < ms + 1000, "%u ms", took);
}

/* The time for a head counts from its first byte, however it goes on. */
static void trickle(struct visitor *v, const char *text)
{
	uint32_t since = now_ms();

	for (; *text && now_ms() - since < 2000; text++) {
		if (send(v->fd, text, 1, MSG_NOSIGNAL) < 0)
			break;
		usleep(30000);
		if (recv(v->fd, v->bytes, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
			break;
	}
	expect_after(since, 300);
	visitor_expect(v, 408, NULL);
	visitor_expect_end(v);
}

Test(tcp, rfc9110_15_5_9_a_head_that_trickles)
{
	static const char slow[] =
		GET("/public/quick.txt") "Slow: this is a field that takes "
					 "longer than anyone waits for\r\n";
	struct visitor first, second;

	site_open(impatient);
	visitor_connect(&first);
	trickle(&first, slow);
	visitor_connect(&second);
	live_send_text(second.fd, GET("/public/quick.txt") "\r\n");
	visitor_expect(&second, 200, "quick");
	trickle(&second, slow);
	visitor_leave(&first);
	visitor_leave(&second);
	site_close();
}

Test(tcp, a_hundred_slow_heads_hold_up_nobody)
{
	static struct visitor slow[100];
	uint32_t since;

	site_open(impatient);
	since = now_ms();
	for (size_t i = 0; i < COUNT(slow); i++) {
		visitor_connect(&slow[i]);
		live_send_text(slow[i].fd, "GET / HTTP/1.1\r\nH");
	}
	expect_quick();
	visitor_expect(&slow[0], 408, NULL);
	expect_after(since, 300);
	for (size_t i = 1; i < COUNT(slow); i++)
		visitor_expect(&slow[i], 408, NULL);
	for (size_t i = 0; i < COUNT(slow); i++)
		visitor_leave(&slow[i]);
	site_close();
}

/* RFC 9112 9.5: a client that says nothing is told nothing. */
Test(tcp, 9_5_idle_connections_end_silently)
{
	struct visitor fresh, used;
	uint32_t since;

	site_open(impatient);
	visitor_connect(&fresh);
	visitor_connect(&used);
	live_send_text(used.fd, GET("/public/quick.txt") "\r\n");
	visitor_expect(&used, 200, "quick");
	since = now_ms();
	visitor_expect_end(&fresh);
	visitor_expect_end(&used);
	expect_after(since, 300);
	visitor_leave(&fresh);
	visitor_leave(&used);
	site_close();
}

/* Such a client would wait for an answer in TLS, and the server for the end of
 * a line. */
Test(tcp, a_client_that_speaks_tls_is_told_at_once)
{
	static const char hello[] = "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03"
				    "\x03\x01\x23\x45\x67\x89\xab\xcd\xef";
	uint32_t since;
	struct visitor v;

	site_open(none);
	visitor_connect(&v);
	since = now_ms();
	live_send(v.fd, hello, sizeof hello - 1);
	visitor_expect(&v, 400, NULL);
	visitor_expect_end(&v);
	cr_expect_lt(now_ms() - since, 1000);
	visitor_leave(&v);
	site_close();
}

Test(tcp, names_in_korean)
{
	struct visitor v;

	cr_assert_eq(mkdir(site_path("그림"), 0755), 0);
	site_write_text("안녕 하세요.txt", "hello");
	site_write_text("그림/index.html", "pictures");
	site_open(none);
	visitor_connect(&v);
	live_send_text(v.fd,
		GET("/public/%EC%95%88%EB%85%95%20"
		    "%ed%95%98%EC%84%B8%EC%9A%94.txt") "\r\n" GET("/public/"
								  "%EA%B7%"
								  "B8%"
								  "EB%A6%"
								  "BC/") "\r"
									 "\n" GET("/public/%EA%B7%B8%EB%A6%BC") "\r\n" GET(
										 "/public/그림/") "\r\n");
	visitor_expect(&v, 200, "hello");
	visitor_expect(&v, 200, "pictures");
	cr_expect(strstr(visitor_hears(&v).head,
		"\r\nLocation: /public/%EA%B7%B8%EB%A6%BC/\r\n"));
	/* RFC 3986 2: what is not ASCII is encoded in a URI */
	visitor_expect(&v, 400, NULL);
	visitor_expect_end(&v);
	visitor_leave(&v);
	site_close();
}
