/* guilty.c - finds the field that breaks the rule of a piece. */
#include "explain/piece.h"

#include <string.h>

/* Words of a rule, and the field that it is about. The first row whose field
 * the piece has decides. */
static const struct {
	const char *words, *field;
} about[] = {
	{"reserved bit", "RSV"},
	{"opcode is reserved", "opcode"},
	{"message to continue", "opcode"},
	{"inside another", "opcode"},
	{"never fragmented", "FIN"},
	{"mask its frames", "MASK"},
	{"125 bytes", "payload length"},
	{"two bytes", "payload length"},
	{"shortest form", "extended length"},
	{"64-bit length", "extended length"},
	{"too big", "extended length"},
	{"too big", "payload length"},
	{"close code must not", "close code"},
	{"close reason", "close reason"},
	{"text ", "payload"},
};

static bool is_named(const struct piece_field *f, const char *name)
{
	if (!strcmp(name, "RSV"))
		return !strncmp(f->is.name, "RSV", 3) && *f->value == '1';
	return !strcmp(f->is.name, name);
}

static const struct piece_field *find(
	const struct piece *piece, const char *name)
{
	for (size_t i = 0; i < piece->n; i++)
		if (is_named(&piece->fields[i], name))
			return &piece->fields[i];
	return NULL;
}

static const struct piece_field *find_in_frame(const struct piece *piece)
{
	const struct piece_field *f = NULL;

	for (size_t i = 0; i < sizeof about / sizeof *about && !f; i++)
		if (strstr(piece->why, about[i].words))
			f = find(piece, about[i].field);
	return f;
}

/* A rule about a head names the field of HTTP that it is about. */
static const struct piece_field *find_in_head(const struct piece *piece)
{
	for (size_t i = 0; i < piece->n; i++)
		if (!piece->fields[i].derived &&
			strstr(piece->why, piece->fields[i].is.name))
			return &piece->fields[i];
	return NULL;
}

/* The field with the byte that breaks the rule. */
static const struct piece_field *find_byte(const struct piece *piece)
{
	const struct piece_field *found = NULL;

	for (size_t i = 0; i < piece->n; i++)
		if (!piece->fields[i].derived &&
			piece->fields[i].at <= piece->at)
			found = &piece->fields[i];
	return found;
}

const struct piece_field *piece_guilty(const struct piece *piece)
{
	const struct piece_field *f;

	if (!piece->why)
		return NULL;
	f = piece->kind < PIECE_FRAME ? find_in_head(piece)
				      : find_in_frame(piece);
	return f ? f : find_byte(piece);
}
