/* slow.c - does a peer read what it is sent? */
#include "serve/slow.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

/* A peer that takes a byte now and then could otherwise hold its memory for
 * ever. */
#define RATE_MS 60000
#define RATE_MIN (60u * 1024)

uint32_t slow_taken(const struct slow *s, int fd)
{
	int unread = 0;

	ioctl(fd, TIOCOUTQ, &unread); /* SIOCOUTQ, as tcp(7) calls it */
	return s->given - (uint32_t)unread;
}

static void begin_window(struct slow *s, int fd, uint32_t now)
{
	s->since = now;
	s->given -= slow_taken(s, fd);
	s->taken = 0;
}

void slow_begin(struct slow *s, int fd, uint32_t now)
{
	begin_window(s, fd, now);
	s->looks = 0;
}

void slow_correct(struct slow *s, int fd, uint32_t before)
{
	int32_t fell = (int32_t)(before - slow_taken(s, fd));

	if (fell > 0)
		s->given += (uint32_t)fell;
}

/* The portion that the peer is reading does not count yet. So a window may lack
 * as much as that, but the next one must make up for it. */
static bool has_rate(struct slow *s, int fd, uint32_t now)
{
	if (s->taken + SLOW_PORTION < RATE_MIN)
		return false;
	if (s->taken >= RATE_MIN) {
		begin_window(s, fd, now);
	} else {
		s->since += RATE_MS;
		s->given -= RATE_MIN;
		s->taken -= RATE_MIN;
	}
	return true;
}

bool slow_reads(struct slow *s, int fd, uint32_t now)
{
	uint32_t before = s->taken;

	s->taken = slow_taken(s, fd);
	s->looks = s->taken == before ? s->looks + 1 : 0;
	return s->looks < SLOW_LOOKS &&
	       (now - s->since < RATE_MS || has_rate(s, fd, now));
}

void slow_reset(int fd)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}
