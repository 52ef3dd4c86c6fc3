/* slice.h - what the proof of slice.c takes for granted of libc. */
#include "tests/prove/libc.h"

#include <netinet/in.h>
#include <strings.h>

/*@
  requires \valid_read(p + (0 .. n - 1));
  assigns \result \from p, n, p[0 .. n - 1], byte;
  ensures \result == \null || (p <= \result < p + n &&
    \base_addr(\result) == \base_addr(p) && *\result == (char)byte);
*/
const char *find_byte(const char *p, int byte, size_t n);
#define memchr(p, byte, n) find_byte(p, byte, n)

/*@
  requires \valid_read(p + (0 .. n - 1)) && \valid_read(q + (0 .. m - 1));
  assigns \result \from p, n, p[0 .. n - 1], q[0 .. m - 1], m;
  ensures \result == \null || (p <= \result && \result + m <= p + n &&
    \base_addr(\result) == \base_addr(p));
*/
const char *find_bytes(const char *p, size_t n, const char *q, size_t m);
#define memmem(p, n, q, m) find_bytes(p, n, q, m)

/*@
  requires \valid_read(a + (0 .. n - 1)) && \valid_read(b + (0 .. n - 1));
  assigns \result \from a[0 .. n - 1], b[0 .. n - 1];
*/
int compare_nocase(const char *a, const char *b, size_t n);
#define strncasecmp(a, b, n) compare_nocase(a, b, n)

/*@
  requires \exists integer i; 0 <= i < INET6_ADDRSTRLEN && text[i] == 0 &&
    \valid_read(text + (0 .. i));
  requires \valid(to);
  assigns \result, *to \from family, text[0 .. INET6_ADDRSTRLEN - 1];
*/
int read_address(int family, const char *text, struct in6_addr *to);
#define inet_pton(family, text, to) read_address(family, text, to)
