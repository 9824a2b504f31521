/* The pool of the process. Each test is a process of its own. */
#include "lib/cpu_pool.h"
#include "tests/pool_rig.h"

#include <stdlib.h>

#include "lib/cpus.h"

static void say(const char *threads, const char *limit)
{
	unsetenv("OMP_NUM_THREADS");
	unsetenv("OMP_THREAD_LIMIT");
	if (threads)
		setenv("OMP_NUM_THREADS", threads, 1);
	if (limit)
		setenv("OMP_THREAD_LIMIT", limit, 1);
}

static const struct {
	const char *threads, *limit;
	int size; /* 0: the processors */
	const char *reason;
} rules[] = {
	{NULL, NULL, 0, "processors"},
	{"3", NULL, 3, "OMP_NUM_THREADS"},
	{"3,2", NULL, 3, "OMP_NUM_THREADS"},
	{"abc", NULL, 0, "processors"},
	{"0", NULL, 0, "processors"},
	{"-1", NULL, 0, "processors"},
	{"8", "2", 2, "OMP_NUM_THREADS"},
	{NULL, "1", 1, "processors"},
	{"99999999", NULL, POOL_MAX_SIZE, "OMP_NUM_THREADS"},
};

enum {
	NRULES = sizeof(rules) / sizeof(*rules)
};

static void check_rule(int i)
{
	int size = rules[i].size ? rules[i].size : cpus_usable();

	say(rules[i].threads, rules[i].limit);
	ck_assert_int_eq(cpu_pool_size(), size);
	ck_assert_str_eq(cpu_pool_reason(), rules[i].reason);
	ck_assert_int_eq(cpu_pool_live(), 0);
}

#define RULE_TEST(i)            \
	START_TEST(p2_rule_##i) \
	{                       \
		check_rule(i);  \
	}                       \
	END_TEST

RULE_TEST(0)
RULE_TEST(1)
RULE_TEST(2)
RULE_TEST(3)
RULE_TEST(4)
RULE_TEST(5)
RULE_TEST(6)
RULE_TEST(7)
RULE_TEST(8)

START_TEST(p2_the_environment_is_read_once)
{
	say("3", NULL);
	ck_assert_int_eq(cpu_pool_size(), 3);
	say("5", NULL);
	ck_assert_int_eq(cpu_pool_size(), 3);
}
END_TEST

START_TEST(p2_what_is_set_wins)
{
	say("3", "2");
	ck_assert_int_eq(cpu_pool_set_size(7), 0);
	ck_assert_int_eq(cpu_pool_size(), 7);
	ck_assert_str_eq(cpu_pool_reason(), "set");
}
END_TEST

START_TEST(p1_errors)
{
	ck_assert_int_eq(cpu_pool_set_size(0), -EINVAL);
	ck_assert_int_eq(cpu_pool_set_size(-1), -EINVAL);
	ck_assert_str_ne(cpu_pool_reason(), "set");
	ck_assert_int_eq(cpu_pool_shutdown(POOL_WAIT), 0);
	ck_assert_int_eq(cpu_pool_set_size(2), -ESHUTDOWN);
	ck_assert_int_eq(cpu_pool_shutdown(POOL_WAIT), 0);
}
END_TEST

START_TEST(p1_threads_come_with_the_work_and_go_with_the_size)
{
	struct pool *pool = NULL, *again = NULL;
	struct held held = {0};

	ck_assert_int_eq(cpu_pool_set_size(8), 0);
	ck_assert_int_eq(cpu_pool_get(&pool), 0);
	ck_assert_int_eq(cpu_pool_get(&again), 0);
	ck_assert_ptr_eq(pool, again);
	for (int i = 0; i < 10; i++)
		pool_post(pool, hold, &held);
	await_begun(&held, 8);
	ck_assert_int_eq(cpu_pool_live(), 8);
	ck_assert_int_eq(cpu_pool_set_size(2), 0);
	ck_assert_int_eq(cpu_pool_live(), 8);
	let(&held, 10);
	while (cpu_pool_live() != 2)
		sched_yield();
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	ck_assert_int_eq(held.nbegun, 10);
}
END_TEST

int main(void)
{
	return suite_run("cpu_pool", 60,
		(const TTest *const[]){
			p2_rule_0,
			p2_rule_1,
			p2_rule_2,
			p2_rule_3,
			p2_rule_4,
			p2_rule_5,
			p2_rule_6,
			p2_rule_7,
			p2_rule_8,
			p2_the_environment_is_read_once,
			p2_what_is_set_wins,
			p1_errors,
			p1_threads_come_with_the_work_and_go_with_the_size,
			NULL,
		});
}
