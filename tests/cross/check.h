/*
 * check - as much of the check library as some unit tests use
 *
 * Found before the real one with -Itests/cross, so that the same tests run
 * where that library is not: built by another compiler for another processor,
 * in an emulator. Each test has a process of its own; no time limits.
 */
#ifndef TESTS_CROSS_CHECK_H
#define TESTS_CROSS_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
	const char *name;
	void (*fn)(void);
} TTest;

typedef struct {
	int nfailed, nrun;
	const char *name;
} Suite;

typedef Suite TCase;
typedef Suite SRunner;

#define START_TEST(name)                                     \
	static void name##_fn(void);                         \
	static const TTest name##_test = {#name, name##_fn}; \
	static const TTest *const name = &name##_test;       \
	static void name##_fn(void)
#define END_TEST

static inline void check_that(
	int holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	printf("%s:%d: %s\n", file, line, what);
	fflush(stdout);
	_exit(1);
}

#define ck_assert(what) check_that(!!(what), #what, __FILE__, __LINE__)
#define ck_assert_msg(what, ...) ck_assert(what)
#define ck_assert_of(type, a, op, b) \
	check_that((type)(a)op(type)(b), #a " " #op " " #b, __FILE__, __LINE__)
#define ck_assert_int_eq(a, b) ck_assert_of(intmax_t, a, ==, b)
#define ck_assert_int_ne(a, b) ck_assert_of(intmax_t, a, !=, b)
#define ck_assert_int_ge(a, b) ck_assert_of(intmax_t, a, >=, b)
#define ck_assert_int_gt(a, b) ck_assert_of(intmax_t, a, >, b)
#define ck_assert_int_le(a, b) ck_assert_of(intmax_t, a, <=, b)
#define ck_assert_int_lt(a, b) ck_assert_of(intmax_t, a, <, b)
#define ck_assert_uint_eq(a, b) ck_assert_of(uintmax_t, a, ==, b)
#define ck_assert_uint_ne(a, b) ck_assert_of(uintmax_t, a, !=, b)
#define ck_assert_uint_ge(a, b) ck_assert_of(uintmax_t, a, >=, b)
#define ck_assert_uint_gt(a, b) ck_assert_of(uintmax_t, a, >, b)
#define ck_assert_uint_le(a, b) ck_assert_of(uintmax_t, a, <=, b)
#define ck_assert_uint_lt(a, b) ck_assert_of(uintmax_t, a, <, b)
#define ck_assert_double_eq(a, b) ck_assert((a) == (b))
#define ck_assert_ptr_eq(a, b) ck_assert((a) == (b))
#define ck_assert_ptr_ne(a, b) ck_assert((a) != (b))
#define ck_assert_ptr_null(a) ck_assert(!(a))
#define ck_assert_ptr_nonnull(a) ck_assert(a)
#define ck_assert_str_eq(a, b) ck_assert(!strcmp(a, b))

static inline Suite *suite_create(const char *name)
{
	Suite *suite = calloc(1, sizeof(*suite));

	suite->name = name;
	return suite;
}

static inline TCase *tcase_create(const char *name)
{
	return suite_create(name);
}

static inline void tcase_set_timeout(const TCase *group, double seconds)
{
	(void)group, (void)seconds;
}

static inline void tcase_add_test(TCase *group, const TTest *test)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		test->fn();
		_exit(0);
	}
	waitpid(child, &status, 0);
	group->nrun++;
	group->nfailed += status != 0;
	if (status)
		printf("failed: %s, status %#x\n", test->name, status);
	fflush(stdout);
}

static inline void suite_add_tcase(Suite *suite, TCase *group)
{
	suite->nrun = group->nrun;
	suite->nfailed = group->nfailed;
	free(group);
}

static inline SRunner *srunner_create(Suite *suite)
{
	return suite;
}

enum {
	CK_NORMAL
};

static inline void srunner_run_all(const SRunner *runner, int how)
{
	(void)how;
	printf("%s: %d tests, %d failed\n", runner->name, runner->nrun,
		runner->nfailed);
}

static inline int srunner_ntests_failed(const SRunner *runner)
{
	return runner->nfailed;
}

static inline void srunner_free(SRunner *runner)
{
	free(runner);
}

#endif
