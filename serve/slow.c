/* slow.c - does a peer read what it is sent? */
#include "serve/slow.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

/* A peer that takes a byte now and then could otherwise hold its memory for
 * ever. */
#define RATE_MS 60000
#define RATE_MIN (60u * 1024)

static uint32_t taken(const struct slow *s, int fd)
{
	int unread = 0;

	ioctl(fd, TIOCOUTQ, &unread); /* SIOCOUTQ, as tcp(7) calls it */
	return s->given - (uint32_t)unread;
}

static void begin_window(struct slow *s, int fd, uint32_t now)
{
	s->since = now;
	s->given -= taken(s, fd);
	s->taken = 0;
}

void slow_begin(struct slow *s, int fd, uint32_t now)
{
	begin_window(s, fd, now);
	s->looks = 0;
}

bool slow_reads(struct slow *s, int fd, uint32_t now)
{
	uint32_t before = s->taken;

	s->taken = taken(s, fd);
	s->looks = s->taken == before ? s->looks + 1 : 0;
	if (s->looks == SLOW_LOOKS)
		return false;
	if (now - s->since < RATE_MS)
		return true;
	if (s->taken < RATE_MIN)
		return false;
	begin_window(s, fd, now);
	return true;
}

void slow_reset(int fd)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}
