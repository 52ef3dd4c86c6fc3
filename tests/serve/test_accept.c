/* test_accept.c - who is let in, and who is turned away, when there are no
 * descriptors left. */
#include "tests/lib/live.h"

#include "serve/accept.h"
#include "serve/listen.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct accept door;
static struct live live; /* two doors, in this process: only their ports */
static int epoll, listeners[2];
static uint32_t ports[2];

static void begin(void)
{
	int fds[LISTEN_MAX];

	epoll = epoll_create1(0);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(
			listen_open("127.0.0.1", &ports[i], false, fds), 1);
		listeners[i] = fds[0];
	}
	cr_assert(accept_open(&door, epoll, listeners, 2));
}

static void end(void)
{
	accept_close(&door);
	close(epoll);
}

static int knock(int which)
{
	live.port = (int)ports[which];
	return live_connect(&live);
}

static void allow_files(rlim_t n)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = n ? n : limit.rlim_max;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* From here on there is no descriptor that is not open now. */
static void use_up_files(void)
{
	int next = fcntl(0, F_DUPFD, 0);

	close(next);
	allow_files((rlim_t)next);
}

/* At how many doors does somebody wait, who is heard of? */
static int heard(void)
{
	struct epoll_event events[4];

	return epoll_wait(epoll, events, 4, 20);
}

static void expect_let_in(int which)
{
	int peer = knock(which), fd;

	cr_expect_eq(heard(), 1);
	cr_expect(accept_accept(&door, listeners[which], 0, &fd));
	cr_expect(fd >= 0);
	close(fd);
	close(peer);
	cr_expect(!accept_accept(&door, listeners[which], 0, &fd), "one more");
	cr_expect(!door.shut);
}

Test(door, who_comes_is_let_in)
{
	begin();
	expect_let_in(0);
	expect_let_in(1);
	end();
}

Test(door, who_is_too_much_is_told)
{
	char answer[256];
	int peer, fd;

	begin();
	peer = knock(0);
	use_up_files();
	cr_expect(accept_accept(&door, listeners[0], 0, &fd));
	cr_expect_eq(fd, -1);
	live_read_all(peer, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 503 ", 13));
	cr_expect(strstr(answer, "\r\nRetry-After: 5\r\n"));
	cr_expect_eq(door.turned_away, 1);
	close(peer);
	allow_files(0);
	expect_let_in(0);
	end();
}

/* The one in reserve is lost to somebody else. */
static void lose_reserve(void)
{
	close(door.reserve);
	door.reserve = -1;
	cr_assert(fcntl(0, F_DUPFD, 0) >= 0);
	use_up_files();
}

/* Who waits is not heard of until it is opened again. */
Test(door, it_is_shut_when_nobody_can_be_told)
{
	int peer, fd;

	begin();
	peer = knock(0);
	cr_expect_eq(heard(), 1);
	lose_reserve();
	cr_expect(!accept_accept(&door, listeners[0], 1000, &fd));
	cr_expect(door.shut);
	cr_expect_eq(heard(), 0);
	accept_look(&door, 1000 + ACCEPT_PAUSE_MS - 1);
	cr_expect_eq(heard(), 0);
	accept_look(&door, 1000 + ACCEPT_PAUSE_MS);
	cr_expect_eq(heard(), 1, "it is tried again");
	allow_files(0);
	cr_expect(accept_accept(&door, listeners[0], 2000, &fd));
	cr_expect(fd >= 0);
	close(fd);
	close(peer);
	expect_let_in(1);
	end();
}

/* It could be moved on one hinge only. */
Test(door, shut_or_opened_half_way)
{
	struct epoll_event event = {
		.events = EPOLLIN, .data.ptr = (void *)&listeners[0]};
	int peers[2], fd;

	begin();
	for (int i = 0; i < 2; i++)
		peers[i] = knock(i);
	lose_reserve();
	epoll_ctl(epoll, EPOLL_CTL_DEL, listeners[0], NULL);
	cr_expect(!accept_accept(&door, listeners[0], 0, &fd));
	cr_expect(door.shut);
	cr_expect_eq(heard(), 0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listeners[0], &event);
	accept_look(&door, ACCEPT_PAUSE_MS);
	cr_expect(!door.shut);
	cr_expect_eq(heard(), 2);
	for (int i = 0; i < 2; i++)
		close(peers[i]);
	end();
}

Test(door, it_cannot_be_opened)
{
	begin();
	end();
	use_up_files();
	cr_expect(!accept_open(&door, epoll, listeners, 0));
	accept_close(&door);
	allow_files(0);
	cr_expect(!accept_open(&door, -1, listeners, 1));
	accept_close(&door);
}
