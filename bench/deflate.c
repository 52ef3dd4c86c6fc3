/* deflate.c - our codec beside zlib, in one run: what messages of four kinds
 * become, and how long that takes.
 *
 *     deflate                         three tables: sizes, and times
 *     deflate ours|zlib WORK KIND N   does one work with N messages of kind 0
 *                                     to 3, so that it can be counted
 *
 * bench/codec builds and runs it, and has valgrind count the instructions. */
#include "deflate/compress.h"
#include "deflate/inflate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define MESSAGES 64 /* of a kind; each is a little different */
#define ROUNDS 15
#define WINDOW 10 /* bits: what --deflate-window is; of times, and of inflate */

/* Stops when something fails that cannot. */
static void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "bench/deflate: %s\n", what);
	exit(1);
}

static struct buf messages[MESSAGES];

static const char *const words[] = {"the", "server", "answers", "what", "a",
	"client", "asks", "and", "then", "waits", "until", "another", "frame",
	"arrives", "with", "more", "bytes", "for", "it", "to", "read", "in",
	"order", "because", "nothing", "is", "lost", "on", "its", "way",
	"through", "network", "whose", "every", "part", "may", "be", "slow"};

static unsigned any(unsigned n)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static const char *word(void)
{
	return words[any(sizeof words / sizeof *words)];
}

static void add_chat(struct buf *b)
{
	buf_printf(b,
		"{\"type\":\"chat\",\"room\":\"lobby\",\"from\":\"%s%u\","
		"\"text\":\"%s %s %s, %s?\"}",
		word(), any(100), word(), word(), word(), word());
}

static void add_event(struct buf *b)
{
	buf_printf(b,
		"{\"id\":%u,\"time\":\"2026-03-%02uT%02u:%02u:%02uZ\","
		"\"sensor\":\"%s\",\"value\":%u.%u,\"unit\":\"C\","
		"\"state\":\"%s\",\"ok\":%s}",
		any(1000000), 1 + any(28), any(24), any(60), any(60), word(),
		any(40), any(10), word(), any(2) ? "true" : "false");
}

static void add_prose(struct buf *b)
{
	buf_printf(b, "%s%s", word(), any(9) ? " " : any(3) ? ", " : ". ");
}

static const struct kind {
	const char *name;
	size_t size;
	void (*add)(struct buf *);
} kinds[] = {
	{"76 B chat", 76, add_chat},
	{"125 B JSON", 125, add_event},
	{"1 KiB JSON", 1024, add_event},
	{"4 KiB prose", 4096, add_prose},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static void make(const struct kind *kind)
{
	for (int i = 0; i < MESSAGES; i++) {
		messages[i].len = 0;
		while (messages[i].len < kind->size)
			kind->add(&messages[i]);
		messages[i].len = kind->size;
	}
}

/* One of the two that are compared. Messages are taken in order, and with
 * context takeover (`kept`) 0 begins a new connection. Each returns the bytes of
 * its output. */
struct codec {
	const char *name;
	size_t (*compress)(int message, bool kept);
	size_t (*inflate)(int message, bool kept);
};

/* What is inflated: by zlib compressed, without the four bytes left out. */
static struct buf compressed[2][MESSAGES];

static struct compress ours_out;
/* Of both ends. */
static unsigned char out_bytes[1 << 15], in_bytes[1 << WINDOW];
static struct window out_window = {.bytes = out_bytes, .bits = WINDOW};
static struct inflate ours_in = {
	.max_output = 1 << 20, .window = {.bytes = in_bytes, .bits = WINDOW}};

static size_t ours_compress(int i, bool kept)
{
	if (!i || !kept)
		out_window.len = 0;
	must(compress_message(
		     &ours_out, &out_window, messages[i].data, messages[i].len),
		"ours has not compressed");
	if (kept)
		window_add(&out_window, messages[i].data, messages[i].len);
	return ours_out.out.len;
}

static size_t ours_inflate(int i, bool kept)
{
	struct buf *m = &compressed[kept][i], *out = &ours_in.out;

	if (!i || !kept)
		ours_in.window.len = 0;
	must(!inflate_message(&ours_in, m->data, m->len),
		"ours has not inflated");
	if (kept)
		window_add(&ours_in.window, out->data, out->len);
	return out->len;
}

static z_stream z_out, z_in;
static unsigned char z_bytes[1 << 20];

static size_t z_compress(int i, bool kept)
{
	if (!kept || !i)
		deflateReset(&z_out);
	z_out.next_in = messages[i].data;
	z_out.avail_in = (uInt)messages[i].len;
	z_out.next_out = z_bytes;
	z_out.avail_out = sizeof z_bytes;
	must(deflate(&z_out, Z_SYNC_FLUSH) == Z_OK, "zlib has not compressed");
	return sizeof z_bytes - z_out.avail_out - 4;
}

static size_t z_inflate(int i, bool kept)
{
	struct buf *m = &compressed[kept][i];

	if (!kept || !i)
		inflateReset(&z_in);
	z_in.next_in = m->data;
	z_in.avail_in = (uInt)m->len + 4; /* the four stand there */
	z_in.next_out = z_bytes;
	z_in.avail_out = sizeof z_bytes;
	must(inflate(&z_in, Z_SYNC_FLUSH) == Z_OK, "zlib has not inflated");
	return sizeof z_bytes - z_in.avail_out;
}

static const struct codec ours = {"ours", ours_compress, ours_inflate};
static const struct codec zlib = {"zlib", z_compress, z_inflate};

static void begin(int level, int bits)
{
	out_window.bits = (uint8_t)bits;
	deflateEnd(&z_out);
	must(deflateInit2(&z_out, level, Z_DEFLATED, -bits, 8,
		     Z_DEFAULT_STRATEGY) == Z_OK,
		"zlib does not begin");
}

/* Makes what is inflated. */
static void compress_all(void)
{
	for (int kept = 0; kept < 2; kept++)
		for (int i = 0; i < MESSAGES; i++) {
			struct buf *m = &compressed[kept][i];
			size_t n = z_compress(i, kept);

			m->len = 0;
			must(buf_append(m, z_bytes, n + 4), "no memory");
			m->len = n;
		}
}

static size_t bytes(const struct codec *codec, bool kept)
{
	size_t sum = 0;

	for (int i = 0; i < MESSAGES; i++)
		sum += codec->compress(i, kept);
	return sum;
}

static void print_sizes(void)
{
	printf("| message | bytes | context takeover | ours | zlib, level 6 | "
	       "ours over zlib's |\n|---|--:|---|--:|--:|--:|\n");
	begin(6, WINDOW);
	for (size_t k = 0; k < KINDS; k++) {
		make(&kinds[k]);
		for (int kept = 0; kept < 2; kept++) {
			double a = (double)bytes(&ours, kept) / MESSAGES;
			double b = (double)bytes(&zlib, kept) / MESSAGES;

			printf("| %s | %zu | %s | %.0f | %.0f | %.2f |\n",
				kinds[k].name, kinds[k].size,
				kept ? "yes" : "no", a, b, a / b);
		}
	}
}

/* The same for every window that zlib can do, by the largest of the ratios without
 * and with context takeover. */
static void print_windows(void)
{
	printf("\n| ours over zlib's, windows of | 2^9 | 2^10 | 2^11 | 2^12 | "
	       "2^13 | 2^14 | 2^15 |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
	for (size_t k = 0; k < KINDS; k++) {
		make(&kinds[k]);
		printf("| %s |", kinds[k].name);
		for (int bits = 9; bits <= 15; bits++) {
			double most = 0;

			begin(6, bits);
			for (int kept = 0; kept < 2; kept++) {
				double is = (double)bytes(&ours, kept) /
					    (double)bytes(&zlib, kept);

				most = is > most ? is : most;
			}
			printf(" %.2f |", most);
		}
		puts("");
	}
}

enum work { COMPRESS, COMPRESS_KEPT, INFLATE, INFLATE_KEPT, WORKS };
static const char *const works[] = {
	"compress", "compress-kept", "inflate", "inflate-kept"};

static void do_work(const struct codec *codec, enum work work, int i)
{
	bool kept = work == COMPRESS_KEPT || work == INFLATE_KEPT;

	i %= MESSAGES;
	if (work <= COMPRESS_KEPT)
		codec->compress(i, kept);
	else
		codec->inflate(i, kept);
}

/* Microseconds of this process for one message. */
static double measure(const struct codec *codec, enum work work, int n)
{
	struct timespec a, b;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (int i = 0; i < n; i++)
		do_work(codec, work, i);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	return ((double)(b.tv_sec - a.tv_sec) * 1e6 +
		       (double)(b.tv_nsec - a.tv_nsec) / 1e3) /
	       n;
}

/* Both in turn; of each the round with the least disturbance counts. */
static void print_time(size_t k, enum work work)
{
	double least[2] = {1e9, 1e9};
	int n = (int)(200000 / kinds[k].size);

	for (int round = 0; round < ROUNDS; round++)
		for (int who = 0; who < 2; who++) {
			double us = measure(who ? &zlib : &ours, work, n);

			if (us < least[who])
				least[who] = us;
		}
	printf("| %s, %s | %.2f | %.2f | %.2f |\n", works[work], kinds[k].name,
		least[0], least[1], least[0] / least[1]);
}

static void print_times(void)
{
	printf("\n| microseconds a message | ours | zlib, level 1 | "
	       "ours over zlib's |\n|---|--:|--:|--:|\n");
	begin(1, WINDOW);
	for (enum work work = 0; work < WORKS; work++)
		for (size_t k = 0; k < KINDS; k++) {
			make(&kinds[k]);
			compress_all();
			print_time(k, work);
		}
}

static int count(char **argv)
{
	const struct codec *codec = argv[1][0] == 'o' ? &ours : &zlib;
	enum work work = 0;

	while (work < WORKS && strcmp(works[work], argv[2]))
		work++;
	must(work < WORKS, "no such work");
	begin(1, WINDOW);
	make(&kinds[(size_t)atoi(argv[3]) % KINDS]);
	compress_all();
	for (int i = 0; i < atoi(argv[4]); i++)
		do_work(codec, work, i);
	return 0;
}

int main(int argc, char **argv)
{
	must(inflateInit2(&z_in, -WINDOW) == Z_OK, "no memory");
	if (argc == 5)
		return count(argv);
	print_sizes();
	print_windows();
	print_times();
	return 0;
}
