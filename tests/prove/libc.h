/* libc.h - what the proofs take for granted: that memcpy copies, and these
 * facts about bits, which axioms.c tries with every byte. */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*@
  axiomatic bits {
    axiom and_127: \forall integer x; 0 <= x < 256 ==> (x & 127) == x % 128;
    axiom and_15: \forall integer x; 0 <= x < 256 ==> (x & 15) == x % 16;
    axiom and_7: \forall integer x; 0 <= x < 256 ==> (x & 7) == x % 8;
    axiom shift_7: \forall integer x; 0 <= x < 256 ==> (x >> 7) == x / 128;
    axiom shift_4: \forall integer x; 0 <= x < 256 ==> (x >> 4) == x / 16;
    axiom append: \forall integer x, b; 0 <= x && 0 <= b < 256 ==>
      ((x << 8) | b) == x * 256 + b;
    axiom append_6: \forall integer x, b; 0 <= x && 0 <= b < 64 ==>
      ((x << 6) | b) == x * 64 + b;
    axiom and_63: \forall integer x; 0 <= x < 256 ==> (x & 63) == x % 64;
    axiom shift_8: \forall integer x; 0 <= x ==> (x >> 8) == x / 256;
    axiom xor_byte: \forall integer x, k; 0 <= x < 256 && 0 <= k < 256 ==>
      0 <= (x ^ k) < 256;
    axiom xor_twice: \forall integer x, k; 0 <= x < 256 && 0 <= k < 256 ==>
      ((x ^ k) ^ k) == x;
  }
*/

/*@
  requires \valid(to + (0 .. n - 1)) && \valid_read(from + (0 .. n - 1));
  requires \separated(to + (0 .. n - 1), from + (0 .. n - 1));
  assigns to[0 .. n - 1] \from from[0 .. n - 1];
  ensures \forall integer i; 0 <= i < n ==> to[i] == from[i];
*/
void copy_bytes(unsigned char *to, const unsigned char *from, size_t n);
#define memcpy(to, from, n) \
	copy_bytes((unsigned char *)(to), (const unsigned char *)(from), n)

/*@
  requires \valid_read(a + (0 .. n - 1)) && \valid_read(b + (0 .. n - 1));
  assigns \result \from a[0 .. n - 1], b[0 .. n - 1];
*/
int compare_bytes(const unsigned char *a, const unsigned char *b, size_t n);
#define memcmp(a, b, n) \
	compare_bytes((const unsigned char *)(a), (const unsigned char *)(b), n)
