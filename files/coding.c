/* coding.c - which content codings a client accepts: RFC 9110 12.5.3.
 *
 *     Accept-Encoding: br, gzip;q=0.8, identity;q=0.1, *;q=0 */
#include "files/coding.h"

#include <string.h>

/* RFC 9110 12.4.2: from 0 to 1 with at most three decimals, in thousandths.
 * What is not in the grammar counts as 0, here and in read_weight. */
static int read_qvalue(struct slice s)
{
	int scale = 1000, value = 0;

	if (!s.len || s.len > 5 || (s.p[0] != '0' && s.p[0] != '1') ||
		(s.len > 1 && s.p[1] != '.'))
		return 0;
	for (size_t i = 0; i < s.len; i += i ? 1 : 2, scale /= 10) {
		if (!slice_in_class(s.p[i], SLICE_DIGIT))
			return 0;
		value += (s.p[i] - '0') * scale;
	}
	return value <= 1000 ? value : 0;
}

/* RFC 9110 12.4.2: weight = OWS ";" OWS "q=" qvalue, here without the ";". */
static int read_weight(struct slice weight)
{
	struct slice value, name = slice_cut(slice_trim(weight), '=', &value);

	/* RFC 9110 12.4.2: "If no "q" parameter is present, the default
	 * weight is 1" */
	if (!weight.p)
		return 1000;
	return slice_is_nocase(name, "q") ? read_qvalue(value) : 0;
}

static bool is_same(struct slice name, const char *coding)
{
	/* RFC 9110 8.4.1.3: "A recipient SHOULD consider "x-gzip" to be
	 * equivalent to "gzip"" */
	return slice_is_nocase(name, coding) ||
	       (slice_is_nocase(name, "x-gzip") && !strcmp(coding, "gzip"));
}

int coding_quality(const struct request *req, const char *coding)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "Accept-Encoding"};
	int others = strcmp(coding, "identity") ? 0 : 1;
	struct slice one;

	while ((one = fields_next(&list)).p) {
		struct slice weight, name = slice_cut(one, ';', &weight);

		name = slice_trim(name);
		if (is_same(name, coding))
			return read_weight(weight);
		/* RFC 9110 12.5.3: "*" matches any coding "not explicitly
		 * listed in the field" */
		if (slice_is(name, "*"))
			others = read_weight(weight);
	}
	return others;
}
