/* criterion.h - the part of Criterion that the tests use, for valgrind. A
 * process is forked for each test and no program is started, since that takes
 * valgrind a second. */
#ifndef MEMCHECK_CRITERION_H
#define MEMCHECK_CRITERION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct memcheck {
	const char *suite, *name; /* no name: what runs around its tests */
	void (*run)(void), (*init)(void), (*fini)(void);
	int signal, exit_code; /* how the test is expected to end */
	pid_t pid;
	struct memcheck *next;
};

void memcheck_add(struct memcheck *);
void memcheck_judge(bool good, bool fatal, const char *file, int line);

#define MEMCHECK_ADD(id, ...)                                   \
	__attribute__((constructor)) static void add_##id(void) \
	{                                                       \
		static struct memcheck one = {__VA_ARGS__};     \
                                                                \
		memcheck_add(&one);                             \
	}

#define TestSuite(of, ...) MEMCHECK_ADD(of, .suite = #of, __VA_ARGS__)
#define Test(of, what, ...)                                    \
	static void test_##of##_##what(void);                  \
	MEMCHECK_ADD(of##_##what, .suite = #of, .name = #what, \
		.run = test_##of##_##what, __VA_ARGS__)        \
	static void test_##of##_##what(void)

#define cr_expect(good, ...) memcheck_judge(good, false, __FILE__, __LINE__)
#define cr_assert(good, ...) memcheck_judge(good, true, __FILE__, __LINE__)

#define cr_expect_not(a, ...) cr_expect(!(a))
#define cr_expect_null(a, ...) cr_expect(!(a))
#define cr_expect_str_empty(a, ...) cr_expect(!*(a))
#define cr_expect_arr_eq(a, b, n, ...) cr_expect(!memcmp(a, b, n))
#define cr_assert_null(a, ...) cr_assert(!(a))
#define cr_assert_not_null(a, ...) cr_assert(a)

#define cr_expect_eq(a, b, ...) cr_expect((a) == (b))
#define cr_expect_neq(a, b, ...) cr_expect((a) != (b))
#define cr_expect_lt(a, b, ...) cr_expect((a) < (b))
#define cr_expect_leq(a, b, ...) cr_expect((a) <= (b))
#define cr_expect_geq(a, b, ...) cr_expect((a) >= (b))
#define cr_expect_str_eq(a, b, ...) cr_expect(!strcmp(a, b))
#define cr_expect_str_neq(a, b, ...) cr_expect(strcmp(a, b) != 0)

#define cr_assert_eq(a, b, ...) cr_assert((a) == (b))
#define cr_assert_lt(a, b, ...) cr_assert((a) < (b))
#define cr_assert_leq(a, b, ...) cr_assert((a) <= (b))
#define cr_assert_gt(a, b, ...) cr_assert((a) > (b))
#define cr_assert_geq(a, b, ...) cr_assert((a) >= (b))
#define cr_assert_str_eq(a, b, ...) cr_assert(!strcmp(a, b))

#endif
