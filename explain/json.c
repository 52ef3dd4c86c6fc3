/* json.c - a piece of what crosses the wire, as JSON: RFC 8259. */
#include "explain/json.h"

#include <string.h>

struct writer {
	struct buf *out;
	bool failed;
};

static void put(struct writer *w, const char *text)
{
	if (!buf_append(w->out, text, strlen(text)))
		w->failed = true;
}

/* What stands before the value is written as it is: ',"name":'. */
static void put_number(struct writer *w, const char *before, uint64_t number)
{
	char digits[PIECE_DIGITS];

	put(w, before);
	put(w, piece_digits(digits, number));
}

/* RFC 8259 7: a string. What a piece holds has no control characters. */
static void put_string(struct writer *w, const char *before, const char *text)
{
	put(w, before);
	put(w, "\"");
	while (*text) {
		size_t n = strcspn(text, "\"\\");

		if (!n)
			put(w, "\\");
		n += !n;
		if (!buf_append(w->out, text, n))
			w->failed = true;
		text += n;
	}
	put(w, "\"");
}

static void put_hex(struct writer *w, const char *before,
	const unsigned char *bytes, size_t len)
{
	put(w, before);
	put(w, "\"");
	for (size_t i = 0; i < len; i++) {
		char two[3];

		put(w, piece_hex(two, bytes[i]));
	}
	put(w, "\"");
}

static void put_field(struct writer *w, const struct field *f)
{
	put_number(w, "{\"at\":", f->at);
	put_number(w, ",\"bit\":", f->bit);
	put_number(w, ",\"bits\":", f->bits);
	put_string(w, ",\"name\":", f->is.name);
	put_string(w, ",\"value\":", f->value);
	put_string(w, ",\"means\":", f->is.means);
	put_string(w, ",\"rfc\":", f->is.rfc);
	if (f->derived)
		put(w, ",\"derived\":true");
	if (f->derived && f->shown)
		put_hex(w, ",\"hex\":", f->bytes, f->shown);
	put(w, "}");
}

static void put_broken(struct writer *w, const struct piece *piece)
{
	put_number(w, ",\"broken\":{\"code\":", (uint64_t)piece->code);
	put_number(w, ",\"at\":", piece->at);
	put_string(w, ",\"why\":", piece->why);
	put(w, "}");
}

bool json_write(struct buf *out, const struct piece *piece)
{
	static const char *const kinds[] = {
		"request", "response", "frame", "run", "end"};
	struct writer w = {.out = out};

	put_number(&w, "{\"n\":", piece->number);
	put_number(&w, ",\"us\":", piece->us);
	put_string(&w, ",\"dir\":", piece->sent ? "out" : "in");
	put_string(&w, ",\"kind\":", kinds[piece->kind]);
	put_string(&w, ",\"title\":", piece->title);
	put_number(&w, ",\"size\":", piece->len);
	put_hex(&w, ",\"hex\":", piece->bytes,
		piece->len < JSON_HEX_MAX ? piece->len : JSON_HEX_MAX);
	put(&w, ",\"fields\":[");
	for (size_t i = 0; i < piece->n; i++) {
		put(&w, i ? "," : "");
		put_field(&w, &piece->fields[i]);
	}
	put(&w, "]");
	if (piece->why)
		put_broken(&w, piece);
	put(&w, "}");
	return !w.failed;
}
