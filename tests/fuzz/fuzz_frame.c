/* fuzz_frame.c - any bytes as a frame: frame.h.
 *
 *     | in a message? | the frame ...
 *     1 byte */
#include "tests/fuzz/fuzz.h"

#include "utf8.h"
#include "ws/frame.h"

/* RFC 6455 5.2, implemented once more in another way: by what is to be
 * subtracted from the second byte. Returns false when the length is
 * incomplete. */
static bool read_length(const uint8_t *p, size_t len, uint64_t *n, size_t *size)
{
	static const size_t sizes[] = {0, 2, 8};
	size_t form = (p[1] & 127) < 126 ? 0 : (p[1] & 127) - 125u;

	*n = p[1] & 127;
	*size = 2 + sizes[form];
	if (len < *size)
		return false;
	for (size_t i = 2; i < *size; i++)
		*n = (i == 2 ? 0 : *n * 256) + p[i];
	return true;
}

static bool is_shortest(uint64_t n, size_t size)
{
	return size == 2   ? n < 126
	       : size == 4 ? n > 125 && n < 65536
			   : n > 65535 && n < UINT64_C(1) << 63;
}

static void check_head(
	const uint8_t *p, size_t len, const struct frame *f, ssize_t verdict)
{
	uint64_t n;
	size_t size;
	bool there = read_length(p, len, &n, &size);

	assert(f->fin == p[0] / 128 && f->masked == p[1] / 128);
	assert(f->rsv == p[0] / 16 % 8 && f->opcode == p[0] % 16);
	assert(f->len == n && f->head_len == size + (f->masked ? 4 : 0));
	if (there && !is_shortest(n, size))
		assert(verdict == -1002 && f->why);
	else if (len < f->head_len)
		assert(verdict == 0);
	else
		assert(verdict == (ssize_t)f->head_len);
	if (verdict > 0 && f->masked)
		assert(!memcmp(f->key, p + size, 4));
}

/* A head that is written must be read as it was meant. */
static void check_written(const struct frame *f)
{
	unsigned char head[FRAME_HEAD_MAX];
	size_t n = frame_head(head, f->opcode, f->fin, f->len);
	struct frame back;

	assert(frame_parse(head, n, &back) == (ssize_t)n);
	assert(back.len == f->len && back.opcode == f->opcode);
	assert(back.fin == f->fin && !back.masked && !back.rsv);
}

/* RFC 6455 5.3, implemented once more: byte by byte, and cut in two. */
static void check_mask(
	const uint8_t *payload, size_t len, const unsigned char key[4])
{
	size_t cut = len ? payload[0] % len : 0;
	uint8_t *whole = fuzz_copy(payload, len);
	uint8_t *parts = fuzz_copy(payload, len);

	frame_mask(whole, len, key, 0);
	frame_mask(parts, cut, key, 0);
	frame_mask(parts + cut, len - cut, key, cut % 4);
	for (size_t i = 0; i < len; i++)
		assert(whole[i] == (payload[i] ^ key[i % 4]) &&
			parts[i] == whole[i]);
	free(whole);
	free(parts);
}

static void check_close(const uint8_t *payload, size_t len)
{
	const char *why = "";
	int refused = frame_close_rule(payload, len, &why);
	int code = len > 1 ? payload[0] * 256 + payload[1] : 0;

	assert(refused == 0 || refused == 1002 || refused == 1007);
	assert(!refused || strlen(why) <= 123);
	if (!refused && len)
		assert(frame_is_close_code(code) &&
			utf8_is_valid(payload + 2, len - 2));
}

/* RFC 6455 5.1 to 5.5, for a whole head. */
static bool is_allowed(const struct frame *f, bool in_message)
{
	if (f->rsv || !f->masked)
		return false;
	if (f->opcode & 8)
		return f->fin && f->len < 126 && f->opcode <= 0xA;
	return f->opcode == 0 ? in_message : f->opcode < 3 && !in_message;
}

/* For each number of bytes of one frame: once it is refused, it stays refused
 * for the same reason. */
static const char *check_beginning(
	const uint8_t *data, size_t len, bool in_message, const char *refused)
{
	uint8_t *block = fuzz_copy(data, len);
	struct frame f;
	ssize_t verdict = frame_parse(block, len, &f);
	const char *why = frame_rule(&f, len, in_message, true);

	if (len > 1)
		check_head(block, len, &f, verdict);
	assert(!refused || why == refused);
	assert(!why || strlen(why) <= 123);
	assert(verdict >= 0 || why);
	assert(verdict <= 0 || is_allowed(&f, in_message) == !why);
	free(block);
	return why;
}

int fuzz_frame(const uint8_t *data, size_t len)
{
	bool in_message = fuzz_number(&data, &len, 1) & 1;
	const char *why = NULL;
	struct frame f;
	ssize_t n;

	for (size_t i = 1; i <= len && i <= FRAME_HEAD_MAX + 1; i++)
		why = check_beginning(data, i, in_message, why);
	n = frame_parse(data, len, &f);
	if (n <= 0)
		return 0;
	check_written(&f);
	check_mask(data + n, len - (size_t)n, f.key);
	check_close(data + n, len - (size_t)n);
	return 0;
}
