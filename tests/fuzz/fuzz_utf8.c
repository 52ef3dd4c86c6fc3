/* fuzz_utf8.c - any bytes as a text: utf8.h, against a decoder that does not
 * know the table of RFC 3629, only what a character's number may be.
 *
 *     | where to cut, what stands before | the text ...
 *     1 byte */
#include "tests/fuzz/fuzz.h"

#include "utf8.h"

/* The size that a character's first byte announces: its leading ones. */
static int announced(uint8_t byte)
{
	int ones = 0;

	while (ones < 8 && byte & 0x80 >> ones)
		ones++;
	return ones == 0 ? 1 : ones == 1 || ones > 4 ? 0 : ones;
}

/* Is there a character with a number from a to b that takes n bytes? */
static bool exists(int n, uint32_t a, uint32_t b)
{
	static const uint32_t first[] = {0, 0, 0x80, 0x800, 0x10000};
	static const uint32_t last[] = {0, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

	a = a < first[n] ? first[n] : a;
	b = b > last[n] ? last[n] : b;
	if (a >= 0xD800 && a <= 0xDFFF)
		a = 0xE000;
	if (b >= 0xD800 && b <= 0xDFFF)
		b = 0xD7FF;
	return a <= b;
}

/* Returns how many of the bytes belong to the character that begins here, or 0
 * when no character begins like this. *due is how many bytes it still lacks. */
static size_t decode(const uint8_t *p, size_t len, int *due)
{
	int n = announced(*p), i = 1;
	uint32_t low = n > 1 ? *p & 0x7F >> n : *p, high = low;

	if (!n)
		return 0;
	for (; i < n && (size_t)i < len && (p[i] & 0xC0) == 0x80; i++)
		low = high = low << 6 | (p[i] & 0x3F);
	*due = n - i;
	if (*due && (size_t)i < len)
		return 0;
	low <<= 6 * *due;
	high = (high << 6 * *due) | ((1u << 6 * *due) - 1);
	return exists(n, low, high) ? (size_t)i : 0;
}

/* Returns -1 when it can never become a text, or how many bytes it still
 * lacks. */
static int judge(const uint8_t *p, size_t len)
{
	int due = 0;

	for (size_t n; len; p += n, len -= n)
		if (!(n = decode(p, len, &due)))
			return -1;
	return due;
}

/* Reads the first `cut` bytes, then the rest. */
static int verdict_on(const uint8_t *text, size_t len, size_t cut)
{
	uint8_t *left = fuzz_copy(text, cut);
	uint8_t *right = fuzz_copy(text + cut, len - cut);
	struct utf8 u = {0};
	bool valid =
		utf8_next(&u, left, cut) && utf8_next(&u, right, len - cut);

	assert(!valid || utf8_is_complete(&u) == !u.need);
	free(left);
	free(right);
	return valid ? u.need : -1;
}

/* The text between characters of three bytes, `before` in front of it and 32
 * behind it: there the fast way of utf8.c reads even a short one in blocks. */
static bool is_valid_inside(const uint8_t *text, size_t len, size_t before)
{
	size_t at = 3 * before, all = at + len + 96;
	uint8_t *block = malloc(all);
	bool valid;

	assert(block);
	for (size_t i = 0; i < at + 96; i++)
		block[i < at ? i : i + len] = (uint8_t) "\xEA\xB0\x80"[i % 3];
	if (len)
		memcpy(block + at, text, len);
	valid = utf8_is_valid(block, all);
	free(block);
	return valid;
}

/* Only valid characters are printable, and none beyond the end is. */
static void print(const uint8_t *text, size_t len)
{
	uint8_t *copy = fuzz_copy(text, len);

	for (size_t at = 0, n; at < len; at += n ? n : 1) {
		n = utf8_printable(copy + at, len - at);
		assert(n <= len - at && utf8_is_valid(copy + at, n));
	}
	free(copy);
}

int fuzz_utf8(const uint8_t *data, size_t len)
{
	size_t cut = fuzz_number(&data, &len, 1);
	int verdict = judge(data, len);
	struct utf8 u = {0};
	size_t at = 0;

	assert(verdict_on(data, len, cut < len ? cut : len) == verdict);
	assert(verdict_on(data, len, 0) == verdict);
	assert(utf8_is_valid(data, len) == !verdict);
	assert(is_valid_inside(data, len, cut % 64 + 1) == !verdict);
	print(data, len);
	/* one by one: what cannot become a text is found when it arrives */
	while (at < len && utf8_next(&u, data + at, 1))
		at++;
	assert((at < len) == (verdict < 0));
	assert(judge(data, at) >= 0);
	assert(at == len || judge(data, at + 1) < 0);
	return 0;
}
