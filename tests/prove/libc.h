/* libc.h - what the proofs take for granted: that memcpy copies, and these
 * facts about bits, which axioms.c tries with every number that they speak of. */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*@
  axiomatic bits {
    axiom and_127: \forall integer x; 0 <= x < 256 ==> (x & 127) == x % 128;
    axiom and_63: \forall integer x; 0 <= x < 256 ==> (x & 63) == x % 64;
    axiom and_15: \forall integer x; 0 <= x < 256 ==> (x & 15) == x % 16;
    axiom and_7: \forall integer x; 0 <= x < 256 ==> (x & 7) == x % 8;
    axiom and_128: \forall integer x; 0 <= x < 256 ==>
      ((x & 128) != 0 <==> x >= 128);
    axiom shift_7: \forall integer x; 0 <= x < 256 ==> (x >> 7) == x / 128;
    axiom shift_4: \forall integer x; 0 <= x < 256 ==> (x >> 4) == x / 16;
    axiom left_6: \forall integer x; 0 <= x < 0x8000 ==> (x << 6) == x * 64;
    axiom left_7: \forall integer x; 0 <= x < 256 ==> (x << 7) == x * 128;
    axiom append_6: \forall integer x, b; 0 <= x < 0x8000 && 0 <= b < 64 ==>
      ((x << 6) | b) == x * 64 + b;
    axiom append_7: \forall integer x, b; 0 <= x < 256 && 0 <= b < 128 ==>
      ((x << 7) | b) == x * 128 + b;
    axiom xor_byte: \forall integer x, k; 0 <= x < 256 && 0 <= k < 256 ==>
      0 <= (x ^ k) < 256;
    axiom xor_twice: \forall integer a, b, c; 0 <= a < 256 && 0 <= b < 256 ==>
      c == (a ^ b) ==> (c ^ b) == a;
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
