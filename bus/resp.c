/* resp.c - RESP2. */
#include "bus/resp.h"

#include "bus/json.h"

#include <string.h>

/* A line has no CR or LF but those at its end. Returns its length with them, 0
 * when it is incomplete, -1 when it is malformed. */
static ssize_t line_length(struct slice s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] != '\r' && s.p[n] != '\n')
		n++;
	if (n > RESP_LINE_MAX || (n < s.len && s.p[n] == '\n') ||
		(n + 1 < s.len && s.p[n + 1] != '\n'))
		return -1;
	return n + 1 < s.len ? (ssize_t)n + 2 : 0;
}

/* The payload of a string of n bytes, behind a line of `head` bytes. */
static ssize_t read_string(
	struct slice s, size_t head, size_t n, struct resp *r)
{
	size_t have = s.len - head;

	r->text = (struct slice){s.p + head, n};
	if ((have > n && s.p[head + n] != '\r') ||
		(have > n + 1 && s.p[head + n + 1] != '\n'))
		return -1;
	return have < n + 2 ? 0 : (ssize_t)(head + n + 2);
}

ssize_t resp_read(struct slice s, struct resp *r)
{
	ssize_t n = line_length(s);
	struct slice line;

	*r = (struct resp){.type = 0};
	if (s.len && !memchr("+-$*", *s.p, 4))
		return -1;
	if (n <= 0)
		return n;
	r->type = *s.p;
	line = (struct slice){s.p + 1, (size_t)n - 3};
	if (r->type == '+' || r->type == '-')
		r->text = line;
	if (r->text.p || slice_is(line, "-1")) /* which is null */
		return n;
	if (!json_integer(line, &r->n) || (r->n && *line.p == '0') ||
		r->n > (r->type == '$' ? RESP_STRING_MAX : RESP_ITEMS_MAX))
		return -1;
	return r->type == '$' ? read_string(s, (size_t)n, r->n, r) : n;
}

/* Nesting needs no stack: it is enough to count the items that must still come.
 */
ssize_t resp_whole(struct slice s)
{
	const char *begin = s.p;
	uint64_t items = 0, left = 1;

	while (left) {
		struct resp r;
		ssize_t n = resp_read(s, &r);

		if (n <= 0)
			return n;
		s = (struct slice){s.p + n, s.len - (size_t)n};
		left += (r.type == '*' ? r.n : 0) - 1;
		if (++items + left > RESP_ITEMS_MAX)
			return -1;
	}
	return s.p - begin;
}

struct resp resp_next(struct slice *s)
{
	struct resp r;
	ssize_t n = resp_read(*s, &r);

	if (n <= 0)
		return (struct resp){.type = 0};
	*s = (struct slice){s->p + n, s->len - (size_t)n};
	return r;
}

bool resp_command(struct buf *b, const char *const *words, size_t n)
{
	size_t before = b->len;
	bool ok = buf_printf(b, "*%llu\r\n", (unsigned long long)n);

	for (size_t i = 0; i < n; i++)
		ok = ok &&
		     buf_printf(b, "$%llu\r\n%s\r\n",
			     (unsigned long long)strlen(words[i]), words[i]);
	if (!ok)
		b->len = before;
	return ok;
}
