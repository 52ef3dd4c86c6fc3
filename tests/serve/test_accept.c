/* test_accept.c - which clients are let in, and which are turned away, when
 * there are no descriptors left. */
#include "tests/lib/live.h"

#include "serve/accept.h"
#include "serve/listen.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct acceptor acceptor;
static struct live live; /* its port is that of a listener of this process */
static int epoll, listeners[2];
static uint32_t ports[2];

static bool open_acceptor(int on, size_t n)
{
	static struct listening listening;

	listening.n = n;
	memcpy(listening.fds, listeners, sizeof listeners);
	return accept_open(&acceptor, on, &listening, NULL);
}

static void begin(void)
{
	int fds[LISTEN_MAX];

	epoll = epoll_create1(0);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(
			listen_open("127.0.0.1", &ports[i], false, fds), 1);
		listeners[i] = fds[0];
	}
	cr_assert(open_acceptor(epoll, 2));
}

static void end(void)
{
	accept_close(&acceptor);
	for (int i = 0; i < 2; i++)
		close(listeners[i]);
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

/* Uses up every descriptor that is not open now. */
static void use_up_files(void)
{
	int next = fcntl(0, F_DUPFD, 0);

	close(next);
	allow_files((rlim_t)next);
}

/* Returns on how many listeners the epoll reports clients. */
static int heard(void)
{
	struct epoll_event events[4];

	return epoll_wait(epoll, events, 4, 20);
}

static void expect_let_in(int which)
{
	int peer = knock(which), fd;

	cr_expect_eq(heard(), 1);
	cr_expect(accept_next(&acceptor, &acceptor.listeners[which], 0, &fd));
	cr_expect(fd >= 0);
	close(fd);
	close(peer);
	cr_expect(!accept_next(&acceptor, &acceptor.listeners[which], 0, &fd),
		"one more client");
	cr_expect(!acceptor.is_paused);
}

Test(accept, a_client_is_let_in)
{
	begin();
	expect_let_in(0);
	expect_let_in(1);
	end();
}

Test(accept, one_client_too_many_gets_503)
{
	char answer[256];
	int peer, fd;

	begin();
	peer = knock(0);
	use_up_files();
	cr_expect(accept_next(&acceptor, &acceptor.listeners[0], 0, &fd));
	cr_expect_eq(fd, -1);
	live_read_all(peer, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 503 ", 13));
	cr_expect(strstr(answer, "\r\nRetry-After: 5\r\n"));
	cr_expect_eq(acceptor.turned_away, 1);
	close(peer);
	allow_files(0);
	expect_let_in(0);
	end();
}

/* Another part of the program takes the descriptor of the reserve. */
static void lose_reserve(void)
{
	close(acceptor.reserve);
	acceptor.reserve = -1;
	cr_assert(fcntl(0, F_DUPFD, 0) >= 0);
	use_up_files();
}

/* Waiting clients do not wake the loop until the pause is over. */
Test(accept, it_pauses_when_no_client_can_be_told)
{
	int peer, fd;

	begin();
	peer = knock(0);
	cr_expect_eq(heard(), 1);
	lose_reserve();
	cr_expect(!accept_next(&acceptor, &acceptor.listeners[0], 1000, &fd));
	cr_expect(acceptor.is_paused);
	cr_expect_eq(heard(), 0);
	accept_resume(&acceptor, 1000 + ACCEPT_PAUSE_MS - 1);
	cr_expect_eq(heard(), 0);
	accept_resume(&acceptor, 1000 + ACCEPT_PAUSE_MS);
	cr_expect_eq(heard(), 1, "it is tried again");
	allow_files(0);
	cr_expect(accept_next(&acceptor, &acceptor.listeners[0], 2000, &fd));
	cr_expect(fd >= 0);
	close(fd);
	close(peer);
	expect_let_in(1);
	end();
}

/* One of the two listeners could be changed, and the other could not. */
Test(accept, paused_or_resumed_halfway)
{
	int peers[2], fd;

	begin();
	for (int i = 0; i < 2; i++)
		peers[i] = knock(i);
	lose_reserve();
	source_watch(&acceptor.listeners[0], epoll, 0);
	cr_expect(!accept_next(&acceptor, &acceptor.listeners[0], 0, &fd));
	cr_expect(acceptor.is_paused);
	cr_expect_eq(heard(), 0);
	source_watch(&acceptor.listeners[0], epoll, EPOLLIN | EPOLLEXCLUSIVE);
	accept_resume(&acceptor, ACCEPT_PAUSE_MS);
	cr_expect(!acceptor.is_paused);
	cr_expect_eq(heard(), 2);
	for (int i = 0; i < 2; i++)
		close(peers[i]);
	end();
}

Test(accept, it_cannot_be_opened)
{
	begin();
	end();
	use_up_files();
	cr_expect(!open_acceptor(epoll, 0));
	accept_close(&acceptor);
	allow_files(0);
	cr_expect(!open_acceptor(-1, 1));
	accept_close(&acceptor);
}
