/* bits.c - a frame, field by field: RFC 6455, sections 5.2 to 5.5, 7.4.
 *
 * The tables say what each value of each field means. */
#include "explain/bits.h"

#include "utf8.h"

#include <string.h>

static const struct sense fin[] = {
	{"FIN", "more fragments follow", "6455 5.4"},
	{"FIN", "final fragment of the message", "6455 5.4"},
};

static const struct sense control_fin[] = {
	{"FIN", "must be 1 in a control frame", "6455 5.5"},
	{"FIN", "always 1 in a control frame", "6455 5.5"},
};

static const struct sense rsv[3][2] = {
	{{"RSV1", "reserved for extensions", "6455 5.2"},
		{"RSV1", "set, but no extension is in use", "6455 5.2"}},
	{{"RSV2", "reserved for extensions", "6455 5.2"},
		{"RSV2", "set, but no extension is in use", "6455 5.2"}},
	{{"RSV3", "reserved for extensions", "6455 5.2"},
		{"RSV3", "set, but no extension is in use", "6455 5.2"}},
};

static const struct sense coded = {
	"RSV1", "coded by the extension in use", "6455 9"};
static const struct sense misplaced = {
	"RSV1", "only where a message begins", "7692 6"};

/* Each row covers the opcodes from the row above up to `last`. */
static const struct type {
	unsigned char last;
	char title[29];
	struct sense is;
} types[] = {
	{FRAME_CONTINUATION, "continuation frame",
		{"opcode", "continues the message", "6455 5.4"}},
	{FRAME_TEXT, "text frame", {"opcode", "UTF-8 text", "6455 5.6"}},
	{FRAME_BINARY, "binary frame",
		{"opcode", "binary: any bytes", "6455 5.6"}},
	{FRAME_CLOSE - 1, "frame with a reserved opcode",
		{"opcode", "reserved for future data frames", "6455 5.2"}},
	{FRAME_CLOSE, "Close frame", {"opcode", "Close", "6455 5.5.1"}},
	{FRAME_PING, "Ping frame",
		{"opcode", "Ping: are you there?", "6455 5.5.2"}},
	{FRAME_PONG, "Pong frame", {"opcode", "Pong: here I am", "6455 5.5.3"}},
	{15, "frame with a reserved opcode",
		{"opcode", "reserved for future control frames", "6455 5.2"}},
};

static const struct sense mask[] = {
	{"MASK", "not masked: from a server", "6455 5.1"},
	{"MASK", "masked: from a client", "6455 5.1"},
};

/* The length's three forms. */
static const struct sense length[] = {
	{"payload length", "bytes (7-bit form)", "6455 5.2"},
	{"payload length", "the length is in the next 16 bits", "6455 5.2"},
	{"payload length", "the length is in the next 64 bits", "6455 5.2"},
};

static const struct sense extended[] = {
	[1] = {"extended length", "bytes (16-bit form)", "6455 5.2"},
	[2] = {"extended length", "bytes (64-bit form)", "6455 5.2"},
};

static const struct sense key = {
	"masking key", "random, new for each frame", "6455 5.3"};

static const struct sense cut_off = {
	"cut off", "the rest is missing", "6455 5.2"};

static const struct sense payload[] = {
	{"payload", "bytes, not masked", "6455 5.2"},
	{"payload", "bytes, XORed with the masking key", "6455 5.3"},
};

static const struct sense unmasked = {
	"unmasked", "the same XOR removes the mask", "6455 5.3"};

static const struct sense text = {"text", "", "6455 5.6"};

static const struct sense reason = {"close reason", "", "6455 5.5.1"};

static const struct sense close_code = {"close code", "", ""};

static const struct sense no_code = {
	"close code", "no code: reported as 1005", "6455 7.1.5"};

/* Each row covers the codes from the row above up to `last`. RFC 6455 7.4.1
 * defines most of them; 1012 to 1014 are in IANA's registry; 7.4.2 divides the
 * rest into ranges. */
static const struct {
	uint16_t last;
	char means[36], rfc[12];
} codes[] = {
	{999, "not a close code", "6455 7.4.2"},
	{1000, "normal closure", "6455 7.4.1"},
	{1001, "going away", "6455 7.4.1"},
	{1002, "protocol error", "6455 7.4.1"},
	{1003, "unsupported data", "6455 7.4.1"},
	{1004, "reserved", "6455 7.4.1"},
	{1005, "no code received (never sent)", "6455 7.4.1"},
	{1006, "no Close received (never sent)", "6455 7.4.1"},
	{1007, "invalid payload data", "6455 7.4.1"},
	{1008, "policy violation", "6455 7.4.1"},
	{1009, "message too big", "6455 7.4.1"},
	{1010, "mandatory extension missing", "6455 7.4.1"},
	{1011, "internal error", "6455 7.4.1"},
	{1012, "service restart (IANA)", "6455 11.7"},
	{1013, "try again later (IANA)", "6455 11.7"},
	{1014, "bad gateway (IANA)", "6455 11.7"},
	{1015, "TLS handshake failed (never sent)", "6455 7.4.1"},
	{2999, "reserved for the protocol", "6455 7.4.2"},
	{3999, "registered with IANA", "6455 7.4.2"},
	{4999, "for private use by applications", "6455 7.4.2"},
	{65535, "not a close code", "6455 7.4.2"},
};

static const struct type *type_of(int opcode)
{
	const struct type *type = types;

	while (opcode > type->last)
		type++;
	return type;
}

const char *bits_title(int opcode)
{
	return type_of(opcode)->title;
}

static void add_number(struct piece *piece, uint64_t bits,
	const struct sense *is, uint64_t number)
{
	piece_put_number(piece_add(piece, bits, is), number);
}

/* What a reserved bit means, the highest being number 0. */
static const struct sense *sense_of(const struct frame *f, int i, bool agreed)
{
	bool set = f->rsv >> (2 - i) & 1;

	if (i || !set || !agreed)
		return &rsv[i][set];
	return f->opcode == FRAME_TEXT || f->opcode == FRAME_BINARY
		       ? &coded
		       : &misplaced;
}

static void add_first_byte(
	struct piece *piece, const struct frame *f, bool agreed)
{
	char opcode[] = {'0', 'x', "0123456789ABCDEF"[f->opcode], 0};

	add_number(piece, 1,
		f->opcode < FRAME_CLOSE ? &fin[f->fin] : &control_fin[f->fin],
		f->fin);
	for (int i = 0; i < 3; i++)
		add_number(piece, 1, sense_of(f, i, agreed),
			f->rsv >> (2 - i) & 1);
	piece_put(piece_add(piece, 4, &type_of(f->opcode)->is), opcode);
}

/* Adds a field of whole bytes and shows them. */
static struct piece_field *add_bytes(
	struct piece *piece, size_t len, const struct sense *is)
{
	struct piece_field *f = piece_add(piece, (uint64_t)len * 8, is);

	piece_show(f, piece->bytes + f->at, len);
	return f;
}

void bits_add_head(
	struct piece *piece, const struct frame *f, size_t have, bool agreed)
{
	unsigned bits = have > 1 ? piece->bytes[1] & 127 : 0;
	int form = bits == 126 ? 1 : bits == 127 ? 2 : 0;
	size_t more = form == 1 ? 2 : form == 2 ? 8 : 0;

	if (have > 0)
		add_first_byte(piece, f, agreed);
	if (have > 1) {
		add_number(piece, 1, &mask[f->masked], f->masked);
		add_number(piece, 7, &length[form], bits);
	}
	if (form && have >= 2 + more)
		piece_put_number(
			add_bytes(piece, more, &extended[form]), f->len);
	if (f->masked && have >= f->head_len)
		add_bytes(piece, 4, &key);
	have -= (size_t)(piece->explained / 8);
	if (have)
		add_bytes(piece, have, &cut_off);
}

/* RFC 6455 5.5.1: a code of two bytes, and optionally a reason. */
static void derive_close(struct piece *piece, const struct piece_field *wire,
	const unsigned char *plain)
{
	size_t len = (size_t)(wire->bits / 8), i = 0;
	struct piece_field *f;
	int code;

	if (len < 2)
		return;
	code = plain[0] << 8 | plain[1];
	while (code > codes[i].last)
		i++;
	f = piece_derive(piece, wire->at, 16, &close_code);
	strcpy(f->is.means, codes[i].means);
	strcpy(f->is.rfc, codes[i].rfc);
	piece_put_number(f, (uint64_t)code);
	if (len == 2)
		return;
	f = piece_derive(piece, wire->at + 2, wire->bits - 16, &reason);
	piece_put_bytes(f, plain + 2, wire->shown - 2);
	if (wire->shown < len)
		piece_put(f, "...");
}

/* Returns the length without an incomplete character at the end. */
static size_t without_cut_character(const unsigned char *p, size_t len)
{
	struct utf8 u = {0};

	if (!utf8_next(&u, p, len) || utf8_is_complete(&u))
		return len;
	while ((p[len - 1] & 0xC0) == 0x80)
		len--;
	return len - 1;
}

static void derive_text(struct piece *piece, const struct piece_field *wire,
	const unsigned char *plain)
{
	struct piece_field *f =
		piece_derive(piece, wire->at, wire->bits, &text);
	bool all = wire->shown == wire->bits / 8;

	piece_put_bytes(f, plain,
		all ? wire->shown : without_cut_character(plain, wire->shown));
	if (!all)
		piece_put(f, "...");
}

/* Returns the payload without its mask, as far as it is shown. */
static const unsigned char *unmask(struct piece *piece,
	const struct piece_field *wire, const struct frame *f, uint64_t from)
{
	if (!f->masked)
		return wire->bytes;
	memcpy(piece->plain, wire->bytes, wire->shown);
	frame_mask(piece->plain, wire->shown, f->key, (size_t)(from % 4));
	piece_show(piece_derive(piece, wire->at, wire->bits, &unmasked),
		piece->plain, wire->shown);
	return piece->plain;
}

/* Says which bytes of the payload these are: "5" when they are all of it, else
 * "3 of 5" for the first ones and "4-5 of 5" for later ones. */
static void put_place(struct piece_field *wire, const struct frame *f,
	uint64_t from, uint64_t len)
{
	if (from) {
		piece_put_number(wire, from + 1);
		piece_put(wire, "-");
	}
	piece_put_number(wire, from + len);
	if (len < f->len) {
		piece_put(wire, " of ");
		piece_put_number(wire, f->len);
	}
}

void bits_add_payload(
	struct piece *piece, const struct frame *f, uint64_t from, int opcode)
{
	size_t len = piece_rest(piece);
	const unsigned char *plain;
	struct piece_field *wire;

	if (!f->len && f->opcode == FRAME_CLOSE)
		piece_derive(piece, 0, (uint64_t)piece->len * 8, &no_code);
	if (!len)
		return;
	wire = add_bytes(piece, len, &payload[f->masked]);
	put_place(wire, f, from, len);
	plain = unmask(piece, wire, f, from);
	if (f->opcode == FRAME_CLOSE)
		derive_close(piece, wire, plain);
	else if (f->opcode < FRAME_CLOSE && opcode == FRAME_TEXT)
		derive_text(piece, wire, plain);
}

void bits_add_decoded(
	struct piece *piece, const unsigned char *p, size_t len, bool is_text)
{
	static const struct sense is = {"decoded", "bytes come out", "6455 9"};
	struct piece_field *f = piece_derive(piece, 0, 0, &is);
	size_t shown = len < PIECE_SHOWN_MAX ? len : PIECE_SHOWN_MAX;

	if (len)
		memcpy(piece->decoded, p, shown);
	piece_show(f, piece->decoded, shown);
	f->bits = (uint64_t)len * 8;
	piece_put_number(f, len);
	if (is_text)
		derive_text(piece, f, piece->decoded);
}
