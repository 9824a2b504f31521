/* Line 35: a hundred thousand coroutines, and then as many as there is room. */
#include "lib/coro.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/sanitizer.h"
#include "tests/suite.h"

enum {
	MANY = 100 * 1000,
	ROOM = 1 << 30,
	STACK_AND_GUARD = (64 + 16) << 10
};

static struct coro *coros[MANY];
static long nsteps;

static bool a_tool_watches(void)
{
	return SANITIZER_THREAD || SANITIZER_ADDRESS || RUNNING_ON_VALGRIND;
}

/* In pages: 0 all there are, 1 those in memory. */
static size_t pages(int which)
{
	unsigned long n[2] = {0, 0};
	FILE *statm = fopen("/proc/self/statm", "r");

	must(statm != NULL);
	must(fscanf(statm, "%lu %lu", &n[0], &n[1]) == 2);
	fclose(statm);
	return n[which] * (size_t)sysconf(_SC_PAGESIZE);
}

static void count_steps(void *arg)
{
	(void)arg;
	for (;;) {
		nsteps++;
		coro_yield();
	}
}

/* Returns 0 or the error of the first that could not be made. */
static int make(struct stack_pool *pool, int wanted, int *n)
{
	int error = 0;

	for (*n = 0; *n < wanted; ++*n) {
		error = coro_create(
			pool, "one of many", count_steps, NULL, &coros[*n]);
		if (error < 0)
			break;
		must(coro_resume(coros[*n]) == 1);
	}
	return error;
}

static void step_and_destroy(int n)
{
	long before = nsteps;

	for (int i = 0; i < n; i++)
		must(coro_resume(coros[i]) == 1);
	must(nsteps == before + n);
	for (int i = 0; i < n; i++)
		coro_destroy(coros[i]);
}

/* Where each guard is two mappings, there are fewer, and it is said why. */
START_TEST(line35_a_hundred_thousand_live_and_leave_nothing)
{
	const int wanted = a_tool_watches() ? MANY / 20 : MANY;
	struct stack_pool *pool;
	size_t before;
	int n, error;

	must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
	make(pool, wanted / 100, &n);
	step_and_destroy(n);
	before = pages(1);
	error = make(pool, wanted, &n);
	if (error) {
		ck_assert_int_eq(error, -EAGAIN);
		ck_assert_int_eq(stack_pool_guard(pool), STACK_GUARD_MPROTECT);
	} else {
		ck_assert_int_eq(n, wanted);
	}
	step_and_destroy(n);
	if (!a_tool_watches())
		ck_assert_uint_le(pages(1), before + (16 << 20));
	stack_pool_destroy(pool);
}
END_TEST

START_TEST(line35_until_there_is_no_room_and_once_more)
{
	struct rlimit unlimited, limit;
	struct stack_pool *pool;
	int n, again;

	if (a_tool_watches())
		return;
	must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
	must_zero(getrlimit(RLIMIT_AS, &unlimited));
	limit = unlimited;
	limit.rlim_cur = pages(0) + ROOM;
	must_zero(setrlimit(RLIMIT_AS, &limit));
	ck_assert_int_eq(make(pool, MANY, &n), -ENOMEM);
	ck_assert_int_ge(n, ROOM / STACK_AND_GUARD * 9 / 10);
	step_and_destroy(n);
	ck_assert_int_eq(make(pool, MANY, &again), -ENOMEM);
	ck_assert_int_ge(again, n - 8);
	step_and_destroy(again);
	must_zero(setrlimit(RLIMIT_AS, &unlimited));
	stack_pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("coro_many", 60,
		(const TTest *const[]){
			line35_a_hundred_thousand_live_and_leave_nothing,
			line35_until_there_is_no_room_and_once_more,
			NULL,
		});
}
