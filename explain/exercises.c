/* exercises.c - exercises in the protocol: RFC 6455 5, 7, 8. */
#include "explain/exercises.h"

#include <string.h>

static struct attempt_frame *last_frame(struct attempt *a)
{
	return a->n ? &a->frames[a->n - 1] : NULL;
}

/* Adds more of the last frame's payload, which may be masked. */
static void add_payload(struct attempt *a, const unsigned char *p, size_t len)
{
	struct attempt_frame *f = last_frame(a);

	for (size_t i = 0; i < len && f->len + i < sizeof f->start; i++)
		f->start[f->len + i] = p[i] ^ f->head.key[(f->len + i) % 4];
	f->len += len;
	f->write = a->write;
	f->cut = f->at < a->begin;
}

static void add_raw(struct attempt_frame *f, const unsigned char *p, size_t len)
{
	size_t room = sizeof f->raw - f->have, n = len < room ? len : room;

	memcpy(f->raw + f->have, p, n);
	f->have += n;
}

static void add_frame(struct attempt *a, const struct piece *piece)
{
	struct attempt_frame *f;
	ssize_t head;

	a->full |= a->n == EXERCISES_FRAMES_MAX;
	if (!a->full)
		a->n++;
	f = last_frame(a);
	*f = (struct attempt_frame){.at = a->at, .write = a->write};
	add_raw(f, piece->bytes, piece->len);
	head = frame_parse(piece->bytes, piece->len, &f->head);
	if (head > 0)
		add_payload(a, piece->bytes + head, piece->len - (size_t)head);
}

/* RFC 6455 7.1.5: a Close without a code counts as 1005. */
static int code_of(const unsigned char *payload, uint64_t len)
{
	return len < 2 ? 1005 : payload[0] << 8 | payload[1];
}

/* Notes what a coded message is made of, by the names of its elements. */
static void add_details(struct attempt_frame *f, const struct piece *piece)
{
	for (size_t i = 0; i < piece->n; i++) {
		const struct piece_field *field = &piece->fields[i];
		const char *name = field->is.name;

		f->is_stored |= !strcmp(name, "stored");
		f->reaches_back |=
			!strcmp(field->is.means, "from an earlier message");
		if (strcmp(name, "decoded"))
			continue;
		f->out_len = field->bits / 8;
		memcpy(f->out, piece->decoded, sizeof f->out);
	}
}

static void note_received(struct attempt *a, const struct piece *piece)
{
	struct attempt_frame *f;

	if (piece->kind == PIECE_FRAME && !a->why)
		add_frame(a, piece);
	f = last_frame(a);
	if (!f || f->whole)
		return;
	/* bytes behind the error count as arrived when this write brought
	 * them */
	if (piece->kind == PIECE_RUN && (!a->why || f->write == a->write)) {
		add_payload(a, piece->bytes, piece->len);
		add_raw(f, piece->bytes, piece->len);
	}
	add_details(f, piece);
	if (!a->why)
		a->why = piece->why;
	f->whole = !a->why && !piece->missing && f->len == f->head.len;
	if (f->whole && f->head.opcode == FRAME_CLOSE)
		a->code = code_of(f->start, f->len);
}

static void note_sent(struct attempt *a, const struct piece *piece)
{
	struct frame f;
	ssize_t head = frame_parse(piece->bytes, piece->len, &f);

	if (head <= 0)
		return;
	a->ponged |= f.opcode == FRAME_PONG;
	/* a valid Close from the learner counts before the server's */
	if (f.opcode == FRAME_CLOSE && !a->code)
		a->code = code_of(piece->bytes + head, f.len);
}

void exercises_note_piece(struct attempt *a, const struct piece *piece)
{
	if (!piece->sent && piece->missing) {
		a->missing = piece->missing;
		a->at_least = piece->at_least;
	}
	if (!piece->len || piece->kind < PIECE_FRAME)
		return;
	if (!piece->sent) {
		note_received(a, piece);
		a->at += piece->len;
	} else if (piece->kind == PIECE_FRAME) {
		note_sent(a, piece);
	}
}

void exercises_note_write(struct attempt *a, size_t len)
{
	a->write++;
	a->begin += a->len;
	a->len = len;
}

/* A message, whose frames may have control frames between them. */
struct message {
	int opcode;
	uint64_t len;
	size_t frames;
	unsigned char start[EXERCISES_START_MAX];
	const struct attempt_frame *first, *last;
	bool whole;
};

/* Adds a fragment of which all has arrived. */
static void add_fragment(struct message *m, const struct attempt_frame *f)
{
	for (size_t i = 0; i < f->len && m->len + i < sizeof m->start; i++)
		if (i < sizeof f->start)
			m->start[m->len + i] = f->start[i];
	if (!m->frames++)
		m->first = f;
	m->last = f;
	m->opcode = m->first->head.opcode;
	m->len += f->len;
	m->whole = f->head.fin;
}

/* Gathers the message that begins at frame *i or later. Returns false when there
 * is none. The last frame of a full array may not follow the one before it. */
static bool next_message(const struct attempt *a, size_t *i, struct message *m)
{
	size_t n = a->full ? a->n - 1 : a->n;

	*m = (struct message){.whole = false};
	for (; *i < n && a->frames[*i].whole && !m->whole; ++*i)
		if (a->frames[*i].head.opcode < FRAME_CLOSE)
			add_fragment(m, &a->frames[*i]);
	return m->frames;
}

/* Returns whether any complete message is as asked. */
static bool has_message(const struct attempt *a, struct verdict *v,
	bool (*is_asked)(const struct message *, struct verdict *))
{
	struct message m;
	size_t i = 0;

	verdict_lacks(v, "message");
	while (next_message(a, &i, &m)) {
		if (!m.whole)
			return verdict_lacks(v, "fin");
		if (is_asked(&m, v))
			return true;
	}
	return false;
}

/* The same for a complete frame. */
static bool has_frame(const struct attempt *a, struct verdict *v,
	bool (*is_asked)(const struct attempt_frame *, struct verdict *))
{
	verdict_lacks(v, "frame");
	for (size_t i = 0; i < a->n; i++)
		if (a->frames[i].whole && is_asked(&a->frames[i], v))
			return true;
	return false;
}

/* Were these bytes sent, and no others? */
static bool sends_only(const struct attempt *a, struct verdict *v,
	const unsigned char *asked, size_t len)
{
	const struct attempt_frame *f = &a->frames[0];

	if (!a->n)
		return verdict_lacks(v, "frame");
	for (size_t i = 0; i < len && i < f->have; i++)
		if (f->raw[i] != asked[i])
			return verdict_lacks_byte(v, i, f->raw[i], asked[i]);
	if (a->begin + a->len != len)
		return verdict_lacks(v, "bytes") ||
		       verdict_add_number(v, a->begin + a->len) ||
		       verdict_add_number(v, len);
	return true;
}

static bool sends_81(const struct attempt *a, struct verdict *v)
{
	return sends_only(a, v, (const unsigned char *)"\x81", 1);
}

static bool sends_81_85(const struct attempt *a, struct verdict *v)
{
	return sends_only(a, v, (const unsigned char *)"\x81\x85", 2);
}

static bool reads_hello(
	const unsigned char *start, uint64_t len, struct verdict *v)
{
	static const unsigned char hello[] = "Hello";
	size_t n = len < EXERCISES_START_MAX ? len : EXERCISES_START_MAX;

	return (len == 5 && !memcmp(start, hello, 5)) ||
	       verdict_lacks_payload(v, start, n, len > n, hello);
}

static bool is_hello(const struct message *m, struct verdict *v)
{
	if (m->opcode != FRAME_TEXT)
		return verdict_lacks_opcode(v, m->opcode, FRAME_TEXT);
	return reads_hello(m->start, m->len, v);
}

static bool says_hello(const struct attempt *a, struct verdict *v)
{
	return has_message(a, v, is_hello);
}

static bool is_empty(const struct message *m, struct verdict *v)
{
	return !m->len || verdict_lacks_length(v, m->len, 0);
}

static bool says_nothing(const struct attempt *a, struct verdict *v)
{
	return has_message(a, v, is_empty);
}

static bool is_ping(const struct attempt_frame *f, struct verdict *v)
{
	if (f->head.opcode != FRAME_PING)
		return verdict_lacks_opcode(v, f->head.opcode, FRAME_PING);
	return f->len || verdict_lacks(v, "payload-none");
}

static bool pings(const struct attempt *a, struct verdict *v)
{
	return has_frame(a, v, is_ping) &&
	       (a->ponged || verdict_lacks(v, "pong"));
}

static bool has_126_form(const struct attempt_frame *f, struct verdict *v)
{
	return (f->head.len > 125 && f->head.len < 65536) ||
	       verdict_lacks_length(v, f->head.len, 126);
}

static bool says_126_bytes(const struct attempt *a, struct verdict *v)
{
	return has_frame(a, v, has_126_form);
}

static bool is_cut(const struct attempt_frame *f, struct verdict *v)
{
	return f->cut || verdict_lacks(v, "cut");
}

static bool cuts_a_frame(const struct attempt *a, struct verdict *v)
{
	return has_frame(a, v, is_cut);
}

static bool joins_frames(const struct attempt *a, struct verdict *v)
{
	for (size_t i = 1; i < a->n; i++)
		if (a->frames[i - 1].whole && a->frames[i].whole &&
			a->frames[i - 1].write == a->frames[i].write &&
			!a->frames[i - 1].cut)
			return true;
	return verdict_lacks(v, a->n > 1 ? "join" : "second-frame");
}

/* Returns whether a Ping came between the first and last frame of a message. */
static bool pings_inside(const struct attempt *a, struct verdict *v)
{
	bool begun = false, pinged = false, joined = false;

	for (size_t i = 0; i < a->n && a->frames[i].whole; i++) {
		const struct frame *f = &a->frames[i].head;

		if (f->opcode == FRAME_PING)
			pinged |= begun;
		if (f->opcode < FRAME_CLOSE && f->fin && pinged)
			return true;
		if (f->opcode < FRAME_CLOSE) {
			joined |= begun && f->fin;
			begun = !f->fin;
		}
	}
	return verdict_lacks(v, joined  ? "between"
				: begun ? pinged ? "fin" : "between-open"
					: "fragments");
}

static bool is_close_4000(const struct attempt_frame *f, struct verdict *v)
{
	if (f->head.opcode != FRAME_CLOSE)
		return verdict_lacks_opcode(v, f->head.opcode, FRAME_CLOSE);
	return f->len > 2 || verdict_lacks(v, "reason");
}

static bool closes_with_reason(const struct attempt *a, struct verdict *v)
{
	return has_frame(a, v, is_close_4000);
}

/* The frame that was refused; all zero when there is none. */
static const struct attempt_frame *refused(const struct attempt *a)
{
	return &a->frames[a->n ? a->n - 1 : 0];
}

static bool is_long_ping(const struct attempt *a, struct verdict *v)
{
	int opcode = refused(a)->head.opcode;

	return opcode == FRAME_PING ||
	       verdict_lacks_opcode(v, opcode, FRAME_PING);
}

/* The codes that only a program sees: RFC 6455 7.4.1. */
static bool is_for_programs(const struct attempt *a, struct verdict *v)
{
	const unsigned char *p = refused(a)->start;
	int code = p[0] << 8 | p[1];

	return (code >= 1004 && code <= 1006) || code == 1015 ||
	       verdict_lacks(v, "code") || verdict_add_hex(v, p, 2) ||
	       verdict_add_number(v, (uint64_t)code);
}

/* A text of one byte is the shortest invalid one: the empty text is valid. */
static bool is_shortest_text(const struct attempt *a, struct verdict *v)
{
	const struct attempt_frame *f = refused(a);
	struct message m = {.len = 0}, before = {.len = 0};
	size_t i = 0;

	while (next_message(a, &i, &m))
		before = m;
	if (before.whole)
		before.len = 0;
	if (f->head.opcode >= FRAME_CLOSE)
		return verdict_lacks_opcode(v, f->head.opcode, FRAME_TEXT);
	if (!f->head.fin)
		return verdict_lacks(v, "fin");
	return before.len + f->head.len == 1 ||
	       verdict_lacks_length(v, before.len + f->head.len, 1);
}

/* Returns whether the frame was refused before all of it was sent. */
static bool is_refused_early(const struct attempt *a, struct verdict *v)
{
	const struct attempt_frame *f = refused(a);

	if (f->head.opcode >= FRAME_CLOSE)
		return verdict_lacks_opcode(v, f->head.opcode, FRAME_TEXT);
	return f->len < f->head.len || verdict_lacks(v, "early") ||
	       verdict_add_number(v, f->head.len);
}

/* The first byte lacks RSV1, or has another reserved bit. */
static bool lacks_rsv1(const struct attempt_frame *f, struct verdict *v)
{
	unsigned char asked = (f->raw[0] & 0x8F) | FRAME_RSV1;

	verdict_lacks(v, f->head.rsv ? "rsv1-alone" : "rsv1");
	verdict_add_byte(v, f->raw[0]);
	return verdict_add_byte(v, asked);
}

static bool is_coded_hello(const struct message *m, struct verdict *v)
{
	if (m->opcode != FRAME_TEXT)
		return verdict_lacks_opcode(v, m->opcode, FRAME_TEXT);
	if (!m->first->head.rsv)
		return lacks_rsv1(m->first, v);
	return reads_hello(m->last->out, m->last->out_len, v) ||
	       verdict_is_decoded(v);
}

static bool says_coded_hello(const struct attempt *a, struct verdict *v)
{
	return has_message(a, v, is_coded_hello);
}

static bool is_hello_again(const struct message *m, struct verdict *v)
{
	return is_coded_hello(m, v) &&
	       (m->last->reaches_back || verdict_lacks(v, "back"));
}

static bool says_hello_again(const struct attempt *a, struct verdict *v)
{
	if (has_message(a, v, is_hello_again))
		return true;
	/* the first message has none before it */
	return (!strcmp(v->lacks, "back") && a->n == 1)
		       ? verdict_lacks(v, "again")
		       : false;
}

/* RFC 1951 3.2.3: BFINAL is the lowest bit of a block, BTYPE the next two. */
static bool is_stored(const struct message *m, struct verdict *v)
{
	unsigned type = m->start[0] >> 1 & 3;

	if (!m->first->head.rsv)
		return lacks_rsv1(m->first, v);
	if (m->last->is_stored)
		return true;
	if (!type)
		return verdict_lacks(v, "stored-bytes");
	verdict_lacks(v, "stored");
	verdict_add_byte(v, m->start[0]);
	return verdict_add_bits(v, type, 2);
}

static bool stores(const struct attempt *a, struct verdict *v)
{
	return has_message(a, v, is_stored);
}

static bool is_coded_ping(const struct attempt *a, struct verdict *v)
{
	const struct attempt_frame *f = refused(a);

	if (f->head.opcode != FRAME_PING)
		return verdict_lacks_opcode(v, f->head.opcode, FRAME_PING);
	return f->head.rsv == FRAME_RSV1 >> 4 || lacks_rsv1(f, v);
}

const struct exercise exercises_list[] = {
	{"first-byte", "6455 5.2", 1, .is_solved = sends_81},
	{"second-byte", "6455 5.2", 1, .is_solved = sends_81_85},
	{"hello", "6455 5.7", 2, .is_solved = says_hello},
	{"empty", "6455 5.6", 2, .is_solved = says_nothing},
	{"ping", "6455 5.5.2", 2, .is_solved = pings},
	{"length-126", "6455 5.2", 2, .is_solved = says_126_bytes},
	{"two-in-one", "6455 5.2", 3, .is_solved = joins_frames},
	{"one-in-two", "6455 5.2", 3, .is_solved = cuts_a_frame},
	{"fragments", "6455 5.4", 3, .is_solved = pings_inside},
	{"close-4000", "6455 7.4.2", 4, .code = 4000,
		.is_solved = closes_with_reason},
	{"close-empty", "6455 7.1.5", 4, .code = 1005},
	{"unmasked", "6455 5.1", 5, .code = 1002, .rule = "must mask"},
	{"reserved-bit", "6455 5.2", 5, .code = 1002, .rule = "reserved bit"},
	{"nothing-to-continue", "6455 5.4", 5, .code = 1002,
		.rule = "no message to continue"},
	{"long-ping", "6455 5.5", 5, .code = 1002, .rule = "at most 125 bytes",
		.is_solved = is_long_ping},
	{"shortest-form", "6455 5.2", 5, .code = 1002, .rule = "shortest form"},
	{"forbidden-code", "6455 7.4.1", 5, .code = 1002,
		.rule = "close code must not be sent",
		.is_solved = is_for_programs},
	{"shortest-text", "6455 8.1", 6, .code = 1007,
		.is_solved = is_shortest_text},
	{"early-1007", "6455 8.1", 6, .code = 1007,
		.is_solved = is_refused_early},
	{"too-big", "6455 7.4.1", 6, .code = 1009, .rule = "too big"},
	{"deflate-hello", "7692 7.2.3", 7, true, .is_solved = says_coded_hello},
	{"deflate-again", "7692 7.2.3", 7, true, .is_solved = says_hello_again},
	{"deflate-stored", "1951 3.2.4", 7, true, .is_solved = stores},
	{"deflate-ping", "7692 6.1", 7, true, .code = 1002,
		.rule = "reserved bit", .is_solved = is_coded_ping},
	{"deflate-before", "1951 3.2.5", 7, true, .code = 1007,
		.rule = "before the first byte"},
	{"deflate-bomb", "7692 8", 7, true, .code = 1009,
		.rule = "when inflated"},
};
const size_t exercises_count = sizeof exercises_list / sizeof *exercises_list;

const struct exercise *exercises_find(struct slice id)
{
	for (size_t i = 0; i < exercises_count; i++)
		if (slice_is(id, exercises_list[i].id))
			return &exercises_list[i];
	return NULL;
}

/* Does a message go on when the refused frame begins? */
static bool is_inside(const struct attempt *a)
{
	bool inside = false;

	for (size_t i = 0; i + 1 < a->n; i++)
		if (a->frames[i].head.opcode < FRAME_CLOSE)
			inside = !a->frames[i].head.fin;
	return inside;
}

/* Returns the rule that the refused frame would break even without the fault
 * that it was refused for, or NULL: bytes of any kind break some rule, but
 * nobody has asked for them. */
static const char *other_fault(
	const struct exercise *e, const struct attempt *a)
{
	const struct attempt_frame *f = refused(a);
	unsigned char raw[FRAME_HEAD_MAX];
	bool inside = is_inside(a);
	struct frame head;

	memcpy(raw, f->raw, sizeof raw);
	/* an extension that is in use has taken RSV1 */
	if (e->offers || strstr(a->why, "reserved bit"))
		raw[0] &= 0x8F;
	if (strstr(a->why, "no message to continue"))
		inside = true;
	if (strstr(a->why, "must mask"))
		raw[1] |= 0x80;
	if (strstr(a->why, "at most 125 bytes"))
		raw[1] = (unsigned char)((raw[1] & 0x80) | 125);
	frame_parse(raw, f->have, &head);
	return strstr(a->why, "shortest form")
		       ? NULL
		       : frame_rule(&head, f->have, inside, true);
}

/* Says that the connection has not come to the end that was asked for. */
static bool lacks_end(
	const struct exercise *e, const struct attempt *a, struct verdict *v)
{
	if (!a->code && a->missing)
		return verdict_lacks_more(v, a->missing, a->at_least);
	verdict_lacks(v, a->code ? "closed" : "no-close");
	if (a->code)
		verdict_add_number(v, (uint64_t)a->code);
	return verdict_add_number(v, (uint64_t)e->code);
}

/* The same for a rule. */
static bool lacks_rule(const struct attempt *a, struct verdict *v,
	const char *key, const char *why)
{
	verdict_lacks(v, key);
	verdict_add_number(v, (uint64_t)a->code);
	return verdict_add(v, why);
}

/* What is wrong with the bytes themselves says more than how it ended. */
static bool is_about_bytes(const struct verdict *v)
{
	static const char *const keys[] = {
		"byte", "payload", "opcode", "length", "rsv1", "decoded"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strncmp(v->lacks, keys[i], strlen(keys[i])))
			return true;
	return false;
}

bool exercises_judge(
	const struct exercise *e, const struct attempt *a, struct verdict *v)
{
	const char *other;

	*v = (struct verdict){.n = 0};
	if (e->offers != a->offered)
		return verdict_lacks(v, e->offers ? "offer" : "no-offer");
	if (e->code && e->code != a->code)
		return lacks_end(e, a, v);
	if (e->rule && !a->why)
		return verdict_lacks(v, "own-close") ||
		       verdict_add_number(v, (uint64_t)a->code);
	if (e->rule && !strstr(a->why, e->rule))
		return lacks_rule(a, v, "other-rule", a->why);
	other = e->rule ? other_fault(e, a) : NULL;
	if (other)
		return lacks_rule(a, v, "also", other);
	if (!e->is_solved || e->is_solved(a, v))
		return true;
	if (e->code || is_about_bytes(v))
		return false;
	if (a->why)
		return lacks_rule(a, v, "rule", a->why);
	if (a->missing)
		return verdict_lacks_more(v, a->missing, a->at_least);
	return false;
}

bool exercises_is_solved(const struct exercise *e, const struct attempt *a)
{
	struct verdict v;

	return exercises_judge(e, a, &v);
}
