/* lines.c - explains a head of HTTP line by line: RFC 9112; RFC 6455, sections
 * 4 and 11.3.
 *
 * Each line is a field. Only in a head with more lines than a piece has room for
 * do the last ones share a field, which lists their names. */
#include "explain/lines.h"

#include "http/slice.h"
#include "sha1.h"

#include <string.h>

/* Fields kept free for the end of the head and for the steps from the key. */
#define FIELDS_KEPT 6

static const struct sense request_line[] = {
	{"method", "what to do with the target", "9110 9.1"},
	{"target", "the requested resource", "9112 3.2"},
	{"version", "the sender's HTTP version", "9112 2.3"},
};

static const struct sense status_line[] = {
	{"version", "the sender's HTTP version", "9112 2.3"},
	{"status", "", "9110 15"},
	{"phrase", "for human readers", "9112 4"},
};

static const struct sense statuses[] = {
	{"status", "informational", "9110 15.2"},
	{"status", "success", "9110 15.3"},
	{"status", "redirection", "9110 15.4"},
	{"status", "client error", "9110 15.5"},
	{"status", "server error", "9110 15.6"},
};

static const struct sense switched = {
	"status", "accepted: frames follow", "9110 15.2.2"};

static const struct sense known[] = {
	{"Host", "the host and port in the URL", "9110 7.2"},
	{"Upgrade", "the protocol to switch to", "9110 7.8"},
	{"Connection", "for this hop only", "9110 7.6.1"},
	{"Origin", "the page's scheme, host and port", "6455 10.2"},
	{"Sec-WebSocket-Key", "16 random bytes in Base64", "6455 11.3.1"},
	{"Sec-WebSocket-Extensions", "extensions that are offered",
		"6455 11.3.2"},
	{"Sec-WebSocket-Accept", "computed from the key", "6455 11.3.3"},
	{"Sec-WebSocket-Protocol", "subprotocols that are offered",
		"6455 11.3.4"},
	{"Sec-WebSocket-Version", "13 means RFC 6455", "6455 11.3.5"},
	{"Content-Length", "bytes of body after the head", "9110 8.6"},
	{"Transfer-Encoding", "how the body is encoded", "9112 6.1"},
	{"Content-Type", "media type of the body", "9110 8.3"},
	{"Location", "where to go instead", "9110 10.2.2"},
	{"Cookie", "says who asks, not where from", "6455 10.5"},
	{"Authorization", "says who asks, not where from", "6455 10.5"},
	{"User-Agent", "the program that asks", "9110 10.1.5"},
	{"Accept-Encoding", "codings that the client decodes", "9110 12.5.3"},
	{"Accept-Language", "languages that the user prefers", "9110 12.5.4"},
	{"Cache-Control", "what caches may do", "9111 5.2"},
	{"Pragma", "no-cache, for old caches", "9111 5.4"},
	{"Date", "when the response was made", "9110 6.6.1"},
	{"Server", "the program that answers", "9110 10.2.4"},
	{"Set-Cookie", "a cookie for later requests", "6265 4.1"},
	{"Retry-After", "when to ask again", "9110 10.2.3"},
	{"Allow", "the methods that the target takes", "9110 10.2.1"},
};

/* What these mean in a response, where nothing is asked or offered. */
static const struct sense answered[] = {
	{"Upgrade", "the protocol that is spoken next", "9110 7.8"},
	{"Sec-WebSocket-Extensions", "the extensions in use", "6455 11.3.2"},
	{"Sec-WebSocket-Protocol", "the subprotocol in use", "6455 11.3.4"},
	{"Sec-WebSocket-Version", "what the server speaks", "6455 11.3.5"},
};

/* Their values are secrets, which a terminal or a log must not show. */
static const char *const secrets[] = {
	"Cookie", "Authorization", "Set-Cookie", "Proxy-Authorization"};

static const struct sense others = {"other fields", "", "9110 5"};

static const struct sense broken = {"line", "not a valid field line", "9112 5"};

static const struct sense first_empty = {"empty line", "ignored", "9112 2.2"};

static const struct sense end_of_head = {
	"end of head", "an empty line", "9112 2.1"};

static const struct sense steps[] = {
	{"key + GUID", "the key, then a fixed GUID", "6455 4.2.2"},
	{"SHA-1", "the 20-byte digest of that text", "3174 6.1"},
	{"Base64", "the expected accept value", "4648 4"},
};

/* Returns the next line, including its CR LF if that has arrived. */
static struct slice next_line(const struct piece *piece)
{
	size_t left = piece_rest(piece);
	const char *p = (const char *)piece->bytes + piece->len - left;
	const char *end = memmem(p, left, "\r\n", 2);

	return (struct slice){p, end ? (size_t)(end + 2 - p) : left};
}

static struct slice without_end(struct slice line)
{
	if (line.len > 1 && !memcmp(line.p + line.len - 2, "\r\n", 2))
		line.len -= 2;
	return line;
}

static const struct sense *sense_of_status(struct slice status)
{
	if (slice_is(status, "101"))
		return &switched;
	if (status.len == 3 && *status.p >= '1' && *status.p <= '5')
		return &statuses[*status.p - '1'];
	return &status_line[1];
}

/* Adds the three words of a first line; the last may contain blanks. The blank
 * after a word belongs to its field. */
static void add_first_line(
	struct piece *piece, struct slice line, const struct sense is[3])
{
	struct slice rest = without_end(line);
	size_t end = line.len - rest.len;

	for (int i = 0; i < 3 && rest.p && (rest.len || end); i++) {
		struct slice word = i < 2 ? slice_cut(rest, ' ', &rest) : rest;
		size_t mark = i < 2 && rest.p ? 1 : end;
		const struct sense *one = &is[i] == &status_line[1]
						  ? sense_of_status(word)
						  : &is[i];

		piece_put_bytes(piece_add(piece, (word.len + mark) * 8, one),
			word.p, word.len);
	}
}

static const struct sense *find(
	const struct sense *is, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is_nocase(name, is[i].name))
			return &is[i];
	return NULL;
}

/* Adds a field of that name. One that is not explained keeps its name as it was
 * written, shortened if it must be. */
static struct piece_field *add_named(
	struct piece *piece, struct slice name, uint64_t bits)
{
	static const struct sense unknown = {"", "", "9110 5"};
	const struct sense *is = NULL;
	struct piece_field *f;

	if (piece->sent)
		is = find(answered, sizeof answered / sizeof *answered, name);
	if (!is)
		is = find(known, sizeof known / sizeof *known, name);
	f = piece_add(piece, bits, is ? is : &unknown);
	if (!is)
		memcpy(f->is.name, name.p,
			name.len < sizeof f->is.name ? name.len
						     : sizeof f->is.name - 1);
	return f;
}

/* Adds the value of a field, or of a secret its size alone. */
static void put_value(
	struct piece_field *f, struct slice name, struct slice value)
{
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (slice_is_nocase(name, secrets[i])) {
			piece_put(f, "(");
			piece_put_number(f, value.len);
			piece_put(f, " bytes, a secret)");
			return;
		}
	piece_put_bytes(f, value.p, value.len);
}

static void add_other(struct piece *piece, struct slice name, uint64_t bits)
{
	struct piece_field *last = &piece->fields[piece->n - 1];

	if (!strcmp(last->is.name, others.name)) {
		piece_extend(piece, bits);
		piece_put(last, ", ");
	} else {
		last = piece_add(piece, bits, &others);
	}
	piece_put_bytes(last, name.p, name.len);
}

static void add_field(struct piece *piece, struct slice line)
{
	uint64_t bits = (uint64_t)line.len * 8;
	struct slice text = without_end(line), value;
	struct slice name = slice_cut(text, ':', &value);

	if (!text.len) {
		piece_add(piece, bits, &end_of_head);
	} else if (piece->n >= PIECE_FIELDS_MAX - FIELDS_KEPT) {
		add_other(piece, name, bits);
	} else if (!value.p || !slice_is_all(name, SLICE_TOKEN)) {
		piece_put_bytes(
			piece_add(piece, bits, &broken), text.p, text.len);
	} else {
		put_value(
			add_named(piece, name, bits), name, slice_trim(value));
	}
}

void lines_explain(struct piece *piece, bool sent, const void *p, size_t len)
{
	struct slice line;

	piece_start(piece, sent ? PIECE_RESPONSE : PIECE_REQUEST,
		sent ? "response" : "request", sent, p, len);
	line = next_line(piece);
	if (line.len == 2 && !without_end(line).len) {
		piece_add(piece, 16, &first_empty);
		line = next_line(piece);
	}
	if (line.len)
		add_first_line(piece, line, sent ? status_line : request_line);
	while ((line = next_line(piece)).len)
		add_field(piece, line);
}

static void put_hex(struct piece_field *f, const unsigned char *p, size_t len)
{
	char two[3];

	for (size_t i = 0; i < len; i++) {
		piece_put(f, i ? " " : "");
		piece_put(f, piece_hex(two, p[i]));
	}
}

void lines_explain_key(struct piece *piece, const char key[HANDSHAKE_KEY_LEN],
	char accept[HANDSHAKE_ACCEPT_SIZE])
{
	unsigned char digest[SHA1_SIZE];
	char text[HANDSHAKE_KEY_LEN + sizeof handshake_guid];
	size_t at = (size_t)(key - (const char *)piece->bytes);
	uint64_t bits = HANDSHAKE_KEY_LEN * 8;

	memcpy(text, key, HANDSHAKE_KEY_LEN);
	strcpy(text + HANDSHAKE_KEY_LEN, handshake_guid);
	sha1(digest, text, sizeof text - 1);
	handshake_accept(accept, key);
	piece_put(piece_derive(piece, at, bits, &steps[0]), text);
	put_hex(piece_derive(piece, at, bits, &steps[1]), digest, SHA1_SIZE);
	piece_put(piece_derive(piece, at, bits, &steps[2]), accept);
}
