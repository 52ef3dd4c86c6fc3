/* fuzz_request.c - any bytes as the head of a request: request.h.
 *
 * The verdict does not depend on how the bytes arrive: once enough of them have
 * come for a verdict, it is the same whatever follows. */
#include "tests/fuzz/fuzz.h"

#include "http/request.h"

/* Does it point into these bytes, or to a constant of the parser's? */
static bool is_of(struct slice s, const char *bytes, size_t len)
{
	return !s.p || slice_is(s, "/") ||
	       (s.p >= bytes && s.p + s.len <= bytes + len);
}

static void check_fields(const struct request *req, const char *p, size_t n)
{
	assert(req->fields.n <= FIELDS_MAX);
	for (size_t i = 0; i < req->fields.n; i++) {
		struct slice name = req->fields.lines[i].name;
		struct slice value = req->fields.lines[i].value;

		assert(is_of(name, p, n) && is_of(value, p, n));
		assert(slice_is_all(name, SLICE_TOKEN));
		assert(slice_trim(value).len == value.len);
		for (size_t at = 0; at < value.len; at++)
			assert(value.p[at] == '\t' ||
				(unsigned char)value.p[at] >= ' ');
	}
}

static void check_accepted(const struct request *req, const char *p, size_t n)
{
	assert(n <= REQUEST_HEAD_MAX && !memcmp(p + n - 4, "\r\n\r\n", 4));
	assert(is_of(req->path, p, n) && is_of(req->query, p, n));
	assert(is_of(req->host, p, n));
	assert(slice_is(req->path, "*") || req->path.p[0] == '/');
	assert(!req->host.p || slice_is_host(req->host));
	assert(req->host.p || req->minor == 0);
	assert(!fields_count(&req->fields, "Transfer-Encoding") ||
		!fields_count(&req->fields, "Content-Length"));
	check_fields(req, p, n);
}

static void check_refused(const struct request *req, ssize_t verdict)
{
	assert(verdict <= -400 && verdict >= -505);
	assert(req->fields.why && strlen(req->fields.why) <= 123);
}

/* Parses the first `len` bytes, which are in a block of their own. */
static ssize_t verdict_on(const uint8_t *data, size_t len, struct request *req)
{
	char *block = fuzz_copy(data, len);
	ssize_t verdict = request_parse(block, len, req);

	assert(verdict <= (ssize_t)len);
	if (verdict > 0)
		check_accepted(req, block, (size_t)verdict);
	else if (verdict < 0)
		check_refused(req, verdict);
	else
		assert(len < REQUEST_HEAD_MAX);
	free(block);
	return verdict;
}

int fuzz_request(const uint8_t *data, size_t len)
{
	struct request whole, part;
	ssize_t verdict = verdict_on(data, len, &whole), last = 0;

	/* of a long head, only some beginnings: a few hundred KB in all */
	for (size_t n = 0; n <= len; n += 1 + len * len / (1 << 19)) {
		ssize_t now = verdict_on(data, n, &part);

		assert(now == last || (last == 0 && now == verdict));
		last = now;
		if (!now)
			continue;
		assert(part.fields.why == whole.fields.why &&
			part.method == whole.method);
		assert(now < 0 || (part.fields.n == whole.fields.n &&
					  part.keep_alive == whole.keep_alive &&
					  part.has_body == whole.has_body));
	}
	return 0;
}
