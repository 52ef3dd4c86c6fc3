/* utf8.c - is this UTF-8, and may it be printed? RFC 3629, section 4.
 *
 *     UTF8-1  00-7F
 *     UTF8-2  C2-DF  tail                        tail: 80-BF
 *     UTF8-3  E0     A0-BF tail                  no overlong form
 *             E1-EC  tail  tail    EE-EF  the same
 *             ED     80-9F tail                  no surrogate D800-DFFF
 *     UTF8-4  F0     90-BF tail tail             no overlong form
 *             F1-F3  tail  tail tail
 *             F4     80-8F tail tail             nothing above U+10FFFF
 *
 * Only the second byte of a character may have a narrower range than a tail.
 * So the state is how many bytes the character lacks, and the range of the
 * next. */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

static bool take_lead(struct utf8 *u, unsigned char byte)
{
	if (byte < 0xC2 || byte > 0xF4)
		return false;
	u->need = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
	u->low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
	u->high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
	return true;
}

static bool take_byte(struct utf8 *u, unsigned char byte)
{
	if (!u->need)
		return byte < 0x80 || take_lead(u, byte);
	if (byte < u->low || byte > u->high)
		return false;
	u->need--;
	u->low = 0x80;
	u->high = 0xBF;
	return true;
}

/* Both return p, where a character begins, or the beginning of a later one, if
 * all between them is valid, or even ASCII. From `start` on the text is in
 * memory. They are defined below: they make long texts faster, and change
 * nothing else. */
static const unsigned char *skip(const unsigned char *start,
	const unsigned char *p, const unsigned char *end);
static const unsigned char *skip_ascii(
	const unsigned char *p, const unsigned char *end);

/* Most text never comes here, and inlined this would make it save registers for
 * it. */
__attribute__((noinline)) static bool take(struct utf8 *state,
	const unsigned char *start, const unsigned char *p,
	const unsigned char *end)
{
	struct utf8 u = *state; /* a copy, which no byte of text can alias */

	while (p < end) {
		if (!u.need)
			p = skip(start, p, end);
		if (p < end && !take_byte(&u, *p++))
			return false;
	}
	*state = u;
	return true;
}

bool utf8_next(struct utf8 *state, const void *data, size_t len)
{
	const unsigned char *start = data, *p = start, *end = start + len;

	if (!state->need)
		p = skip_ascii(p, end); /* as most text is to its end */
	return p == end || take(state, start, p, end);
}

bool utf8_is_complete(const struct utf8 *u)
{
	return u->need == 0;
}

bool utf8_is_valid(const void *data, size_t len)
{
	struct utf8 u = {0};

	return utf8_next(&u, data, len) && utf8_is_complete(&u);
}

size_t utf8_cut(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)text[max] & 0xC0) == 0x80)
		max--;
	return max;
}

/* A set of code points, in order: the first of a run, and the first behind it,
 * for each run of them. */

#include "utf8.inc"

static bool is_in(const uint32_t *set, uint32_t point)
{
	while (set[1] <= point)
		set += 2;
	return set[0] <= point;
}

/* Reads the character at p. Returns its size, or 0 when it is cut or is not
 * UTF-8. */
static size_t read_point(
	const unsigned char *p, const unsigned char *end, uint32_t *point)
{
	size_t n = 1;

	if (p < end && *p >= 0xC0)
		n = *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
	if (n > (size_t)(end - p) || !utf8_is_valid(p, n))
		return 0;
	*point = n == 1 ? *p : *p & 0x7Fu >> n;
	for (size_t i = 1; i < n; i++)
		*point = *point << 6 | (p[i] & 0x3F);
	return n;
}

/* Returns where the next character begins if the one at p is among those from
 * `first` to `last`, else p. */
static const unsigned char *skip_one(const unsigned char *p,
	const unsigned char *end, uint32_t first, uint32_t last)
{
	uint32_t point;
	size_t n = read_point(p, end, &point);

	return n && point >= first && point <= last ? p + n : p;
}

/* Unicode Technical Standard 51, C.1: tags behind the flag U+1F3F4 spell a
 * region, as "gbeng" does England, and U+E007F ends them. The code of a region
 * has at most seven characters. */
static const unsigned char *skip_tags(
	const unsigned char *p, const unsigned char *end)
{
	const unsigned char *tag = p, *last;

	for (int i = 0; i < 7; i++)
		tag = skip_one(tag, end, 0xE0020, 0xE007E);
	last = skip_one(tag, end, 0xE007F, 0xE007F);
	return tag > p && last > tag ? last : p;
}

/* A keycap emoji is one of these signs, U+FE0F and U+20E3. */
static const unsigned char *skip_keycap(
	uint32_t sign, const unsigned char *p, const unsigned char *end)
{
	static const char cap[] = "\xEF\xB8\x8F\xE2\x83\xA3";
	size_t n = sizeof cap - 1;

	if (sign != '#' && sign != '*' && (sign < '0' || sign > '9'))
		return p;
	return (size_t)(end - p) >= n && !memcmp(p, cap, n) ? p + n : p;
}

/* Returns the end of what belongs to the character `point`, which ends at p.
 * Behind an emoji that is the colour of its skin, U+FE0F (it is an emoji and not
 * a sign in a text) and U+200D (it makes one picture with the next emoji). The
 * two letters of a country's flag are visible characters themselves. */
static const unsigned char *skip_rest(
	uint32_t point, const unsigned char *p, const unsigned char *end)
{
	if (p == end || *p < 0x80)
		return p; /* as behind most characters */
	if (point < 0x80)
		return skip_keycap(point, p, end);
	if (!is_in(pictures, point))
		return p;
	if (point == 0x1F3F4)
		p = skip_tags(p, end);
	p = skip_one(p, end, 0x1F3FB, 0x1F3FF);
	p = skip_one(p, end, 0xFE0F, 0xFE0F);
	return skip_one(p, end, 0x200D, 0x200D);
}

size_t utf8_printable(const unsigned char *p, size_t left)
{
	const unsigned char *end = p + left;
	uint32_t point;
	size_t n = read_point(p, end, &point);

	if (!n || point == '\\' || is_in(hidden, point))
		return 0;
	return (size_t)(skip_rest(point, p + n, end) - p);
}

/* The same, faster: sixteen bytes at a time, where the machine has registers of
 * that size and the compiler has types for them (GNU C, so not tcc). Most text
 * is ASCII, whose top bits are 0: 16 KiB take 0.2 us like this, and 8 us byte by
 * byte. */
#if !defined(__GNUC__) || defined(__FRAMAC__)
#elif defined(__SSE2__) || defined(__ARM_NEON)
#define HAS_VECTORS
typedef uint64_t two_words __attribute__((vector_size(16)));

static two_words load(const unsigned char *p)
{
	two_words bytes;

	memcpy(&bytes, p, sizeof bytes);
	return bytes;
}

/* Are the 32 bytes at p ASCII, and the 32 at q? */
static bool is_ascii(const unsigned char *p, const unsigned char *q)
{
	two_words bits = load(p) | load(p + 16) | load(q) | load(q + 16);

	return !((bits[0] | bits[1]) & 0x8080808080808080);
}
#endif

static const unsigned char *skip_ascii(
	const unsigned char *p, const unsigned char *end)
{
#ifdef HAS_VECTORS
	const unsigned char *start = p;

	while (end - p >= 64 && is_ascii(p, p + 32))
		p += 64;
	if (end - p >= 32 && is_ascii(p, p))
		p += 32;
	/* the last few are checked again with those before them */
	if (end - start >= 32 && end - p < 32 && is_ascii(end - 32, end - 32))
		return end;
#endif
	while (p < end && *p < 0x80)
		p++;
	return p;
}

/* Other text is checked in blocks, with instructions that look up each byte of a
 * block in a table of 16 bytes: those of AVX2 take 32 bytes (x86, since 2013),
 * and those of NEON 16 (every aarch64). A program that is built to be small goes
 * without AVX2, since 5 kB of the compiler's library tell which machine has it. */
#if defined(HAS_VECTORS) && defined(__SSE2__) && !defined(__OPTIMIZE_SIZE__)
#include <immintrin.h>
#define BLOCK 32
#define FAST __attribute__((target("avx2")))
#define HAS_FAST __builtin_cpu_supports("avx2")
#define TABLE(...) __VA_ARGS__, __VA_ARGS__ /* one for each 16 bytes */
#define LOAD(p) ((block)_mm256_lddqu_si256((const __m256i *)(p)))
#define LOOK_UP(table, at) \
	((block)_mm256_shuffle_epi8((__m256i)(table), (__m256i)(at)))
#define LESS(b, n) /* each byte less n, and at least 0 */ \
	((block)_mm256_subs_epu8((__m256i)(b), _mm256_set1_epi8(n)))
#define IS_ZERO(b) _mm256_testz_si256((__m256i)(b), (__m256i)(b))
#elif defined(HAS_VECTORS) && defined(__AARCH64EL__)
#include <arm_neon.h>
#define BLOCK 16
#define FAST
#define HAS_FAST true
#define TABLE(...) __VA_ARGS__
#define LOAD(p) vld1q_u8(p)
#define LOOK_UP(table, at) vqtbl1q_u8(table, at)
#define LESS(b, n) vqsubq_u8(b, vdupq_n_u8(n))
#define IS_ZERO(b) (!vmaxvq_u8(b))
#endif

#ifdef FAST
/* The way of Keiser and Lemire ("Validating UTF-8 In Less Than One Instruction
 * Per Byte", 2021). Each row has two bytes that must not stand side by side. To
 * recognize them, it is enough to know both nibbles of the first byte and the
 * high nibble of the second. Each row is a bit. Three tables say in which rows a
 * nibble occurs, and the bits that are set in all three are the errors.
 *
 *     bit         first byte  second byte     RFC 3629, section 4
 *     SHORT       C0-FF       00-7F, C0-FF    a lead without its tail
 *     LONG        00-7F       80-BF           a tail without a lead
 *     OVERLONG_2  C0, C1      80-BF           UTF8-2 begins with C2
 *     OVERLONG_3  E0          80-9F           E0 A0-BF tail
 *     SURROGATE   ED          A0-BF           ED 80-9F tail
 *     OVERLONG_4  F0          80-8F           F0 90-BF tail tail
 *                 F5-FF       80-8F           UTF8-4 ends with F4
 *     TOO_LARGE   F4-FF       90-BF           F4 80-8F tail tail
 *     TAILS       80-BF       80-BF           right where a second or third tail
 *                                             is due, and an error elsewhere */
enum { SHORT = 1, LONG = 2, OVERLONG_2 = 4, OVERLONG_3 = 8 };
enum { SURROGATE = 16, OVERLONG_4 = 32, TOO_LARGE = 64, TAILS = 128 };
/* the rows with every low nibble; those with 5 to F; those with every tail */
enum { ANY = SHORT | LONG | TAILS, F5 = ANY | OVERLONG_4 | TOO_LARGE };
enum { TAIL = LONG | OVERLONG_2 | TAILS };

typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* Returns zeros if each byte of the block at p may stand behind those before it.
 * A second or third tail is due where a character of three or four bytes began
 * two bytes before, or one of four bytes three before. */
FAST static inline block errors_at(const unsigned char *p)
{
	static const block first_high = {TABLE(LONG, LONG, LONG, LONG, LONG,
		LONG, LONG, LONG, TAILS, TAILS, TAILS, TAILS,
		SHORT | OVERLONG_2, SHORT, SHORT | OVERLONG_3 | SURROGATE,
		SHORT | OVERLONG_4 | TOO_LARGE)};
	static const block first_low = {
		TABLE(ANY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
			ANY | OVERLONG_2, ANY, ANY, ANY | TOO_LARGE, F5, F5, F5,
			F5, F5, F5, F5, F5, F5 | SURROGATE, F5, F5)};
	static const block second_high = {TABLE(SHORT, SHORT, SHORT, SHORT,
		SHORT, SHORT, SHORT, SHORT, TAIL | OVERLONG_3 | OVERLONG_4,
		TAIL | OVERLONG_3 | TOO_LARGE, TAIL | SURROGATE | TOO_LARGE,
		TAIL | SURROGATE | TOO_LARGE, SHORT, SHORT, SHORT, SHORT)};
	block second = LOAD(p), first = LOAD(p - 1);
	/* subtracting, but not below 0, leaves the top bit of E0-FF and F0-FF */
	block is_due = LESS(LOAD(p - 2), 0x60) | LESS(LOAD(p - 3), 0x70);

	return (LOOK_UP(first_high, first >> 4) &
		       LOOK_UP(first_low, first & 0x0F) &
		       LOOK_UP(second_high, second >> 4)) ^
	       (is_due & TAILS);
}

/* Returns where the character begins that is not complete before p, or p. */
static const unsigned char *whole(const unsigned char *p)
{
	/* so far back, a byte of at least this begins such a character */
	static const unsigned char least[] = {0, 0xC0, 0xE0, 0xF0};

	for (int n = 1; n <= 3; n++)
		if (p[-n] >= least[n])
			return p - n;
	return p;
}

/* Korean takes 1.2 us for 16 KiB like this, and 20 us byte by byte. Three bytes
 * before p are in memory. Stops before a long run of ASCII, and before a block
 * with an error, which the plain loop finds again. */
FAST static const unsigned char *skip_blocks(
	const unsigned char *p, const unsigned char *end)
{
	unsigned char rest[3 + BLOCK] = {0};

	end = whole(end);
	for (; end - p >= 2 * BLOCK; p += 2 * BLOCK) {
		if (IS_ZERO((LOAD(p) | LOAD(p + BLOCK)) & 0x80))
			return whole(p);
		if (!IS_ZERO(errors_at(p) | errors_at(p + BLOCK)))
			return whole(p);
	}
	if (end - p >= BLOCK && IS_ZERO(errors_at(p)))
		p += BLOCK;
	if (end - p >= BLOCK)
		return whole(p);
	/* the last ones are checked as if zeros followed, in a copy */
	memcpy(rest, p - 3, 3 + (size_t)(end - p));
	return IS_ZERO(errors_at(rest + 3)) ? end : whole(p);
}
#endif

static const unsigned char *skip(const unsigned char *start,
	const unsigned char *p, const unsigned char *end)
{
	if (*p < 0x80)
		p = skip_ascii(p, end);
#ifdef FAST
	if (end - p >= 12 && p - start >= 3 && HAS_FAST)
		return skip_blocks(p, end);
#endif
	(void)start;
	return p;
}
