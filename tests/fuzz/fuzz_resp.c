/* fuzz_resp.c - any bytes as answers of Redis: resp.h.
 *
 * A verdict never changes as more bytes come: what is malformed stays so, and a
 * value that is whole has the same length. Its items fill exactly that. */
#include "tests/fuzz/fuzz.h"

#include "bus/resp.h"

static void check_item(const struct resp *r, const char *p, size_t len)
{
	assert(memchr("+-$*", r->type, 4));
	assert(r->n <= (r->type == '$' ? RESP_STRING_MAX : RESP_ITEMS_MAX));
	if (r->text.p)
		assert(r->text.p > p && r->text.p + r->text.len + 2 == p + len);
}

/* The items of a value are as many as its arrays ask for. */
static void check_items(const char *p, size_t len)
{
	struct slice s = {p, len};
	uint64_t left = 1;

	while (left) {
		const char *at = s.p;
		struct resp r = resp_next(&s);

		check_item(&r, at, (size_t)(s.p - at));
		left += (r.type == '*' ? r.n : 0) - 1;
	}
	assert(!s.len);
}

/* Every string of the value as a command, as far as it has no 0, and back. */
static void check_command(const char *p, size_t len)
{
	struct slice s = {p, len};
	char *words[8];
	struct buf b = {0};
	size_t n = 0;

	for (struct resp r; s.len && n < 8;) {
		r = resp_next(&s);
		if (r.type == '$' && r.text.p &&
			(words[n] = strndup(r.text.p, r.text.len)))
			n++;
	}
	assert(resp_command(&b, (const char *const *)words, n));
	s = (struct slice){(char *)b.data, b.len};
	assert(resp_whole(s) == (ssize_t)s.len);
	assert(resp_next(&s).n == n);
	for (size_t i = 0; i < n; i++) {
		assert(slice_is(resp_next(&s).text, words[i]));
		free(words[i]);
	}
	buf_free(&b);
}

int fuzz_resp(const uint8_t *data, size_t len)
{
	char *block;
	ssize_t verdict;

	if (!len)
		return 0;
	block = fuzz_copy(data, len);
	verdict = resp_whole((struct slice){block, len});
	for (size_t cut = 0; cut < len && len <= 512; cut++) {
		char *part = fuzz_copy(data, cut);
		ssize_t early = resp_whole((struct slice){part, cut});

		assert(early == 0 || early == verdict);
		assert(verdict <= 0 || (early > 0) == (cut >= (size_t)verdict));
		free(part);
	}
	if (verdict > 0) {
		check_items(block, (size_t)verdict);
		check_command(block, (size_t)verdict);
	}
	free(block);
	return 0;
}
