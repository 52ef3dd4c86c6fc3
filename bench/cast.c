/* cast.c - a message that all clients hear: 125 bytes, "Anon: xxx...". */
#include "bench/cast.h"

#include <stdio.h>
#include <string.h>

#define HEARD 125
#define SAID (HEARD - 6) /* without "Anon: " */

static void say(const struct peer *c)
{
	char text[6 + 2 + HEARD + 50], xs[SAID + 1];
	int n;

	memset(xs, 'x', SAID);
	xs[SAID] = 0;
	/* the masking key is 0 */
	n = snprintf(text + 8, sizeof text - 8,
		"{\"type\":\"new_message\",\"payload\":\"%s\"}", xs);
	memcpy(text, "\x81\xFE\0\0\0\0\0\0", 8);
	text[3] = (char)n;
	peer_send(c, text, 8 + (size_t)n);
}

/* All wait for the next message: it is said. */
static void begin(struct crowd *crowd, struct peer *c)
{
	(void)c;
	if (crowd->begun % crowd->count == 0)
		say(&crowd->clients[0]);
}

static bool hears(struct crowd *crowd, struct peer *c, uint32_t events)
{
	char want[2 + HEARD] = "\x81\x7D"
			       "Anon: ";
	size_t len;
	unsigned char *p = peer_receive(c, &len);

	(void)events;
	memset(want + 8, 'x', SAID);
	if (!len || len > sizeof want - c->got || memcmp(p, want + c->got, len))
		die("%s: client %u has not heard what was said",
			crowd->target.name, c->number);
	c->got += len;
	return c->got == sizeof want;
}

/* The first one that has heard a message decides for all whether another one
 * follows. */
static struct peer *next(struct crowd *crowd, struct peer *done)
{
	bool is_first = crowd->begun % crowd->count == 0;

	if (!done)
		return crowd->next < crowd->count
			       ? &crowd->clients[crowd->next++]
			       : NULL;
	if (is_first && (crowd->begun >= crowd->limit || now() >= crowd->until))
		return NULL;
	return done;
}

const struct work cast_work = {begin, hears, next};
