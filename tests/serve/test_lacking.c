/* test_lacking.c - kernels that lack something: old ones, and those that only
 * imitate Linux. A filter of system calls (seccomp) plays them, and each test
 * and its server run under one. */
#include "tests/lib/live.h"

#include "serve/accept.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct live live;

#define LOW(n) (offsetof(struct seccomp_data, args) + 8 * (n))

/* From now on the call fails when its arguments n and n + 1 are these, here and
 * in what is started from here. */
static void lack(
	unsigned call, unsigned n, unsigned first, unsigned second, int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, LOW(n)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, LOW(n + 1)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

	cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		cr_skip("no filters of system calls here");
}

static void lack_option(int level, int name)
{
	lack(SYS_setsockopt, 1, (unsigned)level, (unsigned)name, ENOPROTOOPT);
}

/* It serves, and says once what it does without; NULL: nothing. */
static void expect_served(const char *workers, const char *says)
{
	static const char request[] = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
	char answer[4096], *line;
	int fd;

	live_start(&live, (const char *const[]){"--workers", workers, NULL});
	live_expect_log(&live, "Open http://localhost:");
	live_ask(&live, request, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	fd = live_socket(&live, "/echo");
	live_send_frame(fd, 0x81, "hi", 2);
	live_read(fd, answer, 4);
	cr_expect(!memcmp(answer, "\x81\2hi", 4));
	close(fd);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	line = says ? strstr(live.log, says) : NULL;
	cr_expect(!says || line, "it does not say %s:\n%s", says, live.log);
	cr_expect(!line || !strstr(line + 1, says), "twice:\n%s", live.log);
}

Test(lacking, tcp_nodelay)
{
	lack_option(IPPROTO_TCP, TCP_NODELAY);
	expect_served("1", "No TCP_NODELAY");
	expect_served("2", "No TCP_NODELAY");
}

Test(lacking, tcp_notsent_lowat)
{
	lack_option(IPPROTO_TCP, TCP_NOTSENT_LOWAT);
	expect_served("1", "No TCP_NOTSENT_LOWAT");
	expect_served("2", "No TCP_NOTSENT_LOWAT");
}

Test(lacking, so_reuseaddr)
{
	lack_option(SOL_SOCKET, SO_REUSEADDR);
	expect_served("1", NULL);
}

/* Workers share one socket, and all of them are woken by turns. */
Test(lacking, so_reuseport)
{
	lack_option(SOL_SOCKET, SO_REUSEPORT);
	expect_served("1", NULL);
	expect_served("3", "No SO_REUSEPORT");
}

Test(lacking, no_new_privs)
{
	cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	lack(SYS_prctl, 0, PR_SET_NO_NEW_PRIVS, 1, EINVAL);
	expect_served("1", "No no_new_privs");
	expect_served("2", "No no_new_privs");
}

Test(lacking, a_limit_on_files_that_is_fixed_or_unknown)
{
	lack(SYS_prlimit64, 0, 0, RLIMIT_NOFILE, EPERM);
	expect_served("1", "The limit on open files cannot be raised");
	cr_expect(strstr(live.log, "Up to 992 clients"), "%s", live.log);
}

/* An epoll that another epoll watches cannot be watched exclusively: that is
 * the same error. */
Test(lacking, epollexclusive)
{
	static struct listening listening = {.n = 2};
	int epoll = epoll_create1(0), *inner = listening.fds, fd;
	struct acceptor a;

	inner[0] = epoll_create1(0);
	inner[1] = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(listen(inner[1], 8), 0);
	cr_assert(accept_open(&a, epoll, &listening, NULL));
	cr_expect_eq(a.listeners[0].events, EPOLLIN);
	cr_expect_eq(a.listeners[1].events, EPOLLIN | EPOLLEXCLUSIVE);
	/* it can pause and go on as ever */
	a.is_paused = true;
	cr_expect(!accept_next(&a, &a.listeners[0], 0, &fd));
	cr_expect(a.is_paused);
	cr_expect_eq(a.listeners[0].events, 0);
	accept_resume(&a, ACCEPT_PAUSE_MS);
	cr_expect(!a.is_paused);
	cr_expect_eq(a.listeners[0].events, EPOLLIN);
	accept_close(&a);
	close(inner[0]);
	close(inner[1]);
	close(epoll);
}
