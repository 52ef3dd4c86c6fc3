/* offer.c - the negotiation of permessage-deflate: RFC 7692, sections 5 and 7.1.
 *
 *     Chromium   permessage-deflate; client_max_window_bits
 *     Firefox    permessage-deflate
 *     our 101    permessage-deflate; client_max_window_bits=10
 *                permessage-deflate; client_no_context_takeover */
#include "deflate/offer.h"

#include "buf.h"

#define LARGEST 15 /* where nothing is said: RFC 7692 7.1.2 */

/* RFC 7692 7.1: the four parameters. Those from SERVER_BITS on have a value. */
enum { SERVER_FORGETS, CLIENT_FORGETS, SERVER_BITS, CLIENT_BITS, PARAMETERS };

static const char *const names[PARAMETERS] = {"server_no_context_takeover",
	"client_no_context_takeover", "server_max_window_bits",
	"client_max_window_bits"};

/* The values that were read: 0 where a parameter is not there, and this where it
 * has no value. */
#define BARE 1

/* RFC 7692 7.1.2.1: "a decimal integer without leading zeroes between 8 to 15".
 * RFC 6455 9.1 lets a value be quoted. Returns 0 when it is something else. */
static int read_bits(struct slice s)
{
	int bits = 0;

	for (size_t i = 0; i < s.len && bits <= LARGEST; i++)
		if (slice_in_class(s.p[i], SLICE_DIGIT) &&
			(bits || s.p[i] != '0'))
			bits = bits * 10 + s.p[i] - '0';
		else if (s.p[i] != '"' && s.p[i] != '\\')
			return 0;
	return bits >= 8 && bits <= LARGEST ? bits : 0;
}

/* RFC 7692 7.1: declined is what "contains a parameter not defined", "with an
 * invalid value", or several "with the same name". */
static bool read_all(int values[PARAMETERS], struct slice s)
{
	struct slice value, name = slice_cut(s, ';', &s);

	if (!slice_is(slice_trim(name), "permessage-deflate"))
		return false;
	while (s.p) {
		int i = 0;

		name = slice_cut(slice_cut(s, ';', &s), '=', &value);
		while (i < PARAMETERS && !slice_is(slice_trim(name), names[i]))
			i++;
		if (i == PARAMETERS || values[i])
			return false;
		values[i] = value.p ? read_bits(slice_trim(value)) : BARE;
		/* RFC 7692 7.1.2.2: an offer may say only that the client can
		 * limit its window */
		if (values[i] == BARE ? i == SERVER_BITS
				      : i < SERVER_BITS || !values[i])
			return false;
	}
	return true;
}

bool offer_accept(struct window ends[OFFER_ENDS], struct slice offer,
	int window, char *answer, size_t size)
{
	int values[PARAMETERS] = {0}, *client = &values[CLIENT_BITS], n;

	if (!read_all(values, offer))
		return false;
	/* RFC 7692 7.1.2.2: the answer may be smaller than what was offered */
	if (*client == BARE || *client > window)
		*client = window;
	/* RFC 7692 7.1.1.2: this may be answered unasked. A client that cannot
	 * limit its window would have us remember 32 KiB. */
	if (!*client && window < LARGEST)
		values[CLIENT_FORGETS] = BARE;
	n = buf_format(answer, size, "permessage-deflate");
	for (int i = 0; i < PARAMETERS; i++)
		if (values[i])
			n += buf_format(answer + n, size - (size_t)n,
				values[i] == BARE ? "; %s" : "; %s=%u",
				names[i], (unsigned)values[i]);
	return offer_read_answer(ends, (struct slice){answer, (size_t)n});
}

bool offer_read_answer(struct window ends[OFFER_ENDS], struct slice answer)
{
	int values[PARAMETERS] = {0};

	if (!read_all(values, answer) || values[CLIENT_BITS] == BARE)
		return false;
	for (int i = 0; i < OFFER_ENDS; i++) {
		int bits = values[SERVER_BITS + i];

		ends[i] = (struct window){
			.bits = (uint8_t)(bits ? bits : LARGEST),
			.forgets = values[SERVER_FORGETS + i]};
	}
	return true;
}
