/* offer.c - the negotiation of permessage-deflate: RFC 7692, sections 5 and 7.1.
 *
 *     Chromium   permessage-deflate; client_max_window_bits
 *     Firefox    permessage-deflate
 *     our 101    permessage-deflate; client_max_window_bits=10
 *                permessage-deflate; client_no_context_takeover */
#include "deflate/offer.h"

#include <stdio.h>

#define LARGEST 15 /* where nothing is said: RFC 7692 7.1.2 */

/* RFC 7692 7.1: the four parameters. Those from SERVER_BITS on have a value. */
enum { SERVER_FORGETS, CLIENT_FORGETS, SERVER_BITS, CLIENT_BITS, PARAMETERS };

static const char *const names[PARAMETERS] = {"server_no_context_takeover",
	"client_no_context_takeover", "server_max_window_bits",
	"client_max_window_bits"};

struct parameters {
	bool has[PARAMETERS];
	int bits[PARAMETERS]; /* 0: without a value */
};

/* RFC 7692 7.1.2.1: "a decimal integer without leading zeroes between 8 to 15".
 * RFC 6455 9.1 lets a value be quoted. Returns 0 when it is something else. */
static int read_bits(struct slice s)
{
	int bits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			continue;
		if (!slice_in_class(s.p[i], SLICE_DIGIT) || bits > LARGEST ||
			(!bits && s.p[i] == '0'))
			return 0;
		bits = bits * 10 + s.p[i] - '0';
	}
	return bits >= 8 && bits <= LARGEST ? bits : 0;
}

/* RFC 7692 7.1: declined is what "contains a parameter not defined", "with an
 * invalid value", or several "with the same name". */
static bool read_parameter(struct parameters *p, struct slice s)
{
	struct slice value, name = slice_trim(slice_cut(s, '=', &value));
	int i = 0;

	while (i < PARAMETERS && !slice_is(name, names[i]))
		i++;
	if (i == PARAMETERS || p->has[i])
		return false;
	p->has[i] = true;
	/* RFC 7692 7.1.2.2: an offer may say only that the client can limit
	 * its window */
	if (!value.p)
		return i != SERVER_BITS;
	p->bits[i] = read_bits(slice_trim(value));
	return i >= SERVER_BITS && p->bits[i];
}

static bool read_all(struct parameters *p, struct slice s)
{
	struct slice rest, name = slice_cut(s, ';', &rest);

	*p = (struct parameters){0};
	if (!slice_is(slice_trim(name), "permessage-deflate"))
		return false;
	while (rest.p)
		if (!read_parameter(p, slice_cut(rest, ';', &rest)))
			return false;
	return true;
}

static struct agreement agree(const struct parameters *p)
{
	int server = p->bits[SERVER_BITS], client = p->bits[CLIENT_BITS];

	return (struct agreement){
		.server_bits = (unsigned char)(server ? server : LARGEST),
		.client_bits = (unsigned char)(client ? client : LARGEST),
		.server_forgets = p->has[SERVER_FORGETS],
		.client_forgets = p->has[CLIENT_FORGETS]};
}

bool offer_accept(struct agreement *a, struct slice offer, int window,
	char *answer, size_t size)
{
	struct parameters p;
	int n;

	if (!read_all(&p, offer))
		return false;
	/* RFC 7692 7.1.2.2: the answer may be smaller than what was offered */
	if (p.has[CLIENT_BITS] &&
		(!p.bits[CLIENT_BITS] || p.bits[CLIENT_BITS] > window))
		p.bits[CLIENT_BITS] = window;
	/* RFC 7692 7.1.1.2: this may be answered unasked. A client that cannot
	 * limit its window would have us remember 32 KiB. */
	if (!p.has[CLIENT_BITS] && window < LARGEST)
		p.has[CLIENT_FORGETS] = true;
	*a = agree(&p);
	n = snprintf(answer, size, "permessage-deflate");
	for (int i = 0; i < PARAMETERS; i++)
		if (p.has[i])
			n += snprintf(answer + n, size - (size_t)n,
				p.bits[i] ? "; %s=%d" : "; %s", names[i],
				p.bits[i]);
	return true;
}

bool offer_read_answer(struct agreement *a, struct slice answer)
{
	struct parameters p;

	if (!read_all(&p, answer) ||
		(p.has[CLIENT_BITS] && !p.bits[CLIENT_BITS]))
		return false;
	*a = agree(&p);
	return true;
}
