/* test_coding.c - RFC 9110, sections 12.4.2 and 12.5.3. */
#include "files/coding.h"
#include "tests/lib/sample.h"

static void expect(const char *fields, int br, int gzip, int identity)
{
	struct sample r = sample_make("GET", fields);

	cr_expect_eq(coding_quality(&r.req, "br"), br, "%s", fields);
	cr_expect_eq(coding_quality(&r.req, "gzip"), gzip, "%s", fields);
	cr_expect_eq(
		coding_quality(&r.req, "identity"), identity, "%s", fields);
	sample_free(&r);
}

Test(coding, 12_5_3_examples_of_the_rfc)
{
	expect("Accept-Encoding: compress, gzip\r\n", 0, 1000, 1);
	expect("Accept-Encoding:\r\n", 0, 0, 1);
	expect("Accept-Encoding: *\r\n", 1000, 1000, 1000);
	expect("Accept-Encoding: compress;q=0.5, gzip;q=1.0\r\n", 0, 1000, 1);
	expect("Accept-Encoding: gzip;q=1.0, identity; q=0.5, *;q=0\r\n", 0,
		1000, 500);
}

Test(coding, without_the_field_the_plain_file_is_sent)
{
	expect("", 0, 0, 1);
	expect("Accept: gzip\r\n", 0, 0, 1);
}

Test(coding, what_browsers_send)
{
	expect("Accept-Encoding: gzip, deflate, br, zstd\r\n", 1000, 1000, 1);
	expect("Accept-Encoding: gzip, deflate\r\n", 0, 1000, 1);
	expect("accept-encoding: identity;q=1, *;q=0\r\n", 0, 0, 1000);
}

/* RFC 9110 12.5.3: identity is "acceptable by default unless specifically
 * excluded by the Accept-Encoding header field stating either "identity;q=0"
 * or "*;q=0" without a more specific entry for "identity"" */
Test(coding, 12_5_3_identity_is_excluded_by_name_alone)
{
	expect("Accept-Encoding: identity;q=0\r\n", 0, 0, 0);
	expect("Accept-Encoding: *;q=0\r\n", 0, 0, 0);
	expect("Accept-Encoding: gzip, *;q=0\r\n", 0, 1000, 0);
	expect("Accept-Encoding: gzip, identity;q=0\r\n", 0, 1000, 0);
	expect("Accept-Encoding: *;q=0, identity;q=0.2\r\n", 0, 0, 200);
	expect("Accept-Encoding: gzip;q=0\r\n", 0, 0, 1);
	expect("Accept-Encoding: br;q=0, *\r\n", 0, 1000, 1000);
	expect("Accept-Encoding: *, br;q=0\r\n", 0, 1000, 1000);
	expect("Accept-Encoding: *;q=0.5, br;q=0.3\r\n", 300, 500, 500);
}

Test(coding, 12_4_2_weights)
{
	expect("Accept-Encoding: gzip;q=1\r\n", 0, 1000, 1);
	expect("Accept-Encoding: gzip;q=1.\r\n", 0, 1000, 1);
	expect("Accept-Encoding: gzip;q=1.0\r\n", 0, 1000, 1);
	expect("Accept-Encoding: gzip;q=1.000\r\n", 0, 1000, 1);
	expect("Accept-Encoding: gzip;q=0.\r\n", 0, 0, 1);
	expect("Accept-Encoding: gzip;q=0.0\r\n", 0, 0, 1);
	expect("Accept-Encoding: gzip;q=0.000\r\n", 0, 0, 1);
	expect("Accept-Encoding: gzip;q=0.001\r\n", 0, 1, 1);
	expect("Accept-Encoding: gzip;q=0.01\r\n", 0, 10, 1);
	expect("Accept-Encoding: gzip;q=0.123, br;q=0.9\r\n", 900, 123, 1);
	expect("Accept-Encoding: gzip;q=0.999\r\n", 0, 999, 1);
	/* "a common parameter, named "q" (case-insensitive)" */
	expect("Accept-Encoding: gzip;Q=0.5\r\n", 0, 500, 1);
	expect("Accept-Encoding: gzip ; q=0.5\r\n", 0, 500, 1);
	expect("Accept-Encoding: gzip\t;\tq=0.5\r\n", 0, 500, 1);
}

Test(coding, a_malformed_weight_selects_nothing)
{
	static const char *const weights[] = {"", "q", "q=", "q=2", "q=1.1",
		"q=1.001", "q=0.0001", "q=1.0000", "q=.5", "q=-1", "q=+1",
		"q=0,5", "q=0.5.", "q=0.a", "q=a", "q =0.5", "q= 0.5",
		"q=\"0.5\"", "q=01", "q=00.5", "q=1;q=1", "x=1", "q=0x1"};
	char fields[80];

	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
		snprintf(fields, sizeof fields,
			"Accept-Encoding: br, gzip;%s\r\n", weights[i]);
		expect(fields, 1000, 0, 1);
	}
}

/* RFC 9110 8.4.1: "All content codings are case-insensitive"; 8.4.1.3: "A
 * recipient SHOULD consider "x-gzip" to be equivalent to "gzip"" */
Test(coding, 8_4_1_names)
{
	expect("Accept-Encoding: GZip, BR\r\n", 1000, 1000, 1);
	expect("Accept-Encoding: x-gzip;q=0.5\r\n", 0, 500, 1);
	expect("Accept-Encoding: X-GZIP\r\n", 0, 1000, 1);
	expect("Accept-Encoding: x-br\r\n", 0, 0, 1);
	expect("Accept-Encoding: gzipped, brotli, b, gzi\r\n", 0, 0, 1);
	expect("Accept-Encoding: \"gzip\"\r\n", 0, 0, 1);
	expect("Accept-Encoding: IDENTITY;q=0.4\r\n", 0, 0, 400);
}

Test(coding, 5_3_fields_of_one_name_are_one_list)
{
	expect("Accept-Encoding: gzip;q=0.5\r\nHost2: x\r\n"
	       "Accept-Encoding: br\r\n",
		1000, 500, 1);
	expect("Accept-Encoding: ,, gzip ,,\r\nAccept-Encoding:\r\n", 0, 1000,
		1);
}
