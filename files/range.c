/* range.c - which bytes of a file are asked for: RFC 9110, section 14.
 *
 *     Range: bytes=0-499    the first 500: positions are inclusive
 *     Range: bytes=500-     all but those
 *     Range: bytes=-500     the last 500
 *
 * Several ranges at once are allowed to be ignored (14.2), and hardly a client
 * asks for them: they get the whole file. */
#include "files/range.h"

/* RFC 9110 14.1.2: "recipients MUST anticipate potentially large decimal
 * numerals"; one beyond every file will do for all. */
static bool read_number(struct slice s, uint64_t *n)
{
	if (!slice_is_all(s, SLICE_DIGIT))
		return false;
	*n = 0;
	for (size_t i = 0; i < s.len; i++)
		*n = *n > UINT64_MAX / 10 - 1
			     ? UINT64_MAX
			     : *n * 10 + (uint64_t)(s.p[i] - '0');
	return true;
}

/* RFC 9110 14.2: the field's one range-spec, if that is what it holds. */
static struct slice range_spec(const struct request *req)
{
	static const struct slice none = {0};
	struct slice set, spec, field = request_header(req, "Range");
	struct slice unit = slice_cut(field, '=', &set);

	/* RFC 9110 14.1: "All range unit names are case-insensitive" */
	if (!slice_is_nocase(unit, "bytes") ||
		fields_count(&req->fields, "Range") != 1 ||
		slice_trim(set).p != set.p)
		return none;
	spec = slice_next(&set);
	return slice_next(&set).p ? none : spec;
}

/* "-500". RFC 9110 14.1.2: if there are fewer, "the entire representation is
 * used"; of an empty file that is no range that Content-Range can name. */
static int suffix(struct slice length, uint64_t size, struct range *range)
{
	uint64_t n;

	if (!read_number(length, &n))
		return 200;
	if (n == 0)
		return 416;
	if (size == 0)
		return 200;
	n = n < size ? n : size;
	*range = (struct range){size - n, n};
	return 206;
}

int range_status(const struct request *req, uint64_t size, struct range *range)
{
	struct slice end, start = slice_cut(range_spec(req), '-', &end);
	uint64_t first, last = UINT64_MAX;

	*range = (struct range){0, size};
	/* RFC 9110 14.2: "GET is the only method for which range handling is
	 * defined" */
	if (req->method != METHOD_GET || !end.p)
		return 200;
	if (!start.len)
		return suffix(end, size, range);
	if (!read_number(start, &first) ||
		(end.len && !read_number(end, &last)))
		return 200;
	/* RFC 9110 14.1.1: "An int-range is invalid if the last-pos value is
	 * present and less than the first-pos" */
	if (last < first)
		return 200;
	if (first >= size)
		return 416;
	last = last < size ? last : size - 1;
	*range = (struct range){first, last - first + 1};
	return 206;
}
