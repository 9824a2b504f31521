#include "lib/coro.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/rng.h"
#include "lib/sanitizer.h"
#include "tests/suite.h"

#ifndef EMULATED
#define EMULATED 0
#endif

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

START_TEST(any_but_a_running_one_can_be_destroyed)
{
	struct coro *created, *suspended;

	setup();
	created = create("created", two_steps, "c");
	suspended = create("suspended", two_steps, "s");
	coro_resume(suspended);
	coro_destroy(created);
	coro_destroy(suspended);
	ck_assert_str_eq(events, "s1 ");
	stack_pool_destroy(pool);
}
END_TEST

static void look_at_myself(void *arg)
{
	struct coro **seen = arg;

	*seen = coro_self();
	coro_yield();
	must(coro_self() == *seen);
	must(coro_state(coro_self()) == CORO_RUNNING);
}

START_TEST(self_is_the_one_that_runs)
{
	struct coro *seen = NULL;
	struct coro *coro;

	setup();
	ck_assert_ptr_null(coro_self());
	coro = create("looker", look_at_myself, &seen);
	while (coro_resume(coro) > 0)
		ck_assert_ptr_null(coro_self());
	ck_assert_ptr_eq(seen, coro);
	ck_assert_ptr_eq(coro_arg(coro), &seen);
	ck_assert_str_eq(coro_name(coro), "looker");
	coro_destroy(coro);
	stack_pool_destroy(pool);
}
END_TEST

/* A chain in which each resumes the next, and the last resumes the first. */
static struct coro *chain[3];
static int from_inside;

static void resume_the_next(void *arg)
{
	size_t i = (size_t)((struct coro **)arg - chain);

	if (i == 2) {
		from_inside = coro_resume(chain[0]);
		return;
	}
	while (coro_resume(chain[i + 1]) > 0)
		coro_yield();
	must(coro_self() == chain[i]);
}

START_TEST(a_coroutine_may_resume_others_but_none_that_runs)
{
	setup();
	for (int i = 0; i < 3; i++)
		chain[i] = create("link", resume_the_next, &chain[i]);
	ck_assert_int_eq(coro_resume(chain[0]), 0);
	ck_assert_int_eq(from_inside, -EBUSY);
	for (int i = 0; i < 3; i++)
		coro_destroy(chain[i]);
	stack_pool_destroy(pool);
}
END_TEST

static void resume_an_inner_one(void *arg)
{
	struct coro *inner = create("inner", two_steps, arg);

	coro_resume(inner);
	note("outer ");
	coro_yield();
	coro_resume(inner);
	coro_destroy(inner);
}

START_TEST(yield_goes_to_whoever_resumed)
{
	struct coro *outer;

	setup();
	outer = create("outer", resume_an_inner_one, "i");
	ck_assert_int_eq(coro_resume(outer), 1);
	note("main ");
	ck_assert_int_eq(coro_resume(outer), 0);
	ck_assert_str_eq(events, "i1 outer main i2 ");
	coro_destroy(outer);
	stack_pool_destroy(pool);
}
END_TEST

static void count_states(struct coro *coro, void *arg)
{
	int *counts = arg;

	counts[coro_state(coro)]++;
	must(!strcmp(coro_name(coro), coro_arg(coro)));
}

START_TEST(each_lists_the_living_with_name_and_state)
{
	struct coro *coros[3];
	int counts[CORO_DONE + 1] = {0};
	char *names[] = {"one", "two", "three"};

	setup();
	for (int i = 0; i < 3; i++)
		coros[i] = create(names[i], two_steps, names[i]);
	coro_resume(coros[1]);
	coro_resume(coros[2]);
	coro_resume(coros[2]);
	coro_destroy(create("gone", two_steps, "gone"));
	coro_each(pool, count_states, counts);
	ck_assert_int_eq(counts[CORO_CREATED], 1);
	ck_assert_int_eq(counts[CORO_SUSPENDED], 1);
	ck_assert_int_eq(counts[CORO_DONE], 1);
	ck_assert_str_eq(coro_state_name(CORO_SUSPENDED), "suspended");
	for (int i = 0; i < 3; i++)
		coro_destroy(coros[i]);
	stack_pool_destroy(pool);
}
END_TEST

/* Each adds its number to a sum of its own, once in each turn. */
struct adder {
	struct coro *coro;
	uint64_t number, sum, turns;
};

static void add_my_number(void *arg)
{
	struct adder *adder = arg;

	for (;;) {
		adder->sum += adder->number;
		coro_yield();
	}
}

START_TEST(any_order_of_many_is_kept_apart)
{
	static struct adder adders[500];
	struct rng rng;

	setup();
	rng_init(&rng, 5);
	for (uint64_t i = 0; i < 500; i++) {
		adders[i].number = i;
		adders[i].coro = create("adder", add_my_number, &adders[i]);
	}
	for (int i = 0; i < 20000; i++) {
		struct adder *adder = &adders[rng_below(&rng, 500)];

		adder->turns++;
		ck_assert_int_eq(coro_resume(adder->coro), 1);
	}
	for (uint64_t i = 0; i < 500; i++) {
		ck_assert_uint_eq(adders[i].sum, adders[i].turns * i);
		coro_destroy(adders[i].coro);
	}
	stack_pool_destroy(pool);
}
END_TEST

static void use_most_of_the_stack(void *arg)
{
	char text[60 << 10];

	memset(text, 'x', sizeof text);
	must(snprintf(text, sizeof text, "%.3f %s", 3.14159, "pi") == 8);
	coro_yield();
	strcpy(arg, text);
}

START_TEST(the_default_stack_holds_a_large_array_and_printf)
{
	struct coro *a, *b;
	char text_a[16], text_b[16];

	setup();
	a = create("a", use_most_of_the_stack, text_a);
	b = create("b", use_most_of_the_stack, text_b);
	coro_resume(a);
	coro_resume(b);
	coro_resume(a);
	coro_resume(b);
	ck_assert_str_eq(text_a, "3.142 pi");
	ck_assert_str_eq(text_b, "3.142 pi");
	coro_destroy(a);
	coro_destroy(b);
	stack_pool_destroy(pool);
}
END_TEST

static size_t resident_bytes(void)
{
	unsigned long total = 0, resident = 0;
	FILE *statm = fopen("/proc/self/statm", "r");

	must(statm != NULL);
	must(fscanf(statm, "%lu %lu", &total, &resident) == 2);
	fclose(statm);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* A fiber is a thread to TSan, which has room for about 8,000. */
static int many(int wanted)
{
	return SANITIZER_THREAD || RUNNING_ON_VALGRIND ? wanted / 10 : wanted;
}

static void live_and_die(struct coro **coros, int n)
{
	for (int i = 0; i < n; i++) {
		coros[i] = create("one of many", two_steps, "");
		must(coro_resume(coros[i]) == 1);
	}
	for (int i = 0; i < n; i += 2)
		must(coro_resume(coros[i]) == 0);
	for (int i = 0; i < n; i++)
		coro_destroy(coros[i]);
}

/* The tools' own memory grows; ours must not. */
static bool a_tool_needs_memory(void)
{
	return SANITIZER_THREAD || SANITIZER_ADDRESS || RUNNING_ON_VALGRIND ||
	       EMULATED;
}

/* R44: some with slabs that come and go, most on warm stacks. */
START_TEST(a_million_leave_no_memory_behind)
{
	static struct coro *coros[10000];
	const int nlives = a_tool_needs_memory() ? 100 : 9000;
	size_t before;

	setup();
	live_and_die(coros, many(10000));
	before = resident_bytes();
	for (int round = 0; round < 9; round++)
		live_and_die(coros, many(10000));
	for (int round = 0; round < nlives; round++)
		live_and_die(coros, 100);
	if (!a_tool_needs_memory())
		ck_assert_uint_le(resident_bytes(), before + (4 << 20));
	stack_pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("coro", 60,
		(const TTest *const[]){
			coroutines_take_turns,
			the_state_follows_the_life,
			any_but_a_running_one_can_be_destroyed,
			self_is_the_one_that_runs,
			a_coroutine_may_resume_others_but_none_that_runs,
			yield_goes_to_whoever_resumed,
			each_lists_the_living_with_name_and_state,
			any_order_of_many_is_kept_apart,
			the_default_stack_holds_a_large_array_and_printf,
			a_million_leave_no_memory_behind,
			NULL,
		});
}
