/* fuzz_fields.c - any bytes as the fields of a GET, as coding.h, condition.h
 * and handshake.h read them.
 *
 * The meaning of a list depends neither on the case of its name nor on whether
 * there are empty elements in it (RFC 9110 5.1, 5.6.1). */
#include "tests/fuzz/fuzz.h"

#include "files/coding.h"
#include "files/condition.h"
#include "http/handshake.h"

#include <ctype.h>

struct verdicts {
	bool asked;
	int handshake, condition, br, gzip, identity;
	struct range range;
	const char *protocol;
};

static struct verdicts ask(const struct request *req)
{
	static const char *const spoken[] = {"echo", "v2.echo", NULL};
	struct stat st = {.st_size = 1000, .st_ino = 7};
	struct timespec now = {.tv_sec = 784111777};
	struct validators validators;
	struct verdicts v = {.asked = handshake_is_asked(req)};
	const char *why = "";

	st.st_mtim.tv_sec = st.st_ctim.tv_sec = now.tv_sec - 100;
	condition_init(&validators, &st, &now, NULL);
	v.handshake = handshake_check(req, &why);
	assert(v.handshake == 0 || v.handshake == 400 || v.handshake == 426);
	assert(strlen(why) <= 123);
	v.protocol = handshake_protocol(req, spoken);
	v.condition = condition_status(req, &validators, 1000, &v.range);
	assert(v.condition == 200 || v.condition == 206 || v.condition == 304 ||
		v.condition == 412 || v.condition == 416);
	assert(v.range.first < 1000 && v.range.len <= 1000 - v.range.first);
	assert(v.condition == 206 || v.range.len == 1000);
	v.br = coding_quality(req, "br");
	v.gzip = coding_quality(req, "gzip");
	v.identity = coding_quality(req, "identity");
	assert(v.br >= 0 && v.br <= 1000 && v.gzip >= 0 && v.gzip <= 1000);
	assert(v.identity >= 0 && v.identity <= 1000);
	return v;
}

static void check_key(const struct request *req)
{
	char accept[HANDSHAKE_ACCEPT_SIZE];

	handshake_accept(accept, request_header(req, "Sec-WebSocket-Key").p);
	assert(strlen(accept) == HANDSHAKE_ACCEPT_SIZE - 1);
}

/* The same request with its names in capitals, and an empty element at the
 * front of each list. */
static void disguise(struct request *req, char *names)
{
	for (size_t i = 0; i < req->fields.n; i++) {
		struct slice *name = &req->fields.lines[i].name;

		for (size_t at = 0; at < name->len; at++)
			names[at] = (char)toupper((unsigned char)name->p[at]);
		name->p = names;
		names += name->len;
	}
}

static void check(const struct request *req)
{
	char names[REQUEST_HEAD_MAX];
	struct request other = *req;
	struct verdicts a = ask(req), b;

	disguise(&other, names);
	b = ask(&other);
	assert(a.asked == b.asked);
	assert(a.handshake == b.handshake && a.protocol == b.protocol);
	assert(a.condition == b.condition && a.range.first == b.range.first &&
		a.range.len == b.range.len);
	assert(a.br == b.br && a.gzip == b.gzip && a.identity == b.identity);
	if (!a.handshake)
		check_key(req);
}

int fuzz_fields(const uint8_t *data, size_t len)
{
	static const char start[] = "GET / HTTP/1.1\r\nHost: h\r\n";
	size_t n = sizeof start - 1, all = n + len + 4;
	char *text = malloc(all);
	struct request req;

	assert(text);
	memcpy(text, start, n);
	memcpy(text + n, data, len);
	memcpy(text + n + len, "\r\n\r\n", 4);
	if (request_parse(text, all, &req) > 0)
		check(&req);
	free(text);
	return 0;
}
