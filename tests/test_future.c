/* One future: its states, its result, its callbacks, its memory. */
#include "lib/future.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/suite.h"

static struct future *make(void)
{
	struct future *future = NULL;

	ck_assert_int_eq(future_create(&future), 0);
	return future;
}

static const union future_value forty_two = {.word = 42};

static const struct failure no_entry = {
	.code = -ENOENT, .origin = "test", .text = "no such thing"};

static void finish(struct future *future)
{
	ck_assert(future_start(future));
	ck_assert_int_eq(future_complete(future, forty_two), 0);
}

static void go_wrong(struct future *future)
{
	ck_assert(future_start(future));
	ck_assert_int_eq(future_fail(future, &no_entry), 0);
}

START_TEST(f1_pending_running_done)
{
	struct future *future = make();

	ck_assert_int_eq(future_state(future), FUTURE_PENDING);
	ck_assert(future_start(future));
	ck_assert_int_eq(future_state(future), FUTURE_RUNNING);
	ck_assert(!future_start(future));
	ck_assert_int_eq(future_complete(future, forty_two), 0);
	ck_assert_int_eq(future_state(future), FUTURE_DONE);
	ck_assert(!future_start(future));
	ck_assert(!future_cancel(future));
	ck_assert_int_eq(future_state(future), FUTURE_DONE);
	future_unref(future);
}
END_TEST

START_TEST(f1_pending_done_in_one_and_once)
{
	struct future *future = make();

	ck_assert(future_set(future, forty_two));
	ck_assert(!future_set(future, forty_two));
	ck_assert_int_eq(future_state(future), FUTURE_DONE);
	future_unref(future);
}
END_TEST

START_TEST(f1_pending_cancelled)
{
	struct future *future = make();

	ck_assert(future_cancel(future));
	ck_assert(!future_start(future));
	ck_assert_int_eq(future_complete(future, forty_two), -EINVAL);
	ck_assert_int_eq(future_state(future), FUTURE_CANCELLED);
	future_unref(future);
}
END_TEST

START_TEST(f1_what_has_not_started_cannot_be_completed)
{
	struct future *future = make();

	ck_assert_int_eq(future_complete(future, forty_two), -EINVAL);
	ck_assert_int_eq(future_fail(future, &no_entry), -EINVAL);
	ck_assert_int_eq(
		future_complete_pointer(future, future, free), -EINVAL);
	ck_assert_int_eq(future_state(future), FUTURE_PENDING);
	future_unref(future);
}
END_TEST

START_TEST(f2_cancel_says_whether_it_is_cancelled)
{
	struct future *pending = make(), *running = make(), *done = make();

	ck_assert(future_cancel(pending));
	ck_assert(future_cancel(pending));
	ck_assert(future_start(running));
	ck_assert(!future_cancel(running));
	ck_assert_int_eq(future_state(running), FUTURE_RUNNING);
	finish(done);
	ck_assert(!future_cancel(done));
	ck_assert_int_eq(future_result(done, 0, NULL, NULL), 0);
	future_unref(pending);
	future_unref(running);
	future_unref(done);
}
END_TEST

START_TEST(f3_over_is_done_or_cancelled)
{
	struct future *a = make(), *b = make(), *c = make();

	ck_assert(!future_is_over(a));
	ck_assert(future_start(a));
	ck_assert(!future_is_over(a));
	ck_assert_str_eq(future_state_name(future_state(a)), "running");
	future_complete(a, forty_two);
	future_cancel(b);
	go_wrong(c);
	ck_assert(future_is_over(a));
	ck_assert(future_is_over(b));
	ck_assert(future_is_over(c));
	ck_assert(!future_has_failed(a));
	ck_assert(!future_has_failed(b));
	ck_assert(future_has_failed(c));
	future_unref(a);
	future_unref(b);
	future_unref(c);
}
END_TEST

START_TEST(f4_result_of_each_state)
{
	struct future *future = make(), *cancelled = make();
	union future_value value = {.word = 1};

	ck_assert_int_eq(future_result(future, 0, &value, NULL), -EAGAIN);
	ck_assert_int_eq(
		future_result(future, clock_now() + 1000, &value, NULL),
		-ETIMEDOUT);
	ck_assert(future_start(future));
	ck_assert_int_eq(future_result(future, 0, &value, NULL), -EAGAIN);
	ck_assert_uint_eq(value.word, 1);
	future_complete(future, forty_two);
	for (int i = 0; i < 2; i++) {
		value.word = 1;
		ck_assert_int_eq(future_result(future, 0, &value, NULL), 0);
		ck_assert_uint_eq(value.word, 42);
	}
	future_cancel(cancelled);
	ck_assert_int_eq(future_result(cancelled, 0, &value, NULL), -ECANCELED);
	future_unref(future);
	future_unref(cancelled);
}
END_TEST

START_TEST(f4_f5_the_failure_comes_out_as_it_went_in)
{
	struct future *future = make();
	struct failure failure = {0};
	union future_value value = {.word = 1};

	go_wrong(future);
	for (int i = 0; i < 2; i++) {
		memset(&failure, 0, sizeof(failure));
		ck_assert_int_eq(future_result(future, 0, &value, &failure),
			FUTURE_FAILED);
		ck_assert_int_eq(
			memcmp(&failure, &no_entry, sizeof(failure)), 0);
	}
	ck_assert_uint_eq(value.word, 1);
	future_unref(future);
}
END_TEST

START_TEST(f5_no_failure_where_there_is_none)
{
	struct future *future = make();
	struct failure failure = {.code = 5};

	finish(future);
	ck_assert_int_eq(future_result(future, 0, NULL, &failure), 0);
	ck_assert_int_eq(failure.code, 5);
	future_unref(future);
}
END_TEST

START_TEST(f6_the_first_result_stays)
{
	const union future_value other = {.word = 7};
	union future_value value;
	struct future *future = make(), *failed = make();

	finish(future);
	ck_assert_int_eq(future_complete(future, other), -EINVAL);
	ck_assert_int_eq(future_fail(future, &no_entry), -EINVAL);
	ck_assert_int_eq(future_result(future, 0, &value, NULL), 0);
	ck_assert_uint_eq(value.word, 42);
	go_wrong(failed);
	ck_assert_int_eq(future_complete(failed, other), -EINVAL);
	ck_assert_int_eq(future_result(failed, 0, NULL, NULL), FUTURE_FAILED);
	future_unref(future);
	future_unref(failed);
}
END_TEST

static void ignore(const struct failure *failure, void *arg)
{
	(void)failure;
	(void)arg;
}

static uint64_t forget_unretrieved(void)
{
	return failure_take_unretrieved(ignore, NULL);
}

/* What callbacks write down, one letter each. */
static char written[16];

static int write_a(struct future *future, void *arg)
{
	(void)arg;
	ck_assert(future_is_over(future));
	strcat(written, "a");
	return 0;
}

static int write_arg(struct future *future, void *arg)
{
	(void)future;
	strcat(written, arg);
	return 0;
}

static int write_and_fail(struct future *future, void *arg)
{
	write_arg(future, arg);
	return -EIO;
}

static void end_by_cancel(struct future *future)
{
	ck_assert(future_cancel(future));
}

START_TEST(f8_callbacks_run_once_and_in_order)
{
	void (*const ends[])(struct future *) = {
		finish, go_wrong, end_by_cancel};

	for (size_t i = 0; i < 3; i++) {
		struct future *future = make();

		written[0] = '\0';
		ck_assert_int_eq(future_on_done(future, write_a, NULL), 0);
		ck_assert_int_eq(future_on_done(future, write_arg, "b"), 0);
		ck_assert_int_eq(future_on_done(future, write_arg, "c"), 0);
		ck_assert_str_eq(written, "");
		ends[i](future);
		ck_assert_str_eq(written, "abc");
		future_cancel(future);
		ck_assert_str_eq(written, "abc");
		future_unref(future);
	}
	ck_assert_uint_eq(forget_unretrieved(), 1);
}
END_TEST

START_TEST(f8_added_afterwards_runs_at_once)
{
	struct future *future = make();

	written[0] = '\0';
	finish(future);
	ck_assert_int_eq(future_on_done(future, write_a, NULL), 0);
	ck_assert_str_eq(written, "a");
	future_unref(future);
}
END_TEST

START_TEST(f8_memory_of_the_callers_own)
{
	struct future *future = make();
	struct future_callback a, b, c;

	written[0] = '\0';
	future_listen(future, &a, write_arg, "a");
	future_listen(future, &b, write_arg, "b");
	future_listen(future, &c, write_arg, "c");
	ck_assert(future_unlisten(future, &b));
	ck_assert(!future_unlisten(future, &b));
	finish(future);
	ck_assert_str_eq(written, "ac");
	ck_assert(!future_unlisten(future, &a));
	future_listen(future, &b, write_arg, "b");
	ck_assert_str_eq(written, "acb");
	future_unref(future);
}
END_TEST

START_TEST(f8_the_last_and_the_only_one_can_be_taken_out)
{
	struct future *future = make();
	struct future_callback a, b;

	written[0] = '\0';
	future_listen(future, &a, write_arg, "a");
	ck_assert(future_unlisten(future, &a));
	future_listen(future, &a, write_arg, "a");
	future_listen(future, &b, write_arg, "b");
	ck_assert(future_unlisten(future, &b));
	future_listen(future, &b, write_arg, "c");
	finish(future);
	ck_assert_str_eq(written, "ac");
	future_unref(future);
}
END_TEST

START_TEST(f9_a_failing_callback_stops_nothing)
{
	struct future *future = make();
	union future_value value;

	written[0] = '\0';
	future_on_done(future, write_and_fail, "x");
	future_on_done(future, write_arg, "y");
	finish(future);
	ck_assert_str_eq(written, "xy");
	ck_assert_int_eq(future_result(future, 0, &value, NULL), 0);
	ck_assert_uint_eq(forget_unretrieved(), 1);
	future_unref(future);
	ck_assert_uint_eq(forget_unretrieved(), 0);
}
END_TEST

static int drop(struct future *future, void *arg)
{
	(void)arg;
	future_unref(future);
	return 0;
}

START_TEST(a_callback_may_give_up_a_reference)
{
	struct future *future = make();

	future_ref(future);
	future_on_done(future, drop, NULL);
	finish(future);
	future_unref(future);
}
END_TEST

static int answer(void *arg, union future_value *value, struct failure *failure)
{
	(void)failure;
	value->word = *(int *)arg;
	return 0;
}

static int fail_in_words(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	failure_set(failure, -EIO, "body", "in words");
	return -EIO;
}

static int fail_in_silence(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	(void)failure;
	return -EPIPE;
}

START_TEST(a_body_is_run)
{
	struct future *future = make();
	union future_value value;
	int five = 5;

	ck_assert(future_run(future, answer, &five));
	ck_assert(!future_run(future, answer, &five));
	ck_assert_int_eq(future_result(future, 0, &value, NULL), 0);
	ck_assert_uint_eq(value.word, 5);
	future_unref(future);
}
END_TEST

START_TEST(a_body_fails)
{
	struct future *loud = make(), *silent = make();
	struct failure failure;

	ck_assert(future_run(loud, fail_in_words, NULL));
	future_result(loud, 0, NULL, &failure);
	ck_assert_str_eq(failure.text, "in words");
	ck_assert(future_run(silent, fail_in_silence, NULL));
	future_result(silent, 0, NULL, &failure);
	ck_assert_int_eq(failure.code, -EPIPE);
	ck_assert(failure.origin[0]);
	future_unref(loud);
	future_unref(silent);
}
END_TEST

START_TEST(f16_what_was_cancelled_does_not_run)
{
	struct future *future = make();

	future_cancel(future);
	ck_assert(!future_run(future, answer, NULL));
	future_unref(future);
}
END_TEST

static int nfreed;

static void count_freed(void *pointer)
{
	nfreed++;
	free(pointer);
}

START_TEST(f17_the_result_is_freed_once)
{
	struct future *read = make(), *unread = make();
	union future_value value;

	nfreed = 0;
	future_start(read);
	future_complete_pointer(read, malloc(10), count_freed);
	future_result(read, 0, &value, NULL);
	ck_assert_ptr_nonnull(value.pointer);
	future_ref(read);
	future_unref(read);
	ck_assert_int_eq(nfreed, 0);
	future_unref(read);
	ck_assert_int_eq(nfreed, 1);
	future_start(unread);
	future_complete_pointer(unread, malloc(10), count_freed);
	future_unref(unread);
	ck_assert_int_eq(nfreed, 2);
	future_unref(NULL);
}
END_TEST

START_TEST(an_unretrieved_failure_is_not_lost)
{
	struct future *asked = make(), *looked_at = make();

	go_wrong(asked);
	future_result(asked, 0, NULL, NULL);
	future_unref(asked);
	ck_assert_uint_eq(forget_unretrieved(), 0);
	go_wrong(looked_at);
	ck_assert(future_has_failed(looked_at));
	ck_assert_int_eq(future_wait(looked_at, 0), 0);
	future_unref(looked_at);
	ck_assert_uint_eq(forget_unretrieved(), 1);
}
END_TEST

START_TEST(a_pending_one_is_small)
{
	ck_assert_uint_lt(sizeof(struct future), 200);
}
END_TEST

int main(void)
{
	return suite_run("future", 20,
		(const TTest *const[]){
			f1_pending_running_done,
			f1_pending_done_in_one_and_once,
			f1_pending_cancelled,
			f1_what_has_not_started_cannot_be_completed,
			f2_cancel_says_whether_it_is_cancelled,
			f3_over_is_done_or_cancelled,
			f4_result_of_each_state,
			f4_f5_the_failure_comes_out_as_it_went_in,
			f5_no_failure_where_there_is_none,
			f6_the_first_result_stays,
			f8_callbacks_run_once_and_in_order,
			f8_added_afterwards_runs_at_once,
			f8_memory_of_the_callers_own,
			f8_the_last_and_the_only_one_can_be_taken_out,
			f9_a_failing_callback_stops_nothing,
			a_callback_may_give_up_a_reference,
			a_body_is_run,
			a_body_fails,
			f16_what_was_cancelled_does_not_run,
			f17_the_result_is_freed_once,
			an_unretrieved_failure_is_not_lost,
			a_pending_one_is_small,
			NULL,
		});
}
