/* A portal in a thread of its own, and tasks that say that they have started */
#include "lib/portal_thread.h"

#include <errno.h>

#include "lib/must.h"
#include "tests/suite.h"

static struct portal_thread *thread;
static struct portal *portal;

static void setup(void)
{
	must_zero(portal_thread_start(&thread));
	portal = portal_ref(portal_thread_portal(thread));
}

static int answer(void *arg, struct portal_answer *to)
{
	(void)arg;
	to->value.word = 42;
	return 0;
}

static int call(union future_value *value)
{
	return portal_call(portal, answer, NULL, CLOCK_NEVER, value, NULL);
}

START_TEST(e17_a_portal_in_its_own_thread)
{
	union future_value value = {0};

	setup();
	ck_assert_int_eq(call(&value), 0);
	ck_assert_uint_eq(value.word, 42);
	portal_thread_stop(thread, PORTAL_DRAIN);
	ck_assert_int_eq(call(&value), -EPIPE);
	portal_unref(portal);
}
END_TEST

/* Says so, waits to be cancelled, and ends. */
static int serve(void *arg, struct portal_starting *starting,
	union future_value *value, struct failure *failure)
{
	const struct task_why why = {.what = "cancel"};

	(void)arg, (void)value, (void)failure;
	portal_say_started(starting, (union future_value){.word = 80});
	portal_say_started(starting, (union future_value){.word = 81});
	return task_suspend(&why);
}

START_TEST(e17_a_task_says_that_it_has_started)
{
	union future_value said = {0};
	struct future *future;

	setup();
	ck_assert_int_eq(portal_start(portal, "server", serve, NULL, &said,
				 &future, NULL),
		0);
	ck_assert_uint_eq(said.word, 80);
	ck_assert(!future_is_over(future));
	portal_thread_stop(thread, PORTAL_CANCEL);
	ck_assert_int_eq(future_result(future, 0, NULL, NULL), -ECANCELED);
	future_unref(future);
	portal_unref(portal);
}
END_TEST

static int end_at_once(void *arg, struct portal_starting *starting,
	union future_value *value, struct failure *failure)
{
	const int *status = arg;

	(void)starting, (void)value, (void)failure;
	return *status;
}

static int start_with(int status, struct failure *failure)
{
	struct future *future = NULL;
	int result = portal_start(
		portal, "server", end_at_once, &status, NULL, &future, failure);

	ck_assert_ptr_null(future);
	return result;
}

START_TEST(e17_a_task_that_ends_without_saying_so)
{
	struct failure failure;

	setup();
	ck_assert_int_eq(start_with(0, &failure), -EPROTO);
	ck_assert_int_eq(start_with(5, &failure), FUTURE_FAILED);
	ck_assert_int_eq(failure.code, 5);
	ck_assert_int_eq(start_with(-ECANCELED, &failure), -ECANCELED);
	portal_thread_stop(thread, PORTAL_DRAIN);
	ck_assert_int_eq(start_with(0, &failure), -EPIPE);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
	portal_unref(portal);
}
END_TEST

int main(void)
{
	return suite_run("portal_thread", 60,
		(const TTest *const[]){e17_a_portal_in_its_own_thread,
			e17_a_task_says_that_it_has_started,
			e17_a_task_that_ends_without_saying_so, NULL});
}
