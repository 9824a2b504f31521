#include "lib/failure.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "tests/suite.h"

START_TEST(says_who_what_and_why)
{
	struct failure failure = {0};
	char text[128];

	failure_set(&failure, -ENOENT, "worker_3", "no file '%s'", "x");
	ck_assert_str_eq(failure_format(&failure, text, sizeof(text)),
		"worker_3: no file 'x' (No such file or directory)");
	failure_set(&failure, 7, "worker_3", "%s", "");
	ck_assert_str_eq(failure_format(&failure, text, sizeof(text)),
		"worker_3: (code 7)");
}
END_TEST

START_TEST(names_the_thread_when_nobody_is_named)
{
	struct failure failure;

	pthread_setname_np(pthread_self(), "me");
	failure_set(&failure, -EIO, NULL, "%s", "");
	ck_assert_str_eq(failure.origin, "me");
}
END_TEST

START_TEST(cuts_what_is_too_long)
{
	struct failure failure;
	char text[10];

	failure_set(&failure, -EIO, "a name of twenty chrs", "%0100d", 0);
	ck_assert_uint_eq(strlen(failure.origin), sizeof(failure.origin) - 1);
	ck_assert_uint_eq(strlen(failure.text), sizeof(failure.text) - 1);
	failure_format(&failure, text, sizeof(text));
	ck_assert_str_eq(text, "a name of");
}
END_TEST

static void add_code(const struct failure *failure, void *sum)
{
	*(int *)sum += failure->code;
}

START_TEST(keeps_what_nobody_asked_for)
{
	struct failure failure = {.code = 1};
	int sum = 0;

	ck_assert_uint_eq(failure_take_unretrieved(add_code, &sum), 0);
	failure_unretrieved(&failure);
	failure.code = 10;
	failure_unretrieved(&failure);
	ck_assert_uint_eq(failure_nunretrieved(), 2);
	ck_assert_uint_eq(failure_take_unretrieved(add_code, &sum), 2);
	ck_assert_int_eq(sum, 11);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

START_TEST(counts_more_than_it_keeps)
{
	const struct failure failure = {.code = 1};
	int sum = 0;

	for (int i = 0; i < FAILURE_NKEPT + 5; i++)
		failure_unretrieved(&failure);
	ck_assert_uint_eq(
		failure_take_unretrieved(add_code, &sum), FAILURE_NKEPT + 5);
	ck_assert_int_eq(sum, FAILURE_NKEPT);
	ck_assert_uint_eq(failure_take_unretrieved(add_code, &sum), 0);
}
END_TEST

int main(void)
{
	return suite_run("failure", 20,
		(const TTest *const[]){
			says_who_what_and_why,
			names_the_thread_when_nobody_is_named,
			cuts_what_is_too_long,
			keeps_what_nobody_asked_for,
			counts_more_than_it_keeps,
			NULL,
		});
}
