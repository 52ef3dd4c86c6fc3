/* fields.c - the field lines of a head: RFC 9112 2.2, 5; RFC 9110 5. */
#include "http/fields.h"

#include <string.h>

int fields_refuse(struct fields *f, int status, const char *why)
{
	f->why = why;
	return -status;
}

ssize_t fields_read_line(
	struct fields *f, const char *p, const char *end, struct slice *line)
{
	const char *at = p;

	while (at < end && *at != 0x7F &&
		((unsigned char)*at >= ' ' || *at == '\t'))
		at++;
	if (at == end || (*at == '\r' && at + 1 == end))
		return 0;
	/* RFC 9112 2.2 lets a server accept a bare LF as the end of a line.
	 * This one does not, since a proxy in front of it may not see a line
	 * end there. */
	if (*at == '\n')
		return fields_refuse(
			f, 400, "a line must end with CR LF (RFC 9112 2.2)");
	/* RFC 9112 2.2: a bare CR is invalid; RFC 9110 5.5: so is any other
	 * control character */
	if (*at != '\r' || at[1] != '\n')
		return fields_refuse(f, 400,
			"the head has a control character; if it is TLS, use "
			"http: or ws: here (RFC 9112 2.2, RFC 9110 5.5)");
	*line = (struct slice){p, (size_t)(at - p)};
	return at + 2 - p;
}

/* RFC 9112 5: field-name ":" OWS field-value OWS. */
int fields_add(struct fields *f, struct slice line)
{
	struct slice value, name = slice_cut(line, ':', &value);

	/* RFC 9112 5.1: "No whitespace is allowed between the field name and
	 * colon"; 5.2: a line must not begin with whitespace either
	 * (obs-fold) */
	if (!value.p || !slice_is_all(name, SLICE_TOKEN))
		return fields_refuse(f, 400,
			"a field is a name, a colon and a value on one line "
			"(RFC 9112 5)");
	if (f->n == FIELDS_MAX)
		return fields_refuse(f, 431, "the head has over 100 fields");
	f->lines[f->n++] = (struct field_line){name, slice_trim(value)};
	return 0;
}

/* Returns the index of the next field with that name, from i on, or f->n. */
static size_t find(const struct fields *f, const char *name, size_t i)
{
	size_t len = strlen(name);

	while (i < f->n && (f->lines[i].name.len != len ||
				   strncasecmp(f->lines[i].name.p, name, len)))
		i++;
	return i;
}

struct slice fields_value(const struct fields *f, const char *name)
{
	size_t i = find(f, name, 0);

	return i < f->n ? f->lines[i].value : (struct slice){0};
}

size_t fields_count(const struct fields *f, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; (i = find(f, name, i)) < f->n; i++)
		count++;
	return count;
}

struct slice fields_next(struct fields_list *list)
{
	struct slice one;

	while (!(one = slice_next(&list->rest)).p) {
		list->i = find(list->fields, list->name, list->i);
		if (list->i == list->fields->n)
			break;
		list->rest = list->fields->lines[list->i++].value;
	}
	return one;
}

bool fields_has_token(
	const struct fields *f, const char *name, const char *token)
{
	struct fields_list list = {.fields = f, .name = name};
	struct slice one;

	while ((one = fields_next(&list)).p)
		if (slice_is_nocase(one, token))
			return true;
	return false;
}
