#include "lib/coro.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "lib/must.h"
#include "tests/suite.h"

static struct stack_pool *pool;
static char events[64];

static void note(const char *event)
{
	strncat(events, event, sizeof events - strlen(events) - 1);
}

static void setup(void)
{
	must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
	events[0] = '\0';
}

static struct coro *create(const char *name, coro_fn fn, void *arg)
{
	struct coro *coro = NULL;

	must_zero(coro_create(pool, name, fn, arg, &coro));
	return coro;
}

static void two_steps(void *arg)
{
	note(arg);
	note("1 ");
	coro_yield();
	note(arg);
	note("2 ");
}

START_TEST(coroutines_take_turns)
{
	struct coro *a, *b;

	setup();
	a = create("a", two_steps, "a");
	b = create("b", two_steps, "b");
	ck_assert_str_eq(events, "");
	ck_assert_int_eq(coro_resume(a), 1);
	ck_assert_int_eq(coro_resume(b), 1);
	ck_assert_int_eq(coro_resume(b), 0);
	ck_assert_int_eq(coro_resume(a), 0);
	ck_assert_str_eq(events, "a1 b1 b2 a2 ");
	coro_destroy(a);
	coro_destroy(b);
	stack_pool_destroy(pool);
}
END_TEST

START_TEST(the_state_follows_the_life)
{
	struct coro *coro;

	setup();
	coro = create("a", two_steps, "a");
	ck_assert_int_eq(coro_state(coro), CORO_CREATED);
	coro_resume(coro);
	ck_assert_int_eq(coro_state(coro), CORO_SUSPENDED);
	coro_resume(coro);
	ck_assert_int_eq(coro_state(coro), CORO_DONE);
	ck_assert_int_eq(coro_resume(coro), -EINVAL);
	ck_assert_str_eq(events, "a1 a2 ");
	coro_destroy(coro);
	stack_pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("coro", 20,
		(const TTest *const[]){
			coroutines_take_turns,
			the_state_follows_the_life,
			NULL,
		});
}
