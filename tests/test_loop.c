#include "lib/loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/must.h"
#include "tests/suite.h"

static struct loop *loop;
static char events[200];
static struct failure reported[8];
static int nreported;

static void keep_report(void *context, const struct failure *failure)
{
	(void)context;
	must(nreported < 8);
	reported[nreported++] = *failure;
}

static const struct loop_rules virtual_rules = {
	.virtual_time = true, .report = keep_report};

static void setup(void)
{
	must_zero(loop_create(&virtual_rules, &loop));
	events[0] = '\0';
	nreported = 0;
}

/* A call that notes its name. */
static int note(void *arg)
{
	strncat(events, arg, sizeof(events) - strlen(events) - 1);
	return 0;
}

#define NOTE(text)                                    \
	(struct loop_call)                            \
	{                                             \
		.fn = note, .arg = text, .name = text \
	}

START_TEST(a_loop_with_nothing_to_do_returns)
{
	setup();
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_uint_eq(loop_nturns(loop), 0);
	loop_destroy(loop);
}
END_TEST

START_TEST(h19_calls_run_in_the_order_of_becoming_ready)
{
	struct loop_call a = NOTE("a "), b = NOTE("b "), c = NOTE("c ");

	setup();
	loop_soon(loop, &a);
	loop_soon(loop, &b);
	loop_soon(loop, &c);
	ck_assert_str_eq(events, "");
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "a b c ");
	ck_assert_uint_eq(loop_nturns(loop), 1);
	loop_destroy(loop);
}
END_TEST

START_TEST(h19_timers_fire_by_time_and_then_in_order_of_creation)
{
	static char *const names[] = {"a", "b", "c", "d", "e", "f"};
	static const uint64_t dues[] = {20, 10, 20, 5, 10, 20};
	struct loop_timer timers[6];

	setup();
	for (int i = 0; i < 6; i++) {
		timers[i] = (struct loop_timer){.call = NOTE(names[i])};
		ck_assert_int_eq(
			loop_timer_start(loop, &timers[i], dues[i]), 0);
	}
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "dbeacf");
	ck_assert_uint_eq(loop_now(loop), 20);
	loop_destroy(loop);
}
END_TEST

START_TEST(a_timer_can_be_moved_and_stopped)
{
	struct loop_timer a = {.call = NOTE("a")}, b = {.call = NOTE("b")},
			  c = {.call = NOTE("c")};

	setup();
	loop_timer_start(loop, &a, 10);
	loop_timer_start(loop, &b, 20);
	loop_timer_start(loop, &c, 30);
	loop_timer_start(loop, &a, 40);
	loop_timer_stop(loop, &b);
	loop_timer_stop(loop, &b);
	ck_assert(!loop_timer_runs(&b));
	ck_assert(loop_timer_runs(&c));
	loop_timer_start(loop, &b, CLOCK_NEVER);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "ca");
	loop_destroy(loop);
}
END_TEST

static struct loop_timer victim;

static int stop_victim(void *arg)
{
	(void)arg;
	loop_timer_stop(loop, &victim);
	return 0;
}

START_TEST(a_timer_can_be_stopped_in_the_turn_in_which_it_is_due)
{
	struct loop_timer killer = {.call = {.fn = stop_victim}};

	setup();
	victim = (struct loop_timer){.call = NOTE("alive")};
	loop_timer_start(loop, &killer, 10);
	loop_timer_start(loop, &victim, 10);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "");
	loop_destroy(loop);
}
END_TEST

static int run_again(void *arg)
{
	struct loop_call *call = arg;

	note("x");
	if (strlen(events) < 3)
		loop_soon(loop, call);
	return 0;
}

START_TEST(what_becomes_ready_runs_in_the_next_turn)
{
	struct loop_call again = {.fn = run_again, .arg = &again};

	setup();
	loop_soon(loop, &again);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "xxx");
	ck_assert_uint_eq(loop_nturns(loop), 3);
	loop_destroy(loop);
}
END_TEST

static int fail_with(void *arg)
{
	return *(int *)arg;
}

START_TEST(h9_a_failing_call_is_reported_and_the_loop_goes_on)
{
	int code = -EIO;
	struct loop_call bad = {.fn = fail_with, .arg = &code, .name = "bad"};
	struct loop_timer worse = {
		.call = {.fn = fail_with, .arg = &code, .name = "worse"}};
	struct loop_call good = NOTE("good ");
	struct loop_timer better = {.call = NOTE("better")};

	setup();
	loop_soon(loop, &bad);
	loop_soon(loop, &good);
	loop_timer_start(loop, &worse, 1);
	loop_timer_start(loop, &better, 2);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "good better");
	ck_assert_int_eq(nreported, 2);
	ck_assert_str_eq(reported[0].origin, "bad");
	ck_assert_int_eq(reported[0].code, -EIO);
	ck_assert_str_eq(reported[1].origin, "worse");
	loop_destroy(loop);
}
END_TEST

START_TEST(h9_without_a_hook_a_failure_is_an_unretrieved_one)
{
	int code = -EIO;
	struct loop_call bad = {.fn = fail_with, .arg = &code, .name = "bad"};

	must_zero(loop_create(NULL, &loop));
	loop_soon(loop, &bad);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_uint_eq(failure_nunretrieved(), 1);
	loop_destroy(loop);
}
END_TEST

static int stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
	return 0;
}

START_TEST(stop_ends_the_run_after_its_turn_and_it_can_go_on)
{
	struct loop_call stopper = {.fn = stop};
	struct loop_call a = NOTE("a");
	struct loop_timer later = {.call = NOTE("b")};

	setup();
	loop_timer_start(loop, &later, 5);
	loop_soon(loop, &stopper);
	loop_soon(loop, &a);
	ck_assert_int_eq(loop_run(loop), LOOP_STOPPED);
	ck_assert_str_eq(events, "a");
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "ab");
	loop_destroy(loop);
}
END_TEST

static int nested_status;

static int run_nested(void *arg)
{
	nested_status = loop_run(arg);
	must(loop_current() == loop);
	return 0;
}

START_TEST(a_nested_run_is_an_error)
{
	struct loop *other;
	struct loop_call nested = {.fn = run_nested};

	setup();
	must_zero(loop_create(&virtual_rules, &other));
	ck_assert_ptr_null(loop_current());
	nested.arg = loop;
	loop_soon(loop, &nested);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_int_eq(nested_status, -EBUSY);
	nested_status = 0;
	nested.arg = other;
	loop_soon(loop, &nested);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_int_eq(nested_status, -EBUSY);
	ck_assert_ptr_null(loop_current());
	loop_destroy(other);
	loop_destroy(loop);
}
END_TEST

START_TEST(a_call_can_be_taken_back)
{
	struct loop_call a = NOTE("a"), b = NOTE("b"), c = NOTE("c");

	setup();
	loop_soon(loop, &a);
	loop_soon(loop, &b);
	loop_soon(loop, &c);
	ck_assert(loop_cancel(loop, &b));
	ck_assert(!loop_cancel(loop, &b));
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert(!loop_cancel(loop, &a));
	ck_assert_str_eq(events, "ac");
	loop_destroy(loop);
}
END_TEST

static int tick(void *arg)
{
	struct loop_timer *timer = arg;

	note(".");
	return loop_timer_start(loop, timer, loop_now(loop) + 10);
}

START_TEST(what_runs_in_the_background_does_not_keep_the_loop)
{
	struct loop_timer heartbeat = {
		.call = {.fn = tick, .arg = &heartbeat}, .background = true};
	struct loop_timer job = {.call = NOTE("done")};

	setup();
	loop_timer_start(loop, &heartbeat, 10);
	loop_timer_start(loop, &job, 35);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "...done");
	loop_destroy(loop);
}
END_TEST

START_TEST(virtual_hours_pass_in_no_time)
{
	uint64_t begun = clock_now();
	struct loop_timer late = {.call = NOTE("late")};

	setup();
	ck_assert_uint_eq(loop_now(loop), 0);
	loop_timer_start(loop, &late, 1000 * 3600 * CLOCK_NS_PER_S);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_uint_eq(loop_now(loop), 1000 * 3600 * CLOCK_NS_PER_S);
	ck_assert_uint_lt(clock_now() - begun, 10 * CLOCK_NS_PER_S);
	loop_destroy(loop);
}
END_TEST

static int release_it(void *arg)
{
	(void)arg;
	loop_release(loop);
	return 0;
}

/* Nothing has to wait for what is due already, whatever is awaited outside. */
START_TEST(virtual_time_held_from_outside_runs_what_is_due)
{
	struct loop_timer due = {
		.call = {.fn = release_it, .arg = NULL, .name = "due"}};

	setup();
	loop_hold(loop);
	must_zero(loop_timer_start(loop, &due, 0));
	ck_assert_int_eq(loop_run(loop), 0);
	loop_destroy(loop);
}
END_TEST

START_TEST(in_real_time_no_timer_is_early)
{
	struct loop_timer timer = {.call = NOTE("x")};
	uint64_t due;

	must_zero(loop_create(NULL, &loop));
	due = loop_now(loop) + 2 * CLOCK_NS_PER_MS + 1;
	loop_timer_start(loop, &timer, due);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_uint_ge(loop_now(loop), due);
	ck_assert_uint_eq(loop_nturns(loop), 1);
	loop_destroy(loop);
}
END_TEST

static char seen_by_hook[100];

static void see_call(const struct loop_call *call, void *arg)
{
	(void)arg;
	strcat(seen_by_hook, call->name);
}

static void see_timer(
	const struct loop_timer *timer, uint64_t due_ns, void *arg)
{
	(void)arg;
	sprintf(seen_by_hook + strlen(seen_by_hook), "+%s@%u", timer->call.name,
		(unsigned)due_ns);
}

static void see_turn(void *context, const struct loop *seen)
{
	(void)context;
	sprintf(seen_by_hook + strlen(seen_by_hook),
		"%u:", (unsigned)loop_nturns(seen));
	loop_each_ready(seen, see_call, NULL);
	loop_each_timer(seen, see_timer, NULL);
	strcat(seen_by_hook, " ");
}

START_TEST(a_hook_sees_every_turn)
{
	const struct loop_rules rules = {
		.virtual_time = true, .turn = see_turn};
	struct loop_call a = NOTE("a"), b = NOTE("b");
	struct loop_timer t = {.call = NOTE("t")};

	must_zero(loop_create(&rules, &loop));
	loop_soon(loop, &a);
	loop_soon(loop, &b);
	loop_timer_start(loop, &t, 7);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(seen_by_hook, "1:ab+t@7 2:t ");
	loop_destroy(loop);
}
END_TEST

static int start_and_free(void *arg)
{
	free(arg);
	return note("f");
}

START_TEST(a_call_may_free_itself)
{
	struct loop_call *call = calloc(1, sizeof(*call));

	setup();
	*call = (struct loop_call){.fn = start_and_free, .arg = call};
	loop_soon(loop, call);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "f");
	loop_destroy(loop);
}
END_TEST

START_TEST(what_has_not_run_is_dropped_with_the_loop)
{
	struct loop_call call = {.fn = note, .arg = "d", .drop = note};
	struct loop_call without = NOTE("never");

	setup();
	loop_soon(loop, &call);
	loop_soon(loop, &without);
	loop_destroy(loop);
	ck_assert_str_eq(events, "d");
}
END_TEST

int main(void)
{
	return suite_run("loop", 20,
		(const TTest *const[]){
			a_loop_with_nothing_to_do_returns,
			h19_calls_run_in_the_order_of_becoming_ready,
			h19_timers_fire_by_time_and_then_in_order_of_creation,
			a_timer_can_be_moved_and_stopped,
			a_timer_can_be_stopped_in_the_turn_in_which_it_is_due,
			what_becomes_ready_runs_in_the_next_turn,
			h9_a_failing_call_is_reported_and_the_loop_goes_on,
			h9_without_a_hook_a_failure_is_an_unretrieved_one,
			stop_ends_the_run_after_its_turn_and_it_can_go_on,
			a_nested_run_is_an_error,
			a_call_can_be_taken_back,
			what_runs_in_the_background_does_not_keep_the_loop,
			virtual_hours_pass_in_no_time,
			virtual_time_held_from_outside_runs_what_is_due,
			in_real_time_no_timer_is_early,
			a_hook_sees_every_turn,
			a_call_may_free_itself,
			what_has_not_run_is_dropped_with_the_loop,
			NULL,
		});
}
