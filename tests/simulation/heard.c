/* heard.c - what a peer hears of the server, and the laws of it. */
#include "tests/simulation/heard.h"

#include "tests/simulation/kernel.h"
#include "tests/simulation/real.h"

#include <string.h>

void notes_add(struct notes *notes, struct note note)
{
	if (notes->n == notes->cap) {
		notes->cap = notes->cap ? notes->cap * 2 : 16;
		notes->all = __real_realloc(
			notes->all, notes->cap * sizeof *notes->all);
	}
	notes->all[notes->n++] = note;
}

static const struct note *next(struct notes *notes)
{
	return notes->done < notes->n ? &notes->all[notes->done++] : NULL;
}

uint32_t note_hash(uint32_t hash, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 16777619u;
	return hash;
}

/* The value of a field of the head, which is a number. */
static uint64_t number(const struct heard *h, const char *name, uint64_t none)
{
	const char *field = strstr(h->head, name);

	return field ? strtoull(field + strlen(name), NULL, 10) : none;
}

/* Any request may be refused, by one that is too slow or has no memory, but
 * nothing follows then. */
static void response(struct heard *h)
{
	const struct note *n = next(&h->requests);
	unsigned status = (unsigned)atoi(h->head + 9);
	bool refused = !n || status != n->status;

	LAW(!strncmp(h->head, "HTTP/1.1 ", 9), "no response: %s", h->head);
	LAW(!h->is_last, "a response behind the last one: %s", h->head);
	LAW(!refused || status >= 400, "status %u, not %u", status,
		n ? n->status : 0u);
	LAW(!refused || h->is_wild || status == 408 || status >= 500,
		"status %u, though it kept the rules", status);
	if (status == 408)
		kernel_check_unread(h);
	h->is_last = strstr(h->head, "Connection: close");
	h->is_socket = status == 101;
	h->body_left = number(h, "\r\nContent-Length: ", 0);
	LAW(h->is_socket || strstr(h->head, "\r\nContent-Length: "),
		"no Content-Length: %s", h->head);
	if (h->is_socket || (n && n->head_only))
		h->body_left = 0;
	h->is_file = !refused && h->body_left == FILE_SIZE;
	h->in_body = h->body_left > 0;
	h->at = 0;
	h->head_len = 0;
}

static void head_byte(struct heard *h, unsigned char byte)
{
	LAW(h->head_len < sizeof h->head - 1, "a head without an end");
	h->head[h->head_len++] = (char)byte;
	h->head[h->head_len] = 0;
	if (h->head_len >= 4 && !strcmp(h->head + h->head_len - 4, "\r\n\r\n"))
		response(h);
}

static void data_frame(struct heard *h)
{
	const struct note *n = next(&h->sent);

	LAW(n != NULL, "a message that nobody sent, of %u bytes", h->frame.len);
	LAW(n->opcode == h->frame.opcode && n->len == h->frame.len &&
			n->hash == h->frame.hash,
		"opcode %u and %u bytes were sent, but %u and %u came",
		n->opcode, n->len, h->frame.opcode, h->frame.len);
}

static void frame_ends(struct heard *h)
{
	const struct note *n;

	h->in_body = false;
	h->head_len = 0;
	if (h->frame.opcode == 10) {
		n = next(&h->pings);
		LAW(h->is_wild || (n && n->hash == h->frame.hash &&
					  n->len == h->frame.len),
			"a Pong that answers no Ping");
	} else if (h->frame.opcode == 8) {
		h->close_has_come = true;
		LAW(h->sent.done == h->sent.n,
			"a Close before %zu messages that were sent",
			h->sent.n - h->sent.done);
	} else {
		data_frame(h);
	}
}

/* Returns the length of the payload, or -1 while the head is incomplete. */
static int64_t frame_len(const struct heard *h)
{
	const unsigned char *p = (const unsigned char *)h->head;
	size_t more = 0;
	uint64_t len;

	if (h->head_len < 2)
		return -1;
	len = p[1];
	LAW(p[1] < 128, "a masked frame");
	if (len > 125)
		more = len == 126 ? 2 : 8;
	if (h->head_len < 2 + more)
		return -1;
	if (more)
		len = 0;
	for (size_t i = 0; i < more; i++)
		len = len << 8 | p[2 + i];
	LAW(!more || len > (more == 2 ? 125 : 65535), "a length too long");
	return (int64_t)len;
}

static void frame_byte(struct heard *h, unsigned char byte)
{
	unsigned opcode;
	int64_t len;

	h->head[h->head_len++] = (char)byte;
	len = frame_len(h);
	if (len < 0)
		return;
	opcode = (unsigned char)h->head[0];
	LAW(opcode == 0x81 || opcode == 0x82 ||
			((opcode == 0x88 || opcode == 0x89 || opcode == 0x8A) &&
				len <= 125),
		"a frame that begins with %02x, of %lld bytes", opcode,
		(long long)len);
	/* RFC 6455 5.5.1: data frames must not follow; a Pong may */
	LAW(!h->close_has_come || opcode == 0x8A, "opcode %u behind the Close",
		opcode & 15);
	h->frame = (struct note){
		.opcode = opcode & 15, .len = (uint32_t)len, .hash = NOTE_HASH};
	h->body_left = (uint64_t)len;
	h->in_body = true;
	if (!len)
		frame_ends(h);
}

/* Returns how many of the bytes belong to the body. */
static size_t body(struct heard *h, const unsigned char *p, size_t len)
{
	size_t n = len < h->body_left ? len : (size_t)h->body_left;

	if (h->is_socket)
		h->frame.hash = note_hash(h->frame.hash, p, n);
	for (size_t i = 0; h->is_file && i < n; i++)
		LAW(p[i] == FILE_BYTE(h->at + i), "byte %llu of the file",
			(unsigned long long)(h->at + i));
	h->at += n;
	h->body_left -= n;
	if (!h->body_left && h->is_socket)
		frame_ends(h);
	h->in_body = h->body_left > 0;
	h->is_file = h->is_file && h->in_body;
	return n;
}

void heard_bytes(struct heard *h, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len;) {
		if (h->in_body)
			i += body(h, p + i, len - i);
		else if (h->is_socket)
			frame_byte(h, p[i++]);
		else
			head_byte(h, p[i++]);
	}
}

void heard_free(struct heard *h)
{
	__real_free(h->requests.all);
	__real_free(h->sent.all);
	__real_free(h->pings.all);
	__real_free(h->messages.all);
}
