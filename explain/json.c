/* json.c - a writer of JSON: RFC 8259. */
#include "explain/json.h"

#include "utf8.h"

#include <string.h>

static void put_raw(struct json *json, const void *bytes, size_t len)
{
	if (!buf_append(&json->out, bytes, len))
		json->failed = true;
}

static void put_text(struct json *json, const char *text)
{
	put_raw(json, text, strlen(text));
}

/* Returns the size of the character at p, or 0 when it must be escaped. The 0
 * at the end of the text never continues a character. */
static size_t plain_size(const char *p)
{
	struct utf8 utf8 = {0};
	size_t n = 0;

	if (*p >= ' ' && *p < 0x7F)
		return *p != '"' && *p != '\\';
	if (!(*p & 0x80))
		return 0;
	do {
		if (!utf8_next(&utf8, p + n++, 1))
			return 0;
	} while (!utf8_is_complete(&utf8));
	return n;
}

/* RFC 8259 7: "the characters that MUST be escaped: quotation mark, reverse
 * solidus, and the control characters" */
static void put_escaped(struct json *json, char c)
{
	char two[3];

	put_text(json, "\\");
	if (c == '"' || c == '\\') {
		put_raw(json, &c, 1);
	} else if ((unsigned char)c < 0x80) {
		put_text(json, "u00");
		put_text(json, piece_hex(two, (unsigned char)c));
	} else {
		put_text(json, "ufffd");
	}
}

static void put_quoted(struct json *json, const char *text)
{
	put_text(json, "\"");
	while (*text) {
		size_t len = 0, n;

		while ((n = plain_size(text + len)))
			len += n;
		put_raw(json, text, len);
		text += len;
		if (*text)
			put_escaped(json, *text++);
	}
	put_text(json, "\"");
}

/* Names come from this program and have nothing to escape. */
static void begin_value(struct json *json, const char *name)
{
	if (!name) {
		put_text(json, json->comma ? "," : "");
	} else {
		put_text(json, json->comma ? ",\"" : "\"");
		put_text(json, name);
		put_text(json, "\":");
	}
	json->comma = true;
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin_value(json, name);
	put_raw(json, &bracket, 1);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	put_raw(json, &bracket, 1);
	json->comma = true;
}

void json_put_number(struct json *json, const char *name, uint64_t number)
{
	char digits[PIECE_DIGITS];

	begin_value(json, name);
	put_text(json, piece_digits(digits, number));
}

void json_put_true(struct json *json, const char *name)
{
	begin_value(json, name);
	put_text(json, "true");
}

void json_put_string(struct json *json, const char *name, const char *text)
{
	begin_value(json, name);
	put_quoted(json, text);
}

void json_put_hex(struct json *json, const char *name,
	const unsigned char *bytes, size_t len)
{
	char two[3];

	begin_value(json, name);
	put_text(json, "\"");
	for (size_t i = 0; i < len; i++)
		put_text(json, piece_hex(two, bytes[i]));
	put_text(json, "\"");
}

static void put_field(struct json *json, const struct piece_field *f)
{
	json_open(json, NULL, '{');
	json_put_number(json, "at", f->at);
	json_put_number(json, "bit", f->bit);
	json_put_number(json, "bits", f->bits);
	json_put_string(json, "name", f->is.name);
	json_put_string(json, "value", f->value);
	json_put_string(json, "means", f->is.means);
	json_put_string(json, "rfc", f->is.rfc);
	if (f->derived)
		json_put_true(json, "derived");
	if (*f->code)
		json_put_string(json, "code", f->code);
	if (f->derived && f->shown)
		json_put_hex(json, "hex", f->bytes, f->shown);
	json_close(json, '}');
}

static void put_broken(struct json *json, const struct piece *piece)
{
	const struct piece_field *guilty = piece_guilty(piece);

	json_open(json, "broken", '{');
	json_put_number(json, "code", (uint64_t)piece->code);
	json_put_number(json, "at", piece->at);
	json_put_string(json, "why", piece->why);
	if (piece->at < piece->len)
		json_put_hex(json, "byte", piece->bytes + piece->at, 1);
	if (guilty)
		json_put_number(
			json, "field", (uint64_t)(guilty - piece->fields));
	json_close(json, '}');
}

void json_put_piece(struct json *json, const struct piece *piece)
{
	static const char *const kinds[] = {
		"request", "response", "frame", "run", "end"};
	size_t max = piece->kind < PIECE_FRAME ? JSON_HEAD_MAX : JSON_HEX_MAX;

	json_open(json, NULL, '{');
	json_put_number(json, "n", piece->number);
	json_put_number(json, "us", piece->us);
	json_put_string(json, "dir", piece->sent ? "out" : "in");
	json_put_string(json, "kind", kinds[piece->kind]);
	json_put_string(json, "title", piece->title);
	json_put_number(json, "size", piece->len);
	json_put_hex(
		json, "hex", piece->bytes, piece->len < max ? piece->len : max);
	json_open(json, "fields", '[');
	for (size_t i = 0; i < piece->n; i++)
		put_field(json, &piece->fields[i]);
	json_close(json, ']');
	if (piece->why)
		put_broken(json, piece);
	if (piece->missing)
		json_put_number(json, "missing", piece->missing);
	if (piece->at_least)
		json_put_true(json, "least");
	json_close(json, '}');
}
