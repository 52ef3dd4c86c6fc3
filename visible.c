/* visible.c - which characters of a peer's may be shown as they are. */
#include "visible.h"

#include "utf8.h"

#include <stdint.h>

/* Characters that a terminal obeys or hides, in UTF-8: C1 controls, those
 * without width, line separators, those that turn the writing's direction. */
static bool is_harmful(const unsigned char *p, size_t n)
{
	static const uint32_t ranges[][2] = {{0xC280, 0xC29F},
		{0xE2808B, 0xE2808F}, {0xE280A8, 0xE280AE},
		{0xE281A0, 0xE281AF}, {0xEFBBBF, 0xEFBBBF}};
	uint32_t c = 0;

	while (n--)
		c = c << 8 | *p++;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

size_t visible_size(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;

	if (n > left || p[0] < ' ' || p[0] == 0x7F || p[0] == '\\')
		return 0;
	return utf8_is_valid(p, n) && !is_harmful(p, n) ? n : 0;
}
