/*
 * suite - the main function of every unit test, written once
 *
 * A test file lists its tests and hands them over:
 *
 *	int main(void)
 *	{
 *		return suite_run("rng", 20,
 *			(const TTest *const[]){one_test, another_test, NULL});
 *	}
 *
 * check runs each test in a process of its own, with the time limit given
 * in seconds (check's own default is 4, too short under valgrind).
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int suite_run(
	const char *name, double limit_s, const TTest *const tests[])
{
	Suite *suite = suite_create(name);
	TCase *group = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(group, limit_s);
	for (int i = 0; tests[i]; i++)
		tcase_add_test(group, tests[i]);
	suite_add_tcase(suite, group);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
