/* condition.c - validators and preconditions: RFC 9110, sections 8.8, 13.
 *
 *     If-Match             strong tags    \ else 412
 *     If-Unmodified-Since  without it     /
 *     If-None-Match        weak tags      \ else 304
 *     If-Modified-Since    without it     /
 *     If-Range             a strong tag, or the very date; else all bytes */
#include "files/condition.h"

#include "http/date.h"

#include <string.h>

/* Each step is a bijection of `hash` and of `n`: what differs in one place
 * alone always differs, and in several all but certainly. */
static uint64_t mix(uint64_t hash, uint64_t n)
{
	hash = (hash ^ n) * 0x9E3779B97F4A7C15;
	return hash ^ hash >> 32;
}

static uint64_t nanoseconds(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

/* Could the file change once more and keep its stamp? The kernel's clock for
 * stamps ticks at least every 10 ms, but a file system may keep no more than
 * seconds, or as FAT does every other one. ctime and not mtime, which whoever
 * writes the file can set back. */
static bool is_recent(const struct stat *st, const struct timespec *now)
{
	uint64_t grain = st->st_ctim.tv_nsec ? 20000000 : 2000000000;

	return nanoseconds(&st->st_ctim) + grain >= nanoseconds(now);
}

/* RFC 9110 8.8.1: a strong validator "changes value whenever a change occurs
 * to the representation data"; as long as that is not certain, the tag is weak
 * (8.8.3), and the time goes into it, so that it matches no later one. */
static void write_etag(
	char *p, const struct stat *st, const struct timespec *now)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t hash = mix(mix(0, st->st_ino), (uint64_t)st->st_size);

	hash = mix(hash, nanoseconds(&st->st_mtim));
	hash = mix(hash, nanoseconds(&st->st_ctim));
	if (is_recent(st, now)) {
		hash = mix(hash, nanoseconds(now));
		*p++ = 'W';
		*p++ = '/';
	}
	*p++ = '"';
	for (int shift = 60; shift >= 0; shift -= 4)
		*p++ = digits[hash >> shift & 15];
	*p++ = '"';
	*p = 0;
}

void condition_init(
	struct validators *v, const struct stat *st, const struct timespec *now)
{
	write_etag(v->etag, st, now);
	v->now = now->tv_sec;
	/* RFC 9110 8.8.2.1: an origin server "MUST NOT generate a
	 * Last-Modified date that is later than the server's time of message
	 * origination" */
	v->modified = st->st_mtime < v->now ? st->st_mtime : v->now;
	if (v->modified < 0)
		v->modified = 0; /* nor one that date_format cannot write */
}

/* RFC 9110 8.8.3: entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE */
struct tag {
	bool weak;
	struct slice opaque;
};

/* Takes the next tag off a list. False: there is none, or no tag. A backslash
 * escapes nothing here, other than in what slice_next goes through. */
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

/* RFC 9110 8.8.3.2: in the weak comparison the opaque parts decide, in the
 * strong one neither tag is weak. */
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

/* RFC 9110 13.1.1, 13.1.2: "*", or a list, which may go over several fields.
 * With other elements "*" is not valid. */
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

/* RFC 9110 13.1.3, 13.1.4: a field that is not one valid date is ignored. */
static bool read_date(
	const struct request *req, const char *name, int64_t now, int64_t *date)
{
	struct slice field = request_header(req, name);

	return field.p && fields_count(&req->fields, name) == 1 &&
	       date_parse(field, now, date);
}

/* In the order of RFC 9110 13.2.2. */
int condition_status(const struct request *req, const struct validators *v)
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

bool condition_allows_range(
	const struct request *req, const struct validators *v)
{
	struct slice field = request_header(req, "If-Range");
	int64_t date;

	if (!field.p)
		return true;
	if (fields_count(&req->fields, "If-Range") > 1)
		return false;
	/* RFC 9110 13.1.5: "If the HTTP-date validator provided is not a
	 * strong validator in the sense defined by Section 8.8.2.2, the
	 * condition is false": in a second that is not over, more can change */
	if (date_parse(field, v->now, &date))
		return date == v->modified && date < v->now;
	/* one tag, and in the same bytes: weak ones differ in any case */
	return slice_is(field, v->etag) && field.p[0] == '"';
}
