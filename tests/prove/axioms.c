/* axioms.c - the axioms of libc.h, which the proofs take for granted, for every
 * byte: prints the first that is false. */
#include <stdio.h>

static int wrong;

static void holds(const char *axiom, int does)
{
	if (!does && !wrong++)
		printf("false: %s\n", axiom);
}

static void of_byte(long long x)
{
	holds("and_127", (x & 127) == x % 128);
	holds("and_63", (x & 63) == x % 64);
	holds("and_15", (x & 15) == x % 16);
	holds("and_7", (x & 7) == x % 8);
	holds("shift_7", x >> 7 == x / 128);
	holds("shift_4", x >> 4 == x / 16);
	holds("shift_8", x >> 8 == x / 256);
	holds("shift_8", (x << 40) >> 8 == (x << 40) / 256);
}

static void of_two(long long x, long long b)
{
	long long large = x << 40 | x;

	holds("xor_byte", (x ^ b) >= 0 && (x ^ b) < 256);
	holds("xor_twice", ((x ^ b) ^ b) == x);
	holds("append", (x << 8 | b) == x * 256 + b);
	holds("append", (large << 8 | b) == large * 256 + b);
	if (b < 64)
		holds("append_6", (large << 6 | b) == large * 64 + b);
}

int main(void)
{
	for (int x = 0; x < 256; x++) {
		of_byte(x);
		for (int b = 0; b < 256; b++)
			of_two(x, b);
	}
	printf("%d passed, %d failed\n", !wrong, !!wrong);
	return !!wrong;
}
