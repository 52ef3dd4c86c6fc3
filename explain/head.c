/* head.c - a head of HTTP, field by field: RFC 9112; RFC 6455, sections 4
 * and 11.3.
 *
 * A line is explained when it matters to a WebSocket or to where the head and
 * its body end; those between are named together. */
#include "explain/head.h"

#include "sha1.h"

#include <string.h>

/* Left for what stands behind the lines. */
#define FIELDS_KEPT 6

static const struct sense request_line[] = {
	{"method", "what to do", "9110 9.1"},
	{"target", "what it is done to", "9112 3.2"},
	{"version", "what it can speak", "9112 2.3"},
};

static const struct sense status_line[] = {
	{"version", "what it can speak", "9112 2.3"},
	{"status", "", "9110 15"},
	{"phrase", "for a person to read", "9112 4"},
};

static const struct sense statuses[] = {
	{"status", "go on", "9110 15.2"},
	{"status", "here it is", "9110 15.3"},
	{"status", "look elsewhere", "9110 15.4"},
	{"status", "refused: the request is wrong", "9110 15.5"},
	{"status", "refused: the server cannot", "9110 15.6"},
};

static const struct sense switched = {
	"status", "agreed: now frames", "9110 15.2.2"};

static const struct sense known[] = {
	{"Host", "the server that is meant", "9110 7.2"},
	{"Upgrade", "the protocol to change to", "9110 7.8"},
	{"Connection", "what is for this hop alone", "9110 7.6.1"},
	{"Origin", "the page that asks", "6455 10.2"},
	{"Sec-WebSocket-Key", "16 random bytes, in Base64", "6455 11.3.1"},
	{"Sec-WebSocket-Extensions", "offered, or agreed on", "6455 11.3.2"},
	{"Sec-WebSocket-Accept", "the answer to the key", "6455 11.3.3"},
	{"Sec-WebSocket-Protocol", "offered, or agreed on", "6455 11.3.4"},
	{"Sec-WebSocket-Version", "13 is RFC 6455", "6455 11.3.5"},
	{"Content-Length", "bytes of body behind the head", "9110 8.6"},
	{"Transfer-Encoding", "how the body is cut up", "9112 6.1"},
	{"Content-Type", "what the body is", "9110 8.3"},
	{"Location", "where to look", "9110 10.2.2"},
};

static const struct sense others = {"other fields", "", "9110 5"};

static const struct sense broken = {"line", "not in the grammar", "9112 5"};

static const struct sense first_empty = {
	"empty line", "passed over", "9112 2.2"};

static const struct sense end_of_head = {
	"end of head", "an empty line", "9112 2.1"};

static const struct sense steps[] = {
	{"key + GUID", "the GUID is always the same", "6455 4.2.2"},
	{"SHA-1", "the digest of that: 20 bytes", "3174 6.1"},
	{"Base64", "the accept value that it must get", "4648 4"},
};

/* The next line, with its end if that is there. */
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

static const struct sense *sense_of(struct slice status)
{
	if (slice_is(status, "101"))
		return &switched;
	if (status.len == 3 && *status.p >= '1' && *status.p <= '5')
		return &statuses[*status.p - '1'];
	return &status_line[1];
}

/* A first line is three words; the last may have blanks in it. A blank goes
 * with the word before it. */
static void add_first_line(
	struct piece *piece, struct slice line, const struct sense is[3])
{
	struct slice rest = without_end(line);
	size_t end = line.len - rest.len;

	for (int i = 0; i < 3 && rest.p && (rest.len || end); i++) {
		struct slice word = i < 2 ? slice_cut(rest, ' ', &rest) : rest;
		size_t mark = i < 2 && rest.p ? 1 : end;
		const struct sense *one =
			&is[i] == &status_line[1] ? sense_of(word) : &is[i];

		piece_put_bytes(piece_add(piece, (word.len + mark) * 8, one),
			word.p, word.len);
	}
}

static const struct sense *find(struct slice name)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (slice_is_nocase(name, known[i].name))
			return &known[i];
	return NULL;
}

static void add_other(struct piece *piece, struct slice name, uint64_t bits)
{
	struct field *last = &piece->fields[piece->n - 1];

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
	const struct sense *is = find(name);

	if (!text.len) {
		piece_add(piece, bits, &end_of_head);
	} else if (piece->n >= PIECE_FIELDS_MAX - FIELDS_KEPT) {
		add_other(piece, name, bits);
	} else if (!value.p || !slice_is_all(name, SLICE_TOKEN)) {
		piece_put_bytes(
			piece_add(piece, bits, &broken), text.p, text.len);
	} else if (is) {
		value = slice_trim(value);
		piece_put_bytes(piece_add(piece, bits, is), value.p, value.len);
	} else {
		add_other(piece, name, bits);
	}
}

static void add_head(struct piece *piece, const struct sense is[3])
{
	struct slice line = next_line(piece);

	if (line.len == 2 && !without_end(line).len) {
		piece_add(piece, 16, &first_empty);
		line = next_line(piece);
	}
	if (line.len)
		add_first_line(piece, line, is);
	while ((line = next_line(piece)).len)
		add_field(piece, line);
}

void head_request(struct piece *piece)
{
	add_head(piece, request_line);
}

void head_response(struct piece *piece)
{
	add_head(piece, status_line);
}

static void put_hex(struct field *f, const unsigned char *p, size_t len)
{
	char two[3];

	for (size_t i = 0; i < len; i++) {
		piece_put(f, i ? " " : "");
		piece_put(f, piece_hex(two, p[i]));
	}
}

void head_accept(struct piece *piece, const char key[HANDSHAKE_KEY_LEN],
	char accept[HANDSHAKE_ACCEPT_SIZE])
{
	unsigned char digest[SHA1_SIZE];
	char text[HANDSHAKE_TEXT_SIZE];
	size_t at = (size_t)(key - (const char *)piece->bytes);
	uint64_t bits = HANDSHAKE_KEY_LEN * 8;

	handshake_text(text, key);
	sha1(digest, text, sizeof text - 1);
	handshake_accept(accept, key);
	piece_put(piece_derive(piece, at, bits, &steps[0]), text);
	put_hex(piece_derive(piece, at, bits, &steps[1]), digest, SHA1_SIZE);
	piece_put(piece_derive(piece, at, bits, &steps[2]), accept);
}
