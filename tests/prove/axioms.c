/* axioms.c - the axioms of libc.h, which the proofs take for granted, for every
 * byte: prints the first that is false. */
#include <stdio.h>

static int wrong;

static void holds(const char *axiom, int does)
{
	if (!does && !wrong++)
		printf("false: %s\n", axiom);
}

static void of_byte(int x)
{
	holds("and_127", (x & 127) == x % 128);
	holds("and_63", (x & 63) == x % 64);
	holds("and_15", (x & 15) == x % 16);
	holds("and_7", (x & 7) == x % 8);
	holds("and_128", ((x & 128) != 0) == (x >= 128));
	holds("shift_7", x >> 7 == x / 128);
	holds("shift_4", x >> 4 == x / 16);
	holds("left_7", x << 7 == x * 128);
}

static void of_two(int x, int b)
{
	holds("xor_byte", (x ^ b) >= 0 && (x ^ b) < 256);
	holds("xor_twice", ((x ^ b) ^ b) == x);
	if (b < 128)
		holds("append_7", (x << 7 | b) == x * 128 + b);
}

static void of_point(int x)
{
	holds("left_6", x << 6 == x * 64);
	for (int b = 0; b < 64; b++)
		holds("append_6", (x << 6 | b) == x * 64 + b);
}

int main(void)
{
	for (int x = 0; x < 256; x++) {
		of_byte(x);
		for (int b = 0; b < 256; b++)
			of_two(x, b);
	}
	for (int x = 0; x < 0x8000; x++)
		of_point(x);
	printf("%d passed, %d failed\n", !wrong, !!wrong);
	return !!wrong;
}
