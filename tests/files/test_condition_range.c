/* test_condition_range.c - RFC 9110, section 14. */
#include "files/condition.h"
#include "tests/lib/sample.h"

struct expected {
	const char *fields;
	int status;
	uint64_t first, len;
};

/* There is no condition here, so no validator counts. */
static const struct validators any = {.etag = "\"x\""};

static void expect(uint64_t size, const struct expected *want)
{
	struct sample r = sample_make("GET", want->fields);
	struct range range = {7, 7};
	int status = condition_status(&r.req, &any, size, &range);

	cr_expect_eq(status, want->status, "%s: %d", want->fields, status);
	if (status == want->status && status != 416)
		cr_expect(range.first == want->first && range.len == want->len,
			"%s: %llu+%llu", want->fields,
			(unsigned long long)range.first,
			(unsigned long long)range.len);
	sample_free(&r);
}

static void expect_all(uint64_t size, const struct expected *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(size, &cases[i]);
}

Test(range, 14_1_2_examples_of_the_rfc)
{
	static const struct expected cases[] = {
		{"", 200, 0, 10000},
		{"Range: bytes=0-499\r\n", 206, 0, 500},
		{"Range: bytes=500-999\r\n", 206, 500, 500},
		{"Range: bytes=-500\r\n", 206, 9500, 500},
		{"Range: bytes=9500-\r\n", 206, 9500, 500},
		/* several ranges: the whole file, as 14.2 allows */
		{"Range: bytes=0-0,-1\r\n", 200, 0, 10000},
		{"Range: bytes= 0-999, 4500-5499, -1000\r\n", 200, 0, 10000},
		{"Range: bytes=500-600,601-999\r\n", 200, 0, 10000},
		{"Range: bytes=500-700,601-999\r\n", 200, 0, 10000},
	};

	expect_all(10000, cases, sizeof cases / sizeof *cases);
}

Test(range, every_edge_of_ten_bytes)
{
	static const struct expected cases[] = {
		{"Range: bytes=0-0\r\n", 206, 0, 1},
		{"Range: bytes=0-8\r\n", 206, 0, 9},
		{"Range: bytes=0-9\r\n", 206, 0, 10},
		{"Range: bytes=0-10\r\n", 206, 0, 10},
		{"Range: bytes=0-\r\n", 206, 0, 10},
		{"Range: bytes=5-5\r\n", 206, 5, 1},
		{"Range: bytes=8-9\r\n", 206, 8, 2},
		{"Range: bytes=9-9\r\n", 206, 9, 1},
		{"Range: bytes=9-\r\n", 206, 9, 1},
		{"Range: bytes=9-1000\r\n", 206, 9, 1},
		{"Range: bytes=10-\r\n", 416, 0, 0},
		{"Range: bytes=10-10\r\n", 416, 0, 0},
		{"Range: bytes=11-20\r\n", 416, 0, 0},
		{"Range: bytes=-0\r\n", 416, 0, 0},
		{"Range: bytes=-1\r\n", 206, 9, 1},
		{"Range: bytes=-9\r\n", 206, 1, 9},
		{"Range: bytes=-10\r\n", 206, 0, 10},
		{"Range: bytes=-11\r\n", 206, 0, 10},
		{"Range: bytes=007-0009\r\n", 206, 7, 3},
		/* 14.1.1: an int-range that is invalid */
		{"Range: bytes=5-4\r\n", 200, 0, 10},
		{"Range: bytes=20-19\r\n", 200, 0, 10},
	};

	expect_all(10, cases, sizeof cases / sizeof *cases);
}

/* RFC 9110 14.1.2: "recipients MUST anticipate potentially large decimal
 * numerals and prevent parsing errors due to integer conversion overflows" */
Test(range, 14_1_2_numbers_too_large_for_an_integer)
{
	static const struct expected cases[] = {
		{"Range: bytes=1-9223372036854775807\r\n", 206, 1, 9},
		{"Range: bytes=1-18446744073709551615\r\n", 206, 1, 9},
		{"Range: bytes=1-18446744073709551616\r\n", 206, 1, 9},
		{"Range: bytes=1-99999999999999999999999999999\r\n", 206, 1, 9},
		{"Range: bytes=-18446744073709551616\r\n", 206, 0, 10},
		{"Range: bytes=-18446744073709551626\r\n", 206, 0, 10},
		{"Range: bytes=18446744073709551616-\r\n", 416, 0, 0},
		{"Range: bytes=18446744073709551617-\r\n", 416, 0, 0},
		{"Range: bytes=36893488147419103232-36893488147419103233\r\n",
			416, 0, 0},
		{"Range: bytes=00000000000000000000000001-2\r\n", 206, 1, 2},
		{"Range: bytes=18446744073709551617-2\r\n", 200, 0, 10},
	};

	expect_all(10, cases, sizeof cases / sizeof *cases);
}

Test(range, positions_in_a_huge_file)
{
	static const struct expected cases[] = {
		{"Range: bytes=0-\r\n", 206, 0, INT64_MAX},
		{"Range: bytes=9223372036854775806-\r\n", 206, INT64_MAX - 1,
			1},
		{"Range: bytes=9223372036854775807-\r\n", 416, 0, 0},
		{"Range: bytes=4294967296-4294967297\r\n", 206, 4294967296, 2},
		{"Range: bytes=-1\r\n", 206, INT64_MAX - 1, 1},
	};

	expect_all(INT64_MAX, cases, sizeof cases / sizeof *cases);
}

/* RFC 9110 14.1.2: "When a selected representation has zero length, the only
 * satisfiable form of range-spec in a GET request is a suffix-range with a
 * non-zero suffix-length." What it selects is all there is: nothing. */
Test(range, 14_1_2_ranges_of_an_empty_file)
{
	static const struct expected cases[] = {
		{"Range: bytes=0-\r\n", 416, 0, 0},
		{"Range: bytes=0-0\r\n", 416, 0, 0},
		{"Range: bytes=-0\r\n", 416, 0, 0},
		{"Range: bytes=-1\r\n", 200, 0, 0},
	};

	expect_all(0, cases, sizeof cases / sizeof *cases);
}

Test(range, a_malformed_range_gets_the_whole_file)
{
	static const struct expected cases[] = {
		{"Range: \r\n", 200, 0, 10},
		{"Range: bytes\r\n", 200, 0, 10},
		{"Range: bytes=\r\n", 200, 0, 10},
		{"Range: bytes=-\r\n", 200, 0, 10},
		{"Range: bytes=,\r\n", 200, 0, 10},
		{"Range: bytes=5\r\n", 200, 0, 10},
		{"Range: bytes 0-4\r\n", 200, 0, 10},
		{"Range: bytes: 0-4\r\n", 200, 0, 10},
		{"Range: bytes =0-4\r\n", 200, 0, 10},
		{"Range: bytes= 0-4\r\n", 200, 0, 10},
		{"Range: bytes=0 -4\r\n", 200, 0, 10},
		{"Range: bytes=0- 4\r\n", 200, 0, 10},
		{"Range: bytes=0--4\r\n", 200, 0, 10},
		{"Range: bytes=--4\r\n", 200, 0, 10},
		{"Range: bytes=0-4-5\r\n", 200, 0, 10},
		{"Range: bytes=+0-4\r\n", 200, 0, 10},
		{"Range: bytes=0-+4\r\n", 200, 0, 10},
		{"Range: bytes=0x0-4\r\n", 200, 0, 10},
		{"Range: bytes=0-4;\r\n", 200, 0, 10},
		{"Range: bytes=a-b\r\n", 200, 0, 10},
		{"Range: bytes=\"0-4\"\r\n", 200, 0, 10},
		{"Range: bytes=0-4/10\r\n", 200, 0, 10},
		{"Range: =0-4\r\n", 200, 0, 10},
		{"Range: 0-4\r\n", 200, 0, 10},
		/* the RFC knows no Range that consists of two fields */
		{"Range: bytes=0-4\r\nRange: bytes=0-4\r\n", 200, 0, 10},
	};

	expect_all(10, cases, sizeof cases / sizeof *cases);
}

/* RFC 9110 14.1, 14.2, 5.6.1.2 */
Test(range, 14_1_units_and_empty_elements)
{
	static const struct expected cases[] = {
		{"Range: BYTES=0-4\r\n", 206, 0, 5},
		{"Range: Bytes=0-4\r\n", 206, 0, 5},
		{"Range: lines=0-4\r\n", 200, 0, 10},
		{"Range: byte=0-4\r\n", 200, 0, 10},
		{"Range: bytess=0-4\r\n", 200, 0, 10},
		{"Range: bytes=0-4,\r\n", 206, 0, 5},
		{"Range: bytes=,0-4\r\n", 206, 0, 5},
		{"Range: bytes=,,0-4 , ,\r\n", 206, 0, 5},
		{"range: bytes=0-4\r\n", 206, 0, 5},
	};

	expect_all(10, cases, sizeof cases / sizeof *cases);
}

/* RFC 9110 14.2: "For this specification, GET is the only method for which
 * range handling is defined." */
Test(range, 14_2_only_get_has_ranges)
{
	struct sample r = sample_make("HEAD", "Range: bytes=0-4\r\n");
	struct range range;

	cr_expect_eq(condition_status(&r.req, &any, 10, &range), 200);
	cr_expect(range.first == 0 && range.len == 10);
	sample_free(&r);
	r = sample_make("HEAD", "Range: bytes=10-\r\n");
	cr_expect_eq(condition_status(&r.req, &any, 10, &range), 200);
	sample_free(&r);
}
