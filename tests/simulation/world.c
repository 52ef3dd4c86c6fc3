/* world.c - what happens while the server waits. */
#include "tests/simulation/world.h"

#include "serve/client.h"
#include "tests/simulation/kernel.h"
#include "tests/simulation/say.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#define GONE_MS 300000  /* by then every silent peer is gone */
#define STOPPED_MS 6000 /* by then a server that stops has ended */
#define WAITS_MAX 20000 /* until then */
#define IDLE_MAX 100    /* wake-ups in a row that do nothing */

static void read_all(struct stream *s)
{
	s->room += s->unacked;
	s->unacked = 0;
}

static void arrive_all(struct stream *s)
{
	s->arrived = s->said_len;
}

static void each(void (*fn)(struct stream *))
{
	for (size_t i = 0; i < kernel.n; i++)
		fn(&kernel.streams[i]);
}

static void send_eof(struct stream *s)
{
	s->eof = true;
}

/* With room for one byte, a peer that reads would need a wake-up for each. */
static void make_room(struct stream *s)
{
	s->room += 65536;
}

void world_begins(void)
{
	kernel.may_fail = true;
}

static void stop(void)
{
	kernel.stopping = true;
}

/* The bytes that decide are used up: now everything has to end. */
static void begin_to_end(void)
{
	kernel.is_ending = true;
	kernel.ended_at = kernel.now;
	kernel.waits = 0;
	kernel.fds_max = FDS_MAX;
	kernel.is_exhausted = false;
	each(arrive_all);
	if (kernel.ending == ENDING_EOF)
		each(send_eof);
	if (kernel.ending == ENDING_READ)
		each(make_room);
	if (kernel.ending == ENDING_STOP)
		stop();
}

static void connect_peer(unsigned how)
{
	static const uint32_t rooms[] = {
		1 << 20, 65536, 4096, 100, 1, 300000, 2500, 1 << 18};

	if (kernel.n < STREAMS_MAX)
		kernel.streams[kernel.n++].room = rooms[how % 8];
}

static void pass_time(void)
{
	static const int64_t jumps[] = {(1ll << 32) - 1000, 1ll << 31,
		(1ll << 31) - 1, 1ll << 32, 86400000, 3600000};
	unsigned much = kernel_byte();

	if (much < 192)
		kernel.now += much;
	else if (much < 224)
		kernel.now += (much - 192) * 100;
	else if (much < 250)
		kernel.now += (much - 224) * 1000;
	else if (!kernel.stopping) {
		kernel.now += jumps[much - 250];
		/* a pause of half of 49 days and more cannot be measured */
		kernel.has_skipped = true;
	}
}

/* Events that do not belong to one peer. */
static void something_else(void)
{
	switch (kernel_byte() % 10) {
	case 0:
		if (kernel_byte() % 16 == 1)
			stop();
		break;
	case 1:
		kernel.reports = true;
		break;
	case 2:
		kernel.wall = (int64_t)kernel_random(1u << 31) * 2;
		break;
	case 3:
		each(arrive_all);
		break;
	case 4: /* no descriptor is left, or one */
		kernel.fds_max =
			FDS_MAX - kernel_count(FD_NONE) + (kernel_byte() % 2);
		break;
	case 5:
		kernel.is_exhausted = !kernel.is_exhausted;
		break;
	case 6:
		kernel.fds_max = FDS_MAX;
		break;
	case 7: /* it was stopped for a while, as Ctrl-Z does */
		kernel.now += 1000 * (int64_t)(kernel_byte() % 64);
		kernel.is_interrupted = true;
		break;
	default:
		each(read_all);
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void peer_does(struct stream *s, unsigned what)
{
	size_t much = kernel_byte(), n;

	if (what == 2) {
		say(s, (unsigned)much & 127);
		s->arrived = much & 128 ? s->arrived : s->said_len;
	} else if (what == 3) {
		s->arrived = least(s->said_len, s->arrived + much * much + 1);
	} else if (what == 4) {
		n = least(s->unacked, much ? much * much * 4 : s->unacked);
		s->unacked -= n;
		s->room += n;
	} else if (much % 4) {
		s->eof |= s->arrived == s->said_len;
		s->is_mute |= s->eof;
	} else {
		s->reset = s->is_mute = true;
	}
}

/* Returns false when the server is to be woken now. */
static bool happens(void)
{
	unsigned what = kernel_byte();

	kernel_trace("happens: %u %u", what % 8, what / 8);
	if (what % 8 == 0)
		return false;
	if (what % 8 == 1)
		connect_peer(what / 8);
	else if (what % 8 == 6)
		pass_time();
	else if (what % 8 == 7)
		something_else();
	else if (kernel.n)
		peer_does(&kernel.streams[what / 8 % kernel.n], what % 8);
	return true;
}

/* Has the server read all of the next thing that was noted? */
static bool is_due(const struct notes *notes, size_t read)
{
	return notes->done < notes->n && notes->all[notes->done].end <= read;
}

/* The server sleeps, so there is nothing that it could do for this peer. */
static void check_sleep(const struct descriptor *d)
{
	const struct client *cl = d->source;
	const struct stream *s = d->stream;
	const struct heard *h = &s->heard;

	LAW(cl->wait == conn_waits_for(&cl->conn),
		"it waits for %d with the deadline of %d",
		conn_waits_for(&cl->conn), cl->wait);
	if (!s->room || s->reset || s->is_shut)
		return;
	LAW(h->sent.done == h->sent.n || h->close_has_come,
		"it sleeps, and %zu messages are not sent",
		h->sent.n - h->sent.done);
	LAW(s->read == s->arrived || h->is_last,
		"it sleeps, and %zu bytes are not read", s->arrived - s->read);
	LAW(h->is_last || h->is_socket || !is_due(&h->requests, s->read),
		"it sleeps, and a request is not answered");
	LAW(!is_due(&h->messages, s->read) || h->closed || !h->opened ||
			h->close_is_sent,
		"it sleeps, and a message is not delivered");
}

static void check_wait(int ms)
{
	kernel.idle = kernel.has_worked ? 0 : kernel.idle + 1;
	kernel.has_worked = false;
	kernel.calls = 0;
	LAW(kernel.idle < IDLE_MAX, "it spins");
	LAW(ms >= 0 || !kernel_count(FD_STREAM), "a peer without a deadline");
	LAW(!kernel.stopping || kernel.now - kernel.stopped_at < STOPPED_MS,
		"it does not stop");
	if (!kernel.is_ending)
		return;
	LAW(++kernel.waits < WAITS_MAX, "%u wake-ups for peers that are silent",
		kernel.waits);
	LAW(kernel.now - kernel.ended_at < GONE_MS,
		"%zu peers that are silent are not gone",
		kernel_count(FD_STREAM));
}

/* Returns true when something is ready. */
static bool let_happen(void)
{
	while (kernel.len && happens())
		;
	if (!kernel.len && !kernel.is_ending)
		begin_to_end();
	if (kernel.is_ending && kernel.ending == ENDING_READ)
		each(read_all);
	return kernel_has_ready();
}

static int interrupted(void)
{
	errno = EINTR;
	return -1;
}

/* The whole time passes, or a part of it while things may still happen. */
static int sleep_for(int ms)
{
	for (int i = 0; i < FDS_MAX; i++)
		if (kernel.fds[i].kind == FD_STREAM)
			check_sleep(&kernel.fds[i]);
	kernel.has_worked = true;
	if (ms < 0 || (kernel.len && kernel_random(8)))
		ms = 1;
	kernel.now += ms;
	return 0;
}

int world_wait(struct epoll_event *events, int max, int ms)
{
	bool was_stopping = kernel.stopping, ready;

	kernel_trace("wait %d ms", ms);
	check_wait(ms);
	kernel.is_interrupted = kernel.has_skipped = false;
	ready = let_happen();
	if (kernel.is_ending && !kernel_count(FD_STREAM) && !kernel_queued())
		stop();
	if (kernel.stopping && !was_stopping) {
		kernel.stopped_at = kernel.now;
		return interrupted();
	}
	if (kernel.is_interrupted || kernel_fails())
		return interrupted();
	if (ready)
		return kernel_ready(events, max);
	return ms ? sleep_for(ms) : 0;
}
