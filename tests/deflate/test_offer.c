/* test_offer.c - RFC 7692 5, 7.1: what each kind of offer is answered. */
#include "deflate/offer.h"
#include "ws/extension.h"

#include <criterion/criterion.h>
#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))
#define PMD "permessage-deflate"

struct row {
	const char *offer, *answer; /* NULL: declined */
	int window;                 /* 0: 10 */
	struct agreement {
		int bits[OFFER_ENDS];
		bool forgets[OFFER_ENDS];
	} is;
};

static const struct row rows[] = {
	/* one that cannot limit its window, as Firefox and Safari say it */
	{PMD, PMD "; client_no_context_takeover", 0, {{15, 15}, {false, true}}},
	{PMD, PMD, 15, {{15, 15}, {false, false}}},
	/* Chromium, npm ws, python's websockets */
	{PMD "; client_max_window_bits", PMD "; client_max_window_bits=10", 0,
		{{15, 10}, {false, false}}},
	{PMD ";client_max_window_bits", PMD "; client_max_window_bits=15", 15,
		{{15, 15}, {false, false}}},
	{PMD "; client_max_window_bits", PMD "; client_max_window_bits=8", 8,
		{{15, 8}, {false, false}}},
	/* the smaller of the two */
	{PMD "; client_max_window_bits=15", PMD "; client_max_window_bits=10",
		0, {{15, 10}, {false, false}}},
	{PMD "; client_max_window_bits=10", PMD "; client_max_window_bits=10",
		0, {{15, 10}, {false, false}}},
	{PMD "; client_max_window_bits=9", PMD "; client_max_window_bits=9", 0,
		{{15, 9}, {false, false}}},
	{PMD "; client_max_window_bits=8", PMD "; client_max_window_bits=8", 0,
		{{15, 8}, {false, false}}},
	/* the server's window exactly, 8 included */
	{PMD "; server_max_window_bits=8; client_max_window_bits",
		PMD "; server_max_window_bits=8; client_max_window_bits=10", 0,
		{{8, 10}, {false, false}}},
	{PMD "; client_max_window_bits; server_max_window_bits=15",
		PMD "; server_max_window_bits=15; client_max_window_bits=10", 0,
		{{15, 10}, {false, false}}},
	{PMD "; server_max_window_bits=12",
		PMD "; client_no_context_takeover; server_max_window_bits=12",
		0, {{12, 15}, {false, true}}},
	/* no context takeover, either way and both */
	{PMD "; server_no_context_takeover; client_max_window_bits",
		PMD "; server_no_context_takeover; client_max_window_bits=10",
		0, {{15, 10}, {true, false}}},
	{PMD "; client_no_context_takeover", PMD "; client_no_context_takeover",
		0, {{15, 15}, {false, true}}},
	{PMD "; client_no_context_takeover; client_max_window_bits",
		PMD "; client_no_context_takeover; client_max_window_bits=10",
		0, {{15, 10}, {false, true}}},
	{PMD "; server_no_context_takeover; client_no_context_takeover; "
	     "server_max_window_bits=9; client_max_window_bits=11",
		PMD "; server_no_context_takeover; client_no_context_takeover; "
		    "server_max_window_bits=9; client_max_window_bits=10",
		0, {{9, 10}, {true, true}}},
	/* RFC 6455 9.1: a value may be quoted, blanks may stand anywhere */
	{PMD "; client_max_window_bits=\"9\"", PMD "; client_max_window_bits=9",
		0, {{15, 9}, {false, false}}},
	{PMD "; client_max_window_bits=\"\\1\\0\"",
		PMD "; client_max_window_bits=10", 0,
		{{15, 10}, {false, false}}},
	{PMD " ;\tclient_max_window_bits = 9 ",
		PMD "; client_max_window_bits=9", 0, {{15, 9}, {false, false}}},
	/* another extension */
	{.offer = "x-webkit-deflate-frame"},
	{.offer = "permessage-deflat"},
	{.offer = "permessage-deflate2"},
	{.offer = "permessage-bzip2; client_max_window_bits"},
	/* unknown */
	{.offer = PMD "; foo"},
	{.offer = PMD "; foo=1; client_max_window_bits"},
	{.offer = PMD "; client_max_window_bit"},
	{.offer = PMD "; Client_Max_Window_Bits"},
	/* repeated */
	{.offer = PMD "; client_max_window_bits; client_max_window_bits"},
	{.offer = PMD "; client_max_window_bits=9; client_max_window_bits=9"},
	{.offer = PMD "; server_no_context_takeover; "
		      "server_no_context_takeover"},
	/* malformed */
	{.offer = PMD "; server_max_window_bits"},
	{.offer = PMD "; server_max_window_bits=7"},
	{.offer = PMD "; server_max_window_bits=16"},
	{.offer = PMD "; server_max_window_bits=08"},
	{.offer = PMD "; server_max_window_bits=010"},
	{.offer = PMD "; server_max_window_bits=0"},
	{.offer = PMD "; server_max_window_bits=100000000000000000000010"},
	{.offer = PMD "; client_max_window_bits=x"},
	{.offer = PMD "; client_max_window_bits=1.0"},
	{.offer = PMD "; client_max_window_bits=-9"},
	{.offer = PMD "; client_max_window_bits=+9"},
	{.offer = PMD "; client_max_window_bits=\"\""},
	{.offer = PMD "; client_max_window_bits="},
	{.offer = PMD "; server_no_context_takeover=1"},
	{.offer = PMD "; client_no_context_takeover=true"},
	{.offer = PMD "; client_no_context_takeover=10"},
};

static struct slice slice(const char *text)
{
	return (struct slice){text, strlen(text)};
}

static bool is_same(
	const struct window ends[OFFER_ENDS], const struct agreement *is)
{
	bool same = true;

	for (int i = 0; i < OFFER_ENDS; i++)
		same &= ends[i].bits == is->bits[i] &&
			ends[i].forgets == is->forgets[i] && !ends[i].len;
	return same;
}

Test(offer, 7_1_each_kind_of_offer)
{
	for (size_t i = 0; i < SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct window is[OFFER_ENDS], read[OFFER_ENDS];
		char answer[WS_ANSWER_SIZE];
		bool accepted = offer_accept(is, slice(row->offer),
			row->window ? row->window : 10, answer, sizeof answer);

		cr_expect_eq(accepted, row->answer != NULL, "%s", row->offer);
		if (!accepted || !row->answer)
			continue;
		cr_expect_str_eq(
			answer, row->answer, "%s: %s", row->offer, answer);
		cr_expect(is_same(is, &row->is), "%s", row->offer);
		/* whoever reads the answer knows the same */
		cr_expect(offer_read_answer(read, slice(answer)));
		cr_expect(is_same(read, &row->is), "%s", row->offer);
	}
}

/* RFC 7692 7.1.2.2: without a value it is an offer and no answer. */
Test(offer, 7_1_what_is_no_answer)
{
	static const char *const wrong[] = {PMD "; client_max_window_bits",
		PMD "; server_max_window_bits", "x", "", PMD ";", PMD "; a"};
	struct window is[OFFER_ENDS];

	for (size_t i = 0; i < SIZE(wrong); i++)
		cr_expect(!offer_read_answer(is, slice(wrong[i])), "%s",
			wrong[i]);
}

/* The longest answer there can be has room. */
Test(offer, 7_1_the_longest_answer)
{
	static const char longest[] =
		PMD "; server_no_context_takeover; client_no_context_takeover; "
		    "server_max_window_bits=15; client_max_window_bits=15";
	struct window is[OFFER_ENDS];
	char answer[WS_ANSWER_SIZE];

	cr_expect(sizeof longest < sizeof answer);
	cr_expect(offer_accept(is, slice(longest), 15, answer, sizeof answer));
	cr_expect_str_eq(answer, longest);
}
