/* header.c - the fields that a site adds to its responses: RFC 9110 5. */
#include "files/header.h"

#include "buf.h"
#include "http/slice.h"

#include <err.h>
#include <string.h>
#include <strings.h>

/* Proxies and browsers refuse a head that is much longer. */
#define TOTAL_MAX 8192

/* RFC 9112 6, 9.3, RFC 9110 6.6.1, 7.8: who changed these would change where a
 * message ends, or which protocol comes after it. RFC 6455 11.3: Sec-WebSocket-*
 * belong to the handshake, and browsers reserve all of Sec-*. */
static bool is_reserved(struct slice name)
{
	static const char *const reserved[] = {"Connection", "Content-Length",
		"Date", "Transfer-Encoding", "Upgrade"};

	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (slice_is_nocase(name, reserved[i]))
			return true;
	return !strncasecmp(name.p, "Sec-", 4);
}

static bool has_control(const char *text)
{
	while ((unsigned char)*text >= ' ' && *text != 0x7F)
		text++;
	return *text;
}

/* Returns what is wrong with a field, or NULL. */
static const char *mistake(struct slice name, struct slice value)
{
	if (!value.p)
		return "has no colon: give it as 'Name: value'";
	if (!slice_is_all(name, SLICE_TOKEN))
		return "does not begin with a name (RFC 9110 5.1)";
	if (is_reserved(name))
		return "is a field that only the server may write";
	return NULL;
}

void header_check(const char *const *fields)
{
	size_t total = 0;

	for (; *fields; fields++) {
		struct slice value, all = {*fields, strlen(*fields)},
				    name = slice_cut(all, ':', &value);
		const char *what = mistake(name, value);

		if (has_control(*fields))
			errx(2, "--header has a control character in it. "
				"See --help.");
		if (what)
			errx(2, "--header %s %s. See --help.", *fields, what);
		total += all.len;
	}
	if (total > TOTAL_MAX)
		errx(2, "--header is more than 8 KiB in all. See --help.");
}

char *header_lines(const char *const *fields)
{
	struct buf lines = {0};
	bool fits = true;

	for (; *fields; fields++) {
		struct slice value, all = {*fields, strlen(*fields)},
				    name = slice_cut(all, ':', &value);

		value = slice_trim(value);
		fits &= buf_printf(&lines, "%.*s: %.*s\r\n", (int)name.len,
			name.p, (int)value.len, value.p);
	}
	if (fits && buf_append(&lines, "", 1))
		return (char *)lines.data;
	buf_free(&lines);
	return NULL;
}
