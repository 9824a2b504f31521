#include "lib/once.h"

#include <errno.h>
#include <pthread.h>

#include "tests/suite.h"

enum {
	NTHREADS = 4
};

struct first_time {
	struct once once;
	struct barrier gate;
	int ncalls; /* plain: only once may anybody write it */
	int nfailures; /* still to come */
	atomic_int nwrong;
};

static int make_it(void *arg)
{
	struct first_time *first = arg;

	if (first->nfailures > 0) {
		first->nfailures--;
		return -EIO;
	}
	first->ncalls++;
	return 0;
}

static void *come(void *arg)
{
	struct first_time *first = arg;

	barrier_wait(&first->gate);
	if (once_run(&first->once, make_it, first) || first->ncalls != 1)
		atomic_fetch_add(&first->nwrong, 1);
	return NULL;
}

START_TEST(all_come_and_one_does_it)
{
	for (int round = 0; round < 100; round++) {
		struct first_time first = {.ncalls = 0};
		pthread_t threads[NTHREADS];

		barrier_init(&first.gate, NTHREADS);
		for (int i = 0; i < NTHREADS; i++)
			pthread_create(&threads[i], NULL, come, &first);
		for (int i = 0; i < NTHREADS; i++)
			pthread_join(threads[i], NULL);
		ck_assert_int_eq(first.nwrong, 0);
		barrier_fini(&first.gate);
		once_fini(&first.once);
	}
}
END_TEST

START_TEST(who_fails_has_done_nothing)
{
	struct first_time first = {.nfailures = 2};

	ck_assert_int_eq(once_run(&first.once, make_it, &first), -EIO);
	ck_assert_int_eq(once_run(&first.once, make_it, &first), -EIO);
	ck_assert_int_eq(once_run(&first.once, make_it, &first), 0);
	ck_assert_int_eq(once_run(&first.once, make_it, &first), 0);
	ck_assert_int_eq(first.ncalls, 1);
	once_fini(&first.once);
}
END_TEST

static int call_itself(void *once)
{
	return once_run(once, call_itself, once);
}

START_TEST(calling_itself_is_an_error_not_a_hang)
{
	struct once once = {0};

	ck_assert_int_eq(once_run(&once, call_itself, &once), -EDEADLK);
	once_fini(&once);
}
END_TEST

int main(void)
{
	return suite_run("once", 20,
		(const TTest *const[]){
			all_come_and_one_does_it,
			who_fails_has_done_nothing,
			calling_itself_is_an_error_not_a_hang,
			NULL,
		});
}
