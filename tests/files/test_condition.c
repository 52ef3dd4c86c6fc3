/* test_condition.c - RFC 9110, sections 8.8 and 13; test_condition_range.c has
 * section 14. */
#include "files/condition.h"
#include "tests/lib/sample.h"

#include <stdio.h>

#define MODIFIED 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */

static struct validators validators(const char *etag)
{
	struct validators v = {.modified = MODIFIED, .now = MODIFIED + 1000000};

	strcpy(v.etag, etag);
	return v;
}

static int status_of(const char *fields, const struct validators *v)
{
	struct sample r = sample_make("GET", fields);
	struct range range = {7, 7};
	int status = condition_status(&r.req, v, 100, &range);

	sample_free(&r);
	if (status == 206)
		cr_expect(range.first == 5 && range.len == 2);
	else
		cr_expect(range.first == 0 && range.len == 100);
	return status;
}

static int status(const char *fields, const char *etag)
{
	struct validators v = validators(etag);

	return status_of(fields, &v);
}

/* Do the fields allow a Range to count? */
static bool allows(const char *fields, const struct validators *v)
{
	char ranged[400];
	int got;

	snprintf(ranged, sizeof ranged, "%sRange: bytes=5-6\r\n", fields);
	got = status_of(ranged, v);
	cr_expect(got == 200 || got == 206, "%s", fields);
	return got == 206;
}

/* RFC 9110 8.8.3.2, its table: If-Match compares strongly, If-None-Match
 * weakly, and If-Range strongly. */
Test(condition, 8_8_3_2_the_two_comparisons)
{
	static const struct {
		const char *ours, *theirs;
		bool strong, weak;
	} cases[] = {
		{"W/\"1\"", "W/\"1\"", false, true},
		{"W/\"1\"", "W/\"2\"", false, false},
		{"W/\"1\"", "\"1\"", false, true},
		{"\"1\"", "W/\"1\"", false, true},
		{"\"1\"", "\"1\"", true, true},
		{"\"1\"", "\"2\"", false, false},
		{"\"1\"", "\"11\"", false, false},
		{"\"11\"", "\"1\"", false, false},
		{"\"a\"", "\"A\"", false, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct validators v = validators(cases[i].ours);
		char fields[80];

		snprintf(fields, sizeof fields, "If-Match: %s\r\n",
			cases[i].theirs);
		cr_expect_eq(status(fields, cases[i].ours),
			cases[i].strong ? 200 : 412, "%zu", i);
		snprintf(fields, sizeof fields, "If-None-Match: %s\r\n",
			cases[i].theirs);
		cr_expect_eq(status(fields, cases[i].ours),
			cases[i].weak ? 304 : 200, "%zu", i);
		snprintf(fields, sizeof fields, "If-Range: %s\r\n",
			cases[i].theirs);
		cr_expect_eq(allows(fields, &v), cases[i].strong, "%zu", i);
	}
}

/* How the lists of If-None-Match and If-Match treat the tag "x". */
Test(condition, 13_1_1_13_1_2_lists)
{
	static const struct {
		const char *list;
		bool has_x;
	} cases[] = {
		{"*", true},
		{"\"x\"", true},
		{"\"xyzzy\", \"r2d2xxxx\", \"c3piozzzz\"", false},
		{"\"xyzzy\", \"x\", \"c3piozzzz\"", true},
		{"\"a\",\"b\",\"x\"", true},
		{"\"x\",\"a\"", true},
		{"\"a\" ,\t \"x\"", true},
		{", ,\"a\",,\"x\"", true},
		{"\"a,x\", \"x\"", true},
		{"\"a, \\\"x\\\"\"", false},
		{"\"a\\\", \"x\"", true}, /* 8.8.3: "\" is an etagc */
		{"\"\", \"x\"", true},
		{"W/\"a\", \"x\"", true},
		{"", false},
		{"\"\"", false},
		{"x", false},
		{"'x'", false},
		{"\"x", false},
		{"x\"", false},
		{"\"", false},
		{"W/", false},
		{"W/x", false},
		{"\" x\"", false},
		{"\"*\"", false},
		/* 13.1.1: "*" beside other values is not valid */
		{"*, \"a\"", false},
		{"\"a\", *", false},
		{"**", false},
	};
	char fields[80];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(fields, sizeof fields, "If-None-Match: %s\r\n",
			cases[i].list);
		cr_expect_eq(status(fields, "\"x\""),
			cases[i].has_x ? 304 : 200, "%s", fields);
		snprintf(fields, sizeof fields, "If-Match: %s\r\n",
			cases[i].list);
		cr_expect_eq(status(fields, "\"x\""),
			cases[i].has_x ? 200 : 412, "%s", fields);
	}
	cr_expect_eq(status("If-None-Match: w/\"x\"\r\n", "\"x\""), 200);
	cr_expect_eq(status("If-None-Match: W/ \"x\"\r\n", "\"x\""), 200);
	cr_expect_eq(status("If-None-Match: W/\"x\"\r\n", "\"x\""), 304);
	cr_expect_eq(status("if-none-match: \"x\"\r\n", "\"x\""), 304);
}

Test(condition, 5_3_a_list_over_several_fields)
{
	cr_expect_eq(status("If-None-Match: \"a\"\r\nIf-None-Match: \"x\"\r\n",
			     "\"x\""),
		304);
	cr_expect_eq(
		status("If-Match: \"a\"\r\nIf-Match: \"x\"\r\n", "\"x\""), 200);
	cr_expect_eq(
		status("If-Match: \"a\"\r\nIf-Match: \"b\"\r\n", "\"x\""), 412);
	cr_expect_eq(status("If-Match: *\r\nIf-Match: *\r\n", "\"x\""), 412);
	cr_expect_eq(
		status("If-None-Match: *\r\nIf-None-Match: *\r\n", "\"x\""),
		200);
}

/* A second before, the same second, a second after; each in all three forms. */
Test(condition, 13_1_3_13_1_4_dates)
{
	static const struct {
		const char *date;
		bool since; /* was the file modified after it? */
	} cases[] = {
		{"Sun, 06 Nov 1994 08:49:36 GMT", true},
		{"Sun, 06 Nov 1994 08:49:37 GMT", false},
		{"Sun, 06 Nov 1994 08:49:38 GMT", false},
		{"Sunday, 06-Nov-94 08:49:36 GMT", true},
		{"Sunday, 06-Nov-94 08:49:37 GMT", false},
		{"Sunday, 06-Nov-94 08:49:38 GMT", false},
		{"Sun Nov  6 08:49:36 1994", true},
		{"Sun Nov  6 08:49:37 1994", false},
		{"Sun Nov  6 08:49:38 1994", false},
		{"Thu, 01 Jan 1970 00:00:00 GMT", true},
		{"Wed, 31 Dec 1969 23:59:59 GMT", true},
		{"Fri, 31 Dec 9999 23:59:59 GMT", false},
	};
	char fields[80];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(fields, sizeof fields, "If-Modified-Since: %s\r\n",
			cases[i].date);
		cr_expect_eq(status(fields, "\"x\""),
			cases[i].since ? 200 : 304, "%s", fields);
		snprintf(fields, sizeof fields, "If-Unmodified-Since: %s\r\n",
			cases[i].date);
		cr_expect_eq(status(fields, "\"x\""),
			cases[i].since ? 412 : 200, "%s", fields);
	}
}

/* RFC 9110 13.1.4: "A recipient MUST ignore the If-Unmodified-Since header
 * field if the received field value is not a valid HTTP-date (including when
 * the field value appears to be a list of dates)." 13.1.3: the same. */
Test(condition, 13_1_3_13_1_4_invalid_dates_are_ignored)
{
	static const char *const cases[] = {"", "x", "0", "784111777",
		"Sun, 06 Nov 1994 08:49:37", "Sun, 31 Nov 1993 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
		"\"x\"", "*"};
	static const char two[] = "%s: Sun, 06 Nov 1993 08:49:37 GMT\r\n"
				  "%s: Sun, 06 Nov 1995 08:49:37 GMT\r\n";
	char fields[160];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(fields, sizeof fields, "If-Modified-Since: %s\r\n",
			cases[i]);
		cr_expect_eq(status(fields, "\"x\""), 200, "%s", fields);
		snprintf(fields, sizeof fields, "If-Unmodified-Since: %s\r\n",
			cases[i]);
		cr_expect_eq(status(fields, "\"x\""), 200, "%s", fields);
	}
	snprintf(fields, sizeof fields, two, "If-Unmodified-Since",
		"If-Unmodified-Since");
	cr_expect_eq(status(fields, "\"x\""), 200);
	snprintf(fields, sizeof fields, two, "If-Modified-Since",
		"If-Modified-Since");
	cr_expect_eq(status(fields, "\"x\""), 200);
}

/* RFC 9110 13.2.2, steps 1 to 4, for every value that each field can have. */
Test(condition, 13_2_2_precedence)
{
	enum { ABSENT, TRUE, FALSE, INVALID };
	static const char *const match[] = {"", "If-Match: \"x\"\r\n",
		"If-Match: \"y\"\r\n", "If-Match: x\r\n"};
	static const char *const unmodified[] = {"",
		"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
		"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n",
		"If-Unmodified-Since: yesterday\r\n"};
	static const char *const none[] = {"", "If-None-Match: \"y\"\r\n",
		"If-None-Match: \"x\"\r\n", "If-None-Match: x\r\n"};
	static const char *const modified[] = {"",
		"If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n",
		"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
		"If-Modified-Since: yesterday\r\n"};
	char fields[400];

	for (int i = 0; i < 256; i++) {
		int m = i & 3, u = i >> 2 & 3, n = i >> 4 & 3, s = i >> 6;
		int want = 200;

		if (m == FALSE || m == INVALID || (m == ABSENT && u == FALSE))
			want = 412;
		else if (n == FALSE || (n == ABSENT && s == FALSE))
			want = 304;
		snprintf(fields, sizeof fields, "%s%s%s%s", modified[s],
			none[n], unmodified[u], match[m]);
		cr_expect_eq(status(fields, "\"x\""), want, "%s", fields);
	}
}

Test(condition, without_a_condition_it_is_200)
{
	struct validators v = validators("\"x\"");

	cr_expect_eq(status("", "\"x\""), 200);
	cr_expect_eq(status("If-Range: \"y\"\r\n", "\"x\""), 200);
	cr_expect(allows("", &v));
}

/* RFC 9110 14.2: Range is evaluated "only if the result in absence of the Range
 * header field would be a 200 (OK) response". */
Test(condition, 14_2_a_range_counts_after_all_conditions)
{
	static const struct {
		const char *fields;
		int status;
	} cases[] = {
		{"If-Match: \"x\"\r\n", 206},
		{"If-Match: \"y\"\r\n", 412},
		{"If-Match: \"y\"\r\nIf-Range: \"x\"\r\n", 412},
		{"If-None-Match: \"y\"\r\n", 206},
		{"If-None-Match: \"x\"\r\n", 304},
		{"If-None-Match: \"x\"\r\nIf-Range: \"x\"\r\n", 304},
		{"If-Range: \"y\"\r\n", 200},
	};
	struct validators v = validators("\"x\"");
	char fields[200];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(fields, sizeof fields, "Range: bytes=5-6\r\n%s",
			cases[i].fields);
		cr_expect_eq(
			status_of(fields, &v), cases[i].status, "%s", fields);
		/* a condition comes first even if there is no range */
		snprintf(fields, sizeof fields, "Range: bytes=100-\r\n%s",
			cases[i].fields);
		cr_expect_eq(status_of(fields, &v),
			cases[i].status == 206 ? 416 : cases[i].status, "%s",
			fields);
	}
}

Test(condition, 13_1_5_if_range)
{
	static const struct {
		const char *fields;
		bool allows;
	} cases[] = {
		{"If-Range: \"x\"\r\n", true},
		{"If-Range: \"y\"\r\n", false},
		{"If-Range: W/\"x\"\r\n", false},
		{"If-Range: \"x\", \"y\"\r\n", false},
		{"If-Range: *\r\n", false},
		{"If-Range: x\r\n", false},
		{"If-Range:\r\n", false},
		{"If-Range: \"x\"\r\nIf-Range: \"x\"\r\n", false},
		{"If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n", true},
		{"If-Range: Sunday, 06-Nov-94 08:49:37 GMT\r\n", true},
		{"If-Range: Sun Nov  6 08:49:37 1994\r\n", true},
		/* an exact match, not "at or after" */
		{"If-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n", false},
		{"If-Range: Sun, 06 Nov 1994 08:49:36 GMT\r\n", false},
		{"If-Range: Sun, 06 Nov 1994 08:49:37\r\n", false},
	};
	struct validators v = validators("\"x\"");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(allows(cases[i].fields, &v), cases[i].allows, "%s",
			cases[i].fields);
}

/* RFC 9110 8.8.2.2: a date is weak for as long as the file can change twice
 * within that second. */
Test(condition, 13_1_5_a_date_of_this_second_is_weak)
{
	static const char field[] =
		"If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
	struct validators v = validators("\"x\"");

	v.now = MODIFIED;
	cr_expect_not(allows(field, &v));
	v.now = MODIFIED + 1;
	cr_expect(allows(field, &v));
}

static struct stat file(void)
{
	struct stat st = {.st_ino = 12, .st_size = 345};

	st.st_mtim = (struct timespec){MODIFIED, 111222333};
	st.st_ctim = (struct timespec){MODIFIED + 5, 444555666};
	return st;
}

static struct validators made(const struct stat *st, time_t s, long ns)
{
	struct timespec now = {s, ns};
	struct validators v;

	condition_init(&v, st, &now, NULL);
	return v;
}

static bool is_strong_tag(const char *etag)
{
	size_t n = strlen(etag);

	return n > 2 && n < CONDITION_ETAG_SIZE && etag[0] == '"' &&
	       strspn(etag + 1, "0123456789abcdef") == n - 2 &&
	       etag[n - 1] == '"';
}

Test(condition, 8_8_1_a_strong_tag_stands_for_one_state)
{
	struct stat states[8];
	struct validators v[8];

	for (size_t i = 0; i < 8; i++)
		states[i] = file();
	states[1].st_ino++;
	states[2].st_size++;
	states[3].st_mtim.tv_nsec++;
	states[4].st_mtim.tv_sec++;
	states[5].st_ctim.tv_nsec++;
	states[6].st_ctim.tv_sec--;
	states[7].st_mtim = states[0].st_ctim;
	for (size_t i = 0; i < 8; i++) {
		v[i] = made(&states[i], MODIFIED + 100, 0);
		cr_expect(is_strong_tag(v[i].etag), "%s", v[i].etag);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(v[i].etag, v[k].etag);
	}
	/* differences that would cancel out in a sum or an exclusive or */
	states[1] = states[2] = file();
	states[1].st_ino = 7, states[1].st_size = 2;
	states[2].st_ino = 0, states[2].st_size = 5;
	for (size_t i = 1; i < 3; i++)
		v[i] = made(&states[i], MODIFIED + 100, 0);
	cr_expect_str_neq(v[1].etag, v[2].etag);
	states[2].st_size = 9;
	v[2] = made(&states[2], MODIFIED + 100, 0);
	cr_expect_str_neq(v[1].etag, v[2].etag);
	/* and the tag of one state is always the same */
	v[1] = made(&states[0], MODIFIED + 12345, 678);
	cr_expect_str_eq(v[1].etag, v[0].etag);
}

/* RFC 9110 8.8.1: weakness "might be due to limitations in how the value is
 * calculated (e.g., clock resolution)" */
Test(condition, 8_8_1_a_tag_is_weak_while_a_change_would_not_show)
{
	struct stat st = file();
	struct validators at = made(&st, MODIFIED + 5, 444555666);
	struct validators tick = made(&st, MODIFIED + 5, 454555666);
	struct validators later = made(&st, MODIFIED + 6, 0);
	struct validators before = made(&st, MODIFIED + 4, 0);

	cr_expect(!strncmp(at.etag, "W/", 2) && is_strong_tag(at.etag + 2));
	cr_expect(!strncmp(tick.etag, "W/", 2));
	cr_expect(!strncmp(before.etag, "W/", 2), "the clock was set back");
	cr_expect(is_strong_tag(later.etag));
	/* none of them is valid for a later state, though everything else is
	 * the same */
	cr_expect_str_neq(at.etag, tick.etag);
	cr_expect_str_neq(at.etag + 2, later.etag);
	cr_expect_str_neq(tick.etag + 2, later.etag);
}

Test(condition, 8_8_1_stamps_of_whole_seconds)
{
	struct stat st = file();

	st.st_ctim.tv_nsec = 0;
	cr_expect(!strncmp(made(&st, MODIFIED + 6, 0).etag, "W/", 2));
	cr_expect(!strncmp(made(&st, MODIFIED + 7, 0).etag, "W/", 2));
	cr_expect(is_strong_tag(made(&st, MODIFIED + 7, 1).etag));
}

/* An old date that was set on a file that has just been written. */
Test(condition, 8_8_1_a_date_set_back_does_not_deceive)
{
	struct stat st = file();

	st.st_mtim.tv_sec = 0;
	cr_expect(!strncmp(made(&st, MODIFIED + 5, 444555667).etag, "W/", 2));
}

/* However the clock of the file system is: its edit is 2 seconds old. */
Test(condition, 8_8_1_a_tag_is_weak_for_two_seconds_after_an_edit)
{
	struct stat st = file();

	st.st_ctim = st.st_mtim;
	cr_expect(!strncmp(made(&st, MODIFIED + 1, 0).etag, "W/", 2));
	cr_expect(!strncmp(made(&st, MODIFIED + 2, 111222333).etag, "W/", 2));
	cr_expect(is_strong_tag(made(&st, MODIFIED + 2, 111222334).etag));
	cr_expect(is_strong_tag(made(&st, MODIFIED + 3, 0).etag));
	st.st_mtim.tv_sec = MODIFIED + 1000; /* in the future it is not old */
	cr_expect(!strncmp(made(&st, MODIFIED + 100, 0).etag, "W/", 2));
}

static uint64_t digest(const char *bytes, size_t len)
{
	char *block = exactly(bytes, len);
	uint64_t hash = condition_digest(block, len);

	free(block);
	return hash;
}

/* Each length, each bit of each byte, and each place. */
Test(condition, 8_8_1_other_bytes_have_another_digest)
{
	static char bytes[40];
	uint64_t seen[40 * 9];
	size_t n = 0;

	for (size_t len = 0; len < sizeof bytes; len++)
		seen[n++] = digest(bytes, len);
	for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
		bytes[bit / 8] = (char)(1 << bit % 8);
		seen[n++] = digest(bytes, sizeof bytes);
		bytes[bit / 8] = 0;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			cr_assert_neq(seen[i], seen[k], "%zu, %zu", i, k);
	cr_expect_eq(digest("abc", 3), digest("abc", 3));
	cr_expect_neq(
		digest("abcdefghABCDEFGH", 16), digest("ABCDEFGHabcdefgh", 16));
}

/* Whatever the stamps are: the bytes have been read. */
Test(condition, 8_8_1_a_tag_of_the_bytes_is_strong)
{
	struct stat st = file(), other = st;
	struct timespec now = {MODIFIED, 0}, later = {MODIFIED + 100, 0};
	uint64_t one = 1, two = 2;
	struct validators a, b, c;

	other.st_ino++;
	other.st_mtim.tv_sec++;
	condition_init(&a, &st, &now, &one);
	condition_init(&b, &other, &later, &one);
	condition_init(&c, &st, &now, &two);
	cr_expect(is_strong_tag(a.etag));
	cr_expect_str_eq(a.etag, b.etag);
	cr_expect_str_neq(a.etag, c.etag);
}

/* RFC 9110 8.8.2.1: "MUST NOT generate a Last-Modified date that is later
 * than the server's time of message origination" */
Test(condition, 8_8_2_1_no_date_in_the_future)
{
	struct stat st = file();

	cr_expect_eq(made(&st, MODIFIED + 9, 0).modified, MODIFIED);
	cr_expect_eq(made(&st, MODIFIED, 0).modified, MODIFIED);
	cr_expect_eq(made(&st, MODIFIED - 1, 0).modified, MODIFIED - 1);
	st.st_mtim.tv_sec = INT64_MAX;
	cr_expect_eq(made(&st, MODIFIED, 0).modified, MODIFIED);
	st.st_mtim.tv_sec = -1;
	cr_expect_eq(made(&st, MODIFIED, 0).modified, 0);
}
