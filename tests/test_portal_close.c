/*
 * How a portal closes: what was accepted has an outcome, once. PORTAL=full
 * runs line 36 of the reliability matrix at its full size: 200 rounds of up
 * to 8 times 100,000 calls.
 */
#include "tests/portal_rig.h"

#include "lib/rng.h"
#include "lib/task_event.h"

enum {
	NPOSTS = 20,
	NTHREADS = 8,
	NBATCH = 8
};

static int nran, nbegun, nended, ncancelled;
static struct task_event begun, go;
static struct semaphore semaphore;

static int count(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	nran++;
	return 0;
}

static void begin_test(void)
{
	task_event_init(&begun, tasks, "begun");
	task_event_init(&go, tasks, "go");
	open_portal();
}

/* Begun is set by the second. */
BODY(for_ever)
{
	int status;

	UNUSED_BODY_ARGS;
	if (++nbegun == 2)
		task_event_set(&begun);
	status = wait_for_cancel();
	ncancelled += status == -ECANCELED;
	nended++;
	return status;
}

static void run_for_ever(struct caller *caller)
{
	caller->status = portal_run(
		portal, "t", for_ever, NULL, CLOCK_NEVER, NULL, NULL);
}

/* --- B13 --- */

BODY(wait_for_go)
{
	UNUSED_BODY_ARGS;
	task_event_set(&begun);
	nended += task_event_wait(&go, CLOCK_NEVER) == 0;
	return 0;
}

static int set_go(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	return task_event_set(&go);
}

static void spawn_and_post(struct caller *caller)
{
	must_zero(
		portal_spawn(portal, "t", wait_for_go, NULL, &caller->future));
	semaphore_wait(&caller->go, CLOCK_NEVER);
	for (int i = 0; i < NPOSTS; i++)
		must_zero(portal_post(portal, count, NULL, NULL));
	must_zero(portal_post(portal, set_go, NULL, NULL));
	semaphore_post(&semaphore);
}

/* The loop does not run while the calls are posted. */
BODY(close_while_much_is_left)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&caller, spawn_and_post);
	must_zero(task_event_wait(&begun, CLOCK_NEVER));
	semaphore_post(&caller.go);
	semaphore_wait(&semaphore, CLOCK_NEVER);
	ck_assert_int_eq(nran, 0);
	drain_portal();
	ck_assert_int_eq(nran, NPOSTS);
	ck_assert_int_eq(nended, 1);
	caller_reap(&caller);
	return 0;
}

START_TEST(b13_closing_waits_for_all_that_was_accepted)
{
	portal_test(close_while_much_is_left);
}
END_TEST

/* --- B14, B16 --- */

BODY(close_on_two_callers)
{
	struct caller callers[2];

	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&callers[0], run_for_ever);
	caller_start(&callers[1], run_for_ever);
	must_zero(task_event_wait(&begun, CLOCK_NEVER));
	must_zero(portal_close(portal, PORTAL_CANCEL));
	ck_assert_int_eq(ncancelled, 2);
	for (int i = 0; i < 2; i++) {
		caller_reap(&callers[i]);
		ck_assert_int_eq(callers[i].status, -ECANCELED);
	}
	return 0;
}

START_TEST(b14_closing_with_an_error_cancels_two_of_two)
{
	portal_test(close_on_two_callers);
}
END_TEST

static void wait_for_the_first(struct caller *caller)
{
	struct future *futures[2];
	size_t nover;

	for (int i = 0; i < 2; i++)
		must_zero(
			portal_spawn(portal, "t", for_ever, NULL, &futures[i]));
	caller->status = future_wait_many(
		futures, 2, FUTURE_FIRST, CLOCK_NEVER, &nover);
	for (int i = 0; i < 2; i++)
		future_unref(futures[i]);
}

BODY(close_on_one_who_waits)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&caller, wait_for_the_first);
	must_zero(task_event_wait(&begun, CLOCK_NEVER));
	must_zero(portal_close(portal, PORTAL_CANCEL));
	caller_reap(&caller);
	ck_assert_int_eq(caller.status, 0);
	return 0;
}

START_TEST(b16_closing_wakes_who_waits_for_the_first)
{
	portal_test(close_on_one_who_waits);
}
END_TEST

/* --- the end of the main task, and of the closer --- */

static struct caller left[2];

BODY(return_without_closing)
{
	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&left[0], run_for_ever);
	caller_start(&left[1], run_for_ever);
	return task_event_wait(&begun, CLOCK_NEVER);
}

START_TEST(e15_the_end_of_the_main_task_cancels_the_rest)
{
	portal_test(return_without_closing);
	for (int i = 0; i < 2; i++) {
		caller_reap(&left[i]);
		ck_assert_int_eq(left[i].status, -ECANCELED);
	}
}
END_TEST

BODY(drain)
{
	UNUSED_BODY_ARGS;
	return portal_close(portal, PORTAL_DRAIN);
}

/* In each turn the closer or the keeper does what it can. */
static void yield_often(void)
{
	for (int i = 0; i < 10; i++)
		must_zero(task_yield());
}

BODY(cancel_the_closer)
{
	struct caller callers[2];
	struct task *closer;

	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&callers[0], run_for_ever);
	caller_start(&callers[1], run_for_ever);
	must_zero(task_event_wait(&begun, CLOCK_NEVER));
	closer = green_spawn("closer", drain, NULL);
	yield_often();
	ck_assert_int_eq(nended, 0);
	task_cancel(closer);
	task_join(closer, CLOCK_NEVER);
	ck_assert_int_eq(task_result(closer, NULL, NULL), -ECANCELED);
	ck_assert_int_eq(ncancelled, 2);
	task_unref(closer);
	caller_reap(&callers[0]);
	caller_reap(&callers[1]);
	return 0;
}

START_TEST(e15_a_closer_that_is_cancelled_cancels)
{
	portal_test(cancel_the_closer);
}
END_TEST

static void cancel_after_the_close(struct caller *caller)
{
	struct future *second;

	must_zero(portal_spawn(portal, "t", for_ever, NULL, &caller->future));
	must_zero(portal_spawn(portal, "t", for_ever, NULL, &second));
	semaphore_wait(&caller->go, CLOCK_NEVER);
	caller->status = portal_post(portal, count, NULL, NULL);
	must(future_cancel(caller->future));
	must(future_cancel(second));
	future_unref(second);
}

BODY(drain_until_cancelled)
{
	struct caller caller;
	struct task *closer;

	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&caller, cancel_after_the_close);
	must_zero(task_event_wait(&begun, CLOCK_NEVER));
	closer = green_spawn("closer", drain, NULL);
	yield_often();
	ck_assert_int_eq(nended, 0);
	semaphore_post(&caller.go);
	green_join(closer);
	ck_assert_int_eq(ncancelled, 2);
	caller_reap(&caller);
	ck_assert_int_eq(caller.status, -EPIPE);
	return 0;
}

START_TEST(e14_a_cancel_after_the_close_reaches_the_task)
{
	portal_test(drain_until_cancelled);
}
END_TEST

BODY(close_from_inside)
{
	UNUSED_BODY_ARGS;
	return portal_close(portal, PORTAL_DRAIN);
}

static void let_it_close_itself(struct caller *caller)
{
	caller->status = portal_run(portal, "t", close_from_inside, NULL,
		CLOCK_NEVER, NULL, &caller->failure);
}

BODY(serve_closer)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	begin_test();
	caller_start(&caller, let_it_close_itself);
	caller_join(&caller);
	ck_assert_int_eq(caller.status, FUTURE_FAILED);
	ck_assert_int_eq(caller.failure.code, -EDEADLK);
	drain_portal();
	return 0;
}

START_TEST(e15_a_task_of_the_portal_cannot_close_it)
{
	portal_test(serve_closer);
}
END_TEST

/* --- line 36: stopped at a random moment --- */

static bool is_full_size(void)
{
	const char *how = getenv("PORTAL");

	return how && !strcmp(how, "full");
}

struct sending {
	struct future *future;
	bool is_task;
};

struct poster {
	struct caller caller;
	struct rng rng;
	uint64_t ncalls, ntasks, ncancelled; /* how those that were accepted
					      * ended */
	uint64_t naccepted;
};

static struct poster posters[NTHREADS];
static uint64_t stop_after, ncalls_run;

static int serve(void *arg, struct portal_answer *answer)
{
	answer->value.pointer = arg;
	if (++ncalls_run == stop_after)
		task_event_set(&go);
	return 0;
}

BODY(serve_as_task)
{
	UNUSED_BODY_ARGS;
	value->pointer = arg;
	return task_yield();
}

static void take(struct poster *poster, const struct sending *sending)
{
	union future_value value;
	int status = future_result(sending->future, CLOCK_NEVER, &value, NULL);

	must(status == 0 || status == -ECANCELED);
	if (status == 0)
		must(value.pointer == poster);
	poster->ncalls += status == 0 && !sending->is_task;
	poster->ntasks += status == 0 && sending->is_task;
	poster->ncancelled += status != 0;
	future_unref(sending->future);
}

static int send_one(struct poster *poster, struct sending *sending)
{
	sending->is_task = rng_below(&poster->rng, 8) == 0;
	if (sending->is_task)
		return portal_spawn(
			portal, "t", serve_as_task, poster, &sending->future);
	return portal_post(portal, serve, poster, &sending->future);
}

/* Returns how many were accepted. */
static int send_batch(struct poster *poster, struct sending *batch)
{
	for (int i = 0; i < NBATCH; i++) {
		int status = send_one(poster, &batch[i]);

		if (status == -EPIPE)
			return i;
		must_zero(status);
		poster->naccepted++;
		if (rng_below(&poster->rng, 16) == 0)
			future_cancel(batch[i].future);
	}
	return NBATCH;
}

static void send_until_refused(struct caller *caller)
{
	struct poster *poster = (struct poster *)caller;
	struct sending batch[NBATCH];
	int n = NBATCH;

	while (n == NBATCH) {
		n = send_batch(poster, batch);
		for (int i = 0; i < n; i++)
			take(poster, &batch[i]);
	}
}

/* By closing, by another's loop_stop, or by the end of the main task. */
BODY(stop_at_random)
{
	const unsigned *round = arg;

	(void)value, (void)failure;
	begin_test();
	for (int i = 0; i < NTHREADS; i++)
		caller_start(&posters[i].caller, send_until_refused);
	must_zero(task_event_wait(&go, CLOCK_NEVER));
	if (*round % 4 == 0)
		return portal_close(portal, PORTAL_DRAIN);
	if (*round % 4 == 1)
		return portal_close(portal, PORTAL_CANCEL);
	if (*round % 4 == 2) {
		loop_stop(loop);
		return wait_for_cancel();
	}
	return 0;
}

static void check_outcomes(void)
{
	uint64_t ncalls = 0;

	for (int i = 0; i < NTHREADS; i++) {
		const struct poster *p = &posters[i];

		ncalls += p->ncalls;
		ck_assert_uint_eq(
			p->naccepted, p->ncalls + p->ntasks + p->ncancelled);
	}
	ck_assert_uint_eq(ncalls, ncalls_run);
}

static void one_round(unsigned round, struct rng *rng)
{
	int status;

	stop_after = 1 + rng_below(rng, is_full_size() ? 800000 : 2000);
	ncalls_run = 0;
	memset(posters, 0, sizeof(posters));
	for (unsigned i = 0; i < NTHREADS; i++)
		rng_init(&posters[i].rng, round * NTHREADS + i);
	portal_setup();
	status = green_main(stop_at_random, &round);
	ck_assert_int_eq(status, round % 4 == 2 ? -EINTR : 0);
	for (int i = 0; i < NTHREADS; i++)
		caller_reap(&posters[i].caller);
	portal_teardown();
	ck_assert_int_eq(nreported, 0);
	check_outcomes();
}

START_TEST(line36_each_call_has_one_outcome_when_the_loop_stops)
{
	struct rng rng;

	rng_init(&rng, 36);
	for (unsigned round = 0; round < (is_full_size() ? 200 : 20); round++)
		one_round(round, &rng);
}
END_TEST

int main(void)
{
	return suite_run("portal_close", is_full_size() ? 7200 : 120,
		(const TTest *const[]){
			b13_closing_waits_for_all_that_was_accepted,
			b14_closing_with_an_error_cancels_two_of_two,
			b16_closing_wakes_who_waits_for_the_first,
			e15_the_end_of_the_main_task_cancels_the_rest,
			e15_a_closer_that_is_cancelled_cancels,
			e14_a_cancel_after_the_close_reaches_the_task,
			e15_a_task_of_the_portal_cannot_close_it,
			line36_each_call_has_one_outcome_when_the_loop_stops,
			NULL});
}
