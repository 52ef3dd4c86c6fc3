/* condition.c - validators, preconditions and ranges: RFC 9110, sections 8.8,
 * 13 and 14. A field is asked only when those above it have let the request
 * pass:
 *
 *     If-Match             a strong tag is ours      \ else 412
 *     If-Unmodified-Since  asked without If-Match    /
 *     If-None-Match        no tag is ours            \ else 304
 *     If-Modified-Since    asked without that        /
 *     If-Range             a strong tag or the date is ours; else all bytes
 *     Range: bytes=0-499   the first 500: positions are inclusive
 *     Range: bytes=500-    all but those
 *     Range: bytes=-500    the last 500 */
#include "files/condition.h"

#include "files/timestamp.h"

#include <string.h>

/* Each step is a bijection of `hash` and of `n`: two states that differ in one
 * number never have the same hash, and others almost certainly do not. */
static uint64_t mix(uint64_t hash, uint64_t n)
{
	hash = (hash ^ n) * 0x9E3779B97F4A7C15;
	return hash ^ hash >> 32;
}

static uint64_t nanoseconds(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

/* The kernel's clock for stamps ticks at least every 10 ms, but a file system
 * may store only seconds, or like FAT every other second. It is ctime that
 * counts, because the owner of a file can set mtime back. */
bool condition_is_recent(const struct stat *st, const struct timespec *now)
{
	uint64_t grain = st->st_ctim.tv_nsec ? 20000000 : 2000000000;

	return nanoseconds(&st->st_ctim) + grain >= nanoseconds(now);
}

uint64_t condition_digest(const void *bytes, size_t len)
{
	uint64_t hash = mix(1, len);

	for (size_t i = 0; i < len; i += sizeof hash) {
		size_t left = len - i;
		uint64_t word = 0;

		memcpy(&word, (const char *)bytes + i,
			left < sizeof word ? left : sizeof word);
		hash = mix(hash, word);
	}
	return hash;
}

/* RFC 9110 8.8.1: a strong validator "changes value whenever a change occurs
 * to the representation data". Of a large file only the stamps tell, and some
 * file systems store mtime with a grain of 2 seconds. */
static bool may_change_unseen(const struct stat *st, const struct timespec *now)
{
	const struct timespec *edited = &st->st_mtim;
	time_t ago = now->tv_sec - 2;

	return edited->tv_sec > ago ||
	       (edited->tv_sec == ago && edited->tv_nsec >= now->tv_nsec) ||
	       condition_is_recent(st, now);
}

static uint64_t hash_state(const struct stat *st)
{
	uint64_t hash = mix(mix(0, st->st_ino), (uint64_t)st->st_size);

	hash = mix(hash, nanoseconds(&st->st_mtim));
	return mix(hash, nanoseconds(&st->st_ctim));
}

/* RFC 9110 8.8.3: opaque-tag, behind "W/" when it is weak. */
static void write_etag(char *p, uint64_t hash, bool weak)
{
	static const char digits[] = "0123456789abcdef";

	if (weak) {
		*p++ = 'W';
		*p++ = '/';
	}
	*p++ = '"';
	for (int shift = 60; shift >= 0; shift -= 4)
		*p++ = digits[hash >> shift & 15];
	*p++ = '"';
	*p = 0;
}

void condition_init(struct validators *v, const struct stat *st,
	const struct timespec *now, const uint64_t *digest)
{
	bool weak = !digest && may_change_unseen(st, now);
	uint64_t hash = digest ? *digest : hash_state(st);

	/* the time is hashed too, so that no later tag is the same */
	if (weak)
		hash = mix(hash, nanoseconds(now));
	write_etag(v->etag, hash, weak);
	v->now = now->tv_sec;
	/* RFC 9110 8.8.2.1: an origin server "MUST NOT generate a
	 * Last-Modified date that is later than the server's time of message
	 * origination" */
	v->modified = st->st_mtime < v->now ? st->st_mtime : v->now;
	if (v->modified < 0)
		v->modified = 0; /* date_format writes no earlier one */
}

/* RFC 9110 8.8.3: entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE */
struct tag {
	bool weak;
	struct slice opaque;
};

/* Takes the next tag off a list. Returns false at the end of the list, and
 * where it goes on with something else. It is not a list for slice_next,
 * because in a tag a backslash escapes nothing. */
static bool next_tag(struct slice *list, struct tag *tag)
{
	struct slice s = slice_trim(*list);

	while (s.len && s.p[0] == ',')
		s = slice_trim((struct slice){s.p + 1, s.len - 1});
	tag->weak = s.len > 1 && !memcmp(s.p, "W/", 2);
	if (tag->weak)
		s = (struct slice){s.p + 2, s.len - 2};
	if (!s.len || s.p[0] != '"')
		return false;
	s = (struct slice){s.p + 1, s.len - 1};
	tag->opaque = slice_cut(s, '"', list);
	return list->p;
}

/* RFC 9110 8.8.3.2: the weak comparison asks whether the opaque parts are the
 * same, the strong one also that neither tag is weak. */
static bool is_listed(struct slice list, const char *etag, bool weakly)
{
	struct slice own = {etag, strlen(etag)};
	struct tag ours, theirs;

	next_tag(&own, &ours);
	while (next_tag(&list, &theirs))
		if (slice_equal(theirs.opaque, ours.opaque) &&
			(weakly || (!theirs.weak && !ours.weak)))
			return true;
	return false;
}

/* RFC 9110 13.1.1, 13.1.2: "*" alone, or a list of tags, which may be spread
 * over several fields. */
static bool matches(const struct request *req, const char *name,
	const char *etag, bool weakly)
{
	if (slice_is(request_header(req, name), "*"))
		return fields_count(&req->fields, name) == 1;
	for (size_t i = 0; i < req->fields.n; i++)
		if (slice_is_nocase(req->fields.lines[i].name, name) &&
			is_listed(req->fields.lines[i].value, etag, weakly))
			return true;
	return false;
}

/* RFC 9110 13.1.3, 13.1.4: ignored unless it is one field with a valid date. */
static bool read_date(
	const struct request *req, const char *name, int64_t now, int64_t *date)
{
	struct slice field = request_header(req, name);

	return field.p && fields_count(&req->fields, name) == 1 &&
	       timestamp_parse(field, now, date);
}

/* RFC 9110 13.2.2, steps 1 to 4: 200, 304 or 412. */
static int precondition(const struct request *req, const struct validators *v)
{
	int64_t date;

	/* RFC 9110 13.1.1: "MUST use the strong comparison function" */
	if (request_header(req, "If-Match").p) {
		if (!matches(req, "If-Match", v->etag, false))
			return 412;
	} else if (read_date(req, "If-Unmodified-Since", v->now, &date)) {
		if (v->modified > date)
			return 412;
	}
	/* RFC 9110 13.1.2: "MUST use the weak comparison function" */
	if (request_header(req, "If-None-Match").p)
		return matches(req, "If-None-Match", v->etag, true) ? 304 : 200;
	if (read_date(req, "If-Modified-Since", v->now, &date) &&
		v->modified <= date)
		return 304;
	return 200;
}

/* RFC 9110 13.2.2, step 5: does If-Range let Range count? */
static bool allows_range(const struct request *req, const struct validators *v)
{
	struct slice field = request_header(req, "If-Range");
	int64_t date;

	if (!field.p)
		return true;
	if (fields_count(&req->fields, "If-Range") > 1)
		return false;
	/* RFC 9110 13.1.5: "If the HTTP-date validator provided is not a
	 * strong validator in the sense defined by Section 8.8.2.2, the
	 * condition is false": until its second is over, more can change */
	if (timestamp_parse(field, v->now, &date))
		return date == v->modified && date < v->now;
	/* one tag, and the same bytes: a weak one never is */
	return slice_is(field, v->etag) && field.p[0] == '"';
}

/* RFC 9110 14.1.2: "recipients MUST anticipate potentially large decimal
 * numerals": a number too large for us is one beyond the end of every file. */
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

/* The range-spec of the field, when it has exactly one. RFC 9110 14.2: "A
 * server MAY ignore the Range header field", and few clients ask for several. */
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

/* RFC 9110 14.1.2: "-500"; of fewer bytes "the entire representation is used".
 * In an empty file that would be a range that Content-Range cannot name. */
static int read_suffix(struct slice length, uint64_t size, struct range *range)
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

/* 200, 206 or 416. */
static int read_range(
	const struct request *req, uint64_t size, struct range *range)
{
	struct slice end, start = slice_cut(range_spec(req), '-', &end);
	uint64_t first, last = UINT64_MAX;

	if (!end.p)
		return 200;
	if (!start.len)
		return read_suffix(end, size, range);
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

int condition_status(const struct request *req, const struct validators *v,
	uint64_t size, struct range *range)
{
	int status = precondition(req, v);

	*range = (struct range){0, size};
	/* RFC 9110 14.2: a Range counts "only if the result in absence of the
	 * Range header field would be a 200 (OK) response", and "GET is the
	 * only method for which range handling is defined" */
	if (status != 200 || req->method != METHOD_GET || !allows_range(req, v))
		return status;
	return read_range(req, size, range);
}
