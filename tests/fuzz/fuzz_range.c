/* fuzz_range.c - any bytes as the value of Range: condition.h, against a reader
 * of the plain forms that goes by strtoull.
 *
 *     | size of the file | the value ...
 *     8 bytes */
#include "tests/fuzz/fuzz.h"

#include "files/condition.h"

#include <stdio.h>
#include <strings.h>

static bool is_digits(const char *s)
{
	return !s[strspn(s, "0123456789")] && strlen(s) <= 18;
}

/* RFC 9110 14.1.2 for one range without blanks: returns its status. */
static int read_plain(const char *spec, uint64_t size, struct range *r)
{
	char first[64], *last = strchr(strcpy(first, spec), '-');
	uint64_t a, b;

	*r = (struct range){0, size};
	if (!last)
		return 200;
	*last++ = 0;
	a = strtoull(first, NULL, 10);
	b = *last ? strtoull(last, NULL, 10) : UINT64_MAX;
	if (!*first && (!*last || (b && !size)))
		return 200;
	if (!*first && !b)
		return 416;
	if (!*first)
		a = b < size ? size - b : 0, b = size - 1;
	if (b < a)
		return 200;
	if (a >= size)
		return 416;
	*r = (struct range){a, (b < size ? b : size - 1) - a + 1};
	return 206;
}

static bool is_plain(const char *value)
{
	char first[64], *last;

	if (strlen(value) > 60 || strncasecmp(value, "bytes=", 6))
		return false;
	last = strchr(strcpy(first, value + 6), '-');
	if (last)
		*last++ = 0;
	return is_digits(first) && (!last || is_digits(last));
}

static int ask(const char *value, size_t len, uint64_t size, struct range *r)
{
	static const struct validators any = {.etag = "\"x\""};
	struct request req = {.method = METHOD_GET, .minor = 1, .fields.n = 1};
	int status;

	req.fields.lines[0].name = (struct slice){"range", 5};
	req.fields.lines[0].value = slice_trim((struct slice){value, len});
	status = condition_status(&req, &any, size, r);
	assert(status == 200 || status == 206 || status == 416);
	if (status == 206)
		assert(r->len && r->len <= size && r->first <= size - r->len);
	else
		assert(r->first == 0 && r->len == size);
	return status;
}

static void check_plain(const char *value, uint64_t size)
{
	struct range r, expected;
	int status = ask(value, strlen(value), size, &r);

	assert(status == read_plain(value + 6, size, &expected));
	assert(r.first == expected.first && r.len == expected.len);
}

int fuzz_range(const uint8_t *data, size_t len)
{
	/* the largest size that a file can have */
	uint64_t size = fuzz_number(&data, &len, 8) >> 1;
	char *block = fuzz_copy(data, len), *text = calloc(1, len + 1);
	struct range r;

	assert(text);
	memcpy(text, data, len);
	ask(block, len, size, &r);
	if (strlen(text) == len && is_plain(text))
		check_plain(text, size);
	free(block);
	free(text);
	return 0;
}
