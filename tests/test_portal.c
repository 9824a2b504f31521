/* Calls and tasks that come through a portal, and what they come to. */
#include "tests/portal_rig.h"

#include "lib/locals.h"

static int nran;
static pthread_t loop_thread;

static int count(void *arg, struct portal_answer *answer)
{
	(void)arg;
	nran++;
	answer->value.word = 42;
	loop_thread = pthread_self();
	return 0;
}

BODY(at_once)
{
	UNUSED_BODY_ARGS;
	nran++;
	value->word = 43;
	return 0;
}

static void expect_all_refused(int status)
{
	struct future *future = NULL;

	ck_assert_int_eq(portal_post(portal, count, NULL, &future), status);
	ck_assert_int_eq(
		portal_call(portal, count, NULL, CLOCK_NEVER, NULL, NULL),
		status);
	ck_assert_int_eq(
		portal_spawn(portal, "t", at_once, NULL, &future), status);
	ck_assert_int_eq(
		portal_run(portal, "t", at_once, NULL, CLOCK_NEVER, NULL, NULL),
		status);
	ck_assert_ptr_null(future);
	ck_assert_int_eq(nran, 0);
}

BODY(open_and_close)
{
	UNUSED_BODY_ARGS;
	open_portal();
	drain_portal();
	ck_assert_int_eq(portal_close(portal, PORTAL_DRAIN), -EPIPE);
	return 0;
}

START_TEST(e10_b1_not_open_is_refused)
{
	portal_setup();
	expect_all_refused(-EPIPE);
	ck_assert_int_eq(green_main(open_and_close, NULL), 0);
	expect_all_refused(-EPIPE);
	portal_teardown();
}
END_TEST

START_TEST(b20_a_loop_that_is_over_is_refused)
{
	portal_setup();
	ck_assert_int_eq(green_main(open_and_close, NULL), 0);
	green_teardown();
	expect_all_refused(-EPIPE);
	portal_unref(portal);
}
END_TEST

BODY(open_alone)
{
	UNUSED_BODY_ARGS;
	open_portal();
	return 0;
}

START_TEST(b20_the_end_of_the_loop_closes_it)
{
	portal_setup();
	ck_assert_int_eq(green_main(open_alone, NULL), 0);
	expect_all_refused(-EPIPE);
	green_teardown();
	expect_all_refused(-EPIPE);
	portal_unref(portal);
	ck_assert_int_eq(nreported, 0);
}
END_TEST

BODY(call_from_the_loop)
{
	UNUSED_BODY_ARGS;
	open_portal();
	expect_all_refused(-EDEADLK);
	drain_portal();
	expect_all_refused(-EDEADLK);
	return 0;
}

START_TEST(e11_b2_the_loops_own_thread_is_refused)
{
	portal_test(call_from_the_loop);
}
END_TEST

/* B3: the thread runs a loop of its own. */
BODY(call_into_the_other_loop)
{
	UNUSED_BODY_ARGS;
	return portal_call(portal, count, NULL, CLOCK_NEVER, value, failure);
}

static void run_another_loop(struct caller *caller)
{
	struct loop *own;
	struct tasks *owns;

	must_zero(loop_create(NULL, &own));
	must_zero(tasks_create(own, &owns));
	caller->status = tasks_run(owns, "other", call_into_the_other_loop,
		NULL, &caller->value, &caller->failure);
	tasks_destroy(owns);
	loop_destroy(own);
}

BODY(be_called_by_a_loop)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	open_portal();
	caller_start(&caller, run_another_loop);
	caller_join(&caller);
	ck_assert_int_eq(caller.status, 0);
	ck_assert_uint_eq(caller.value.word, 42);
	ck_assert(pthread_equal(loop_thread, pthread_self()));
	drain_portal();
	return 0;
}

START_TEST(b3_the_thread_of_another_loop_may_call)
{
	portal_test(be_called_by_a_loop);
}
END_TEST

BODY(open_twice)
{
	UNUSED_BODY_ARGS;
	open_portal();
	ck_assert_int_eq(portal_open(portal), -EALREADY);
	drain_portal();
	ck_assert_int_eq(portal_open(portal), -EALREADY);
	return 0;
}

START_TEST(e10_b4_it_is_opened_once)
{
	portal_setup();
	ck_assert_int_eq(portal_open(portal), -EPERM);
	ck_assert_int_eq(green_main(open_twice, NULL), 0);
	portal_teardown();
}
END_TEST

/* --- B5, B6, B7, B12 --- */

static int fail_call(void *arg, struct portal_answer *answer)
{
	(void)arg;
	failure_set(&answer->failure, 7, "cook", "burnt");
	return 7;
}

BODY(fail_task)
{
	UNUSED_BODY_ARGS;
	failure_set(failure, 8, "baker", "sour");
	task_yield();
	return 8;
}

static struct failure failures[2];
static int statuses[4];
static union future_value values[2];

static void ask_for_everything(struct caller *caller)
{
	(void)caller;
	statuses[0] = portal_call(
		portal, fail_call, NULL, CLOCK_NEVER, NULL, &failures[0]);
	statuses[1] = portal_run(
		portal, "t", fail_task, NULL, CLOCK_NEVER, NULL, &failures[1]);
	statuses[2] = portal_call(
		portal, count, NULL, CLOCK_NEVER, &values[0], NULL);
	statuses[3] = portal_run(
		portal, "t", at_once, NULL, CLOCK_NEVER, &values[1], NULL);
}

BODY(answer_everything)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	serve_one(ask_for_everything, &caller);
	return 0;
}

START_TEST(e13_b5_b12_values_and_failures_come_back_as_they_are)
{
	portal_test(answer_everything);
	ck_assert_int_eq(statuses[0], FUTURE_FAILED);
	ck_assert_int_eq(failures[0].code, 7);
	ck_assert_str_eq(failures[0].origin, "cook");
	ck_assert_str_eq(failures[0].text, "burnt");
	ck_assert_int_eq(statuses[1], FUTURE_FAILED);
	ck_assert_int_eq(failures[1].code, 8);
	ck_assert_str_eq(failures[1].origin, "baker");
	ck_assert_int_eq(statuses[2], 0);
	ck_assert_uint_eq(values[0].word, 42);
	ck_assert_int_eq(statuses[3], 0);
	ck_assert_uint_eq(values[1].word, 43);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

BODY(cancel_myself)
{
	UNUSED_BODY_ARGS;
	task_cancel(task_self());
	return task_yield();
}

static void run_cancelling(struct caller *caller)
{
	caller->status = portal_run(
		portal, "t", cancel_myself, NULL, CLOCK_NEVER, NULL, NULL);
}

BODY(serve_cancelling)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	serve_one(run_cancelling, &caller);
	ck_assert_int_eq(caller.status, -ECANCELED);
	return 0;
}

START_TEST(b6_a_task_that_cancels_itself)
{
	portal_test(serve_cancelling);
}
END_TEST

_Static_assert(!__builtin_types_compatible_p(portal_fn, future_fn),
	"B7: the compiler tells a call from a task");

static int wait_in_a_call(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	ck_assert_ptr_null(task_self());
	return task_yield();
}

static void call_waiting(struct caller *caller)
{
	caller->status = portal_call(portal, wait_in_a_call, NULL, CLOCK_NEVER,
		NULL, &caller->failure);
}

BODY(serve_waiting)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	serve_one(call_waiting, &caller);
	ck_assert_int_eq(caller.status, FUTURE_FAILED);
	ck_assert_int_eq(caller.failure.code, -EPERM);
	return 0;
}

START_TEST(b7_a_call_is_no_task)
{
	portal_test(serve_waiting);
}
END_TEST

/* --- order, cancelled calls, locals --- */

static struct semaphore late;

static int note_arg(void *arg, struct portal_answer *answer)
{
	(void)answer;
	note(arg);
	return 0;
}

static void post_five(struct caller *caller)
{
	(void)caller;
	must_zero(portal_post(portal, note_arg, "1", NULL));
	must_zero(portal_post(portal, note_arg, "2", NULL));
	must_zero(portal_post(portal, count, NULL, &caller->future));
	must_zero(portal_post(portal, note_arg, "3", NULL));
	must(future_cancel(caller->future));
	semaphore_post(&late);
	caller->status = future_result(caller->future, 0, NULL, NULL);
}

BODY(serve_five)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	open_portal();
	caller_start(&caller, post_five);
	semaphore_wait(&late, CLOCK_NEVER);
	caller_join(&caller);
	ck_assert_int_eq(caller.status, -ECANCELED);
	drain_portal();
	return 0;
}

START_TEST(e12_calls_run_in_order_and_a_cancelled_one_never)
{
	portal_test(serve_five);
	ck_assert_str_eq(events, "123");
	ck_assert_int_eq(nran, 0);
}
END_TEST

static int note_user(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	note(locals_get("user"));
	must_zero(locals_set("user", "loop"));
	return 0;
}

BODY(task_note_user)
{
	UNUSED_BODY_ARGS;
	task_yield();
	note(locals_get("user"));
	return 0;
}

static void call_as_mary(struct caller *caller)
{
	must_zero(locals_set("user", "mary "));
	must_zero(
		portal_call(portal, note_user, NULL, CLOCK_NEVER, NULL, NULL));
	must_zero(portal_run(
		portal, "t", task_note_user, NULL, CLOCK_NEVER, NULL, NULL));
	caller->status = strcmp(locals_get("user"), "mary ");
	locals_unref(locals_swap(NULL));
}

BODY(serve_mary)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	serve_one(call_as_mary, &caller);
	ck_assert_int_eq(caller.status, 0);
	ck_assert_ptr_null(locals_get("user"));
	return 0;
}

START_TEST(e12_calls_have_the_locals_of_the_caller)
{
	portal_test(serve_mary);
	ck_assert_str_eq(events, "mary mary ");
}
END_TEST

int main(void)
{
	return suite_run("portal", 60,
		(const TTest *const[]){e10_b1_not_open_is_refused,
			b20_a_loop_that_is_over_is_refused,
			b20_the_end_of_the_loop_closes_it,
			e11_b2_the_loops_own_thread_is_refused,
			b3_the_thread_of_another_loop_may_call,
			e10_b4_it_is_opened_once,
			e13_b5_b12_values_and_failures_come_back_as_they_are,
			b6_a_task_that_cancels_itself, b7_a_call_is_no_task,
			e12_calls_run_in_order_and_a_cancelled_one_never,
			e12_calls_have_the_locals_of_the_caller, NULL});
}
