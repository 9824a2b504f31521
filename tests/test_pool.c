/* What a pool does with jobs, threads and names. */
#include "tests/pool_rig.h"

#include <signal.h>
#include <stdlib.h>

#include "lib/cpus.h"
#include "lib/locals.h"

START_TEST(x1_a_size_out_of_range)
{
	struct pool *pool;

	for (int size = -1; size <= 0; size++)
		ck_assert_int_eq(
			pool_create(&(struct pool_options){.size = size,
					    .name = "w"},
				&pool),
			-EINVAL);
	ck_assert_int_eq(
		pool_create(&(struct pool_options){.size = POOL_MAX_SIZE + 1,
				    .name = "w"},
			&pool),
		-EINVAL);
}
END_TEST

START_TEST(x2_the_size_for_those_who_do_not_know_better)
{
	int cpus = cpus_usable();

	ck_assert_int_eq(pool_default_size(), cpus < 28 ? cpus + 4 : 32);
}
END_TEST

START_TEST(x3_no_thread_before_the_first_job)
{
	struct pool *pool = pool_of(4);

	ck_assert_int_eq(state_of(pool).nlive, 0);
	ck_assert_int_eq(state_of(pool).nmade, 0);
	pool_destroy(pool);
	pool_destroy(NULL);
}
END_TEST

START_TEST(x3_one_after_the_other_they_share_a_thread)
{
	struct pool *pool = pool_of(4);
	atomic_int n = 0;

	for (int i = 1; i <= 300; i++)
		ck_assert_int_eq(outcome_of(pool, count, &n), i);
	ck_assert_int_eq(state_of(pool).nmade, 1);
	pool_destroy(pool);
}
END_TEST

struct crowd {
	atomic_int now, peak, n;
};

static int be_in_crowd(
	void *arg, union future_value *value, struct failure *failure)
{
	struct crowd *crowd = arg;
	int now = atomic_fetch_add(&crowd->now, 1) + 1;
	int peak = crowd->peak;

	(void)value;
	(void)failure;
	while (peak < now &&
		!atomic_compare_exchange_weak(&crowd->peak, &peak, now))
		;
	sched_yield();
	atomic_fetch_sub(&crowd->now, 1);
	crowd->n++;
	return 0;
}

START_TEST(x3_never_more_than_its_size)
{
	struct pool *pool = pool_of(4);
	struct crowd crowd = {0};

	for (int i = 0; i < 4 * 15 * 10; i++)
		ck_assert_int_eq(pool_post(pool, be_in_crowd, &crowd), 0);
	pool_shutdown(pool, POOL_WAIT);
	ck_assert_int_eq(crowd.n, 4 * 15 * 10);
	ck_assert_int_le(crowd.peak, 4);
	ck_assert_int_le(state_of(pool).nmade, 4);
	pool_destroy(pool);
}
END_TEST

/* All of them have to be there at once. */
static int meet(void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	barrier_wait(arg);
	return 0;
}

START_TEST(as_many_at_once_as_its_size)
{
	struct pool *pool = pool_of(8);
	struct barrier barrier;

	barrier_init(&barrier, 8);
	for (int i = 0; i < 8 * 20; i++)
		pool_post(pool, meet, &barrier);
	pool_shutdown(pool, POOL_WAIT);
	pool_destroy(pool);
	barrier_fini(&barrier);
}
END_TEST

START_TEST(sleepers_are_woken_for_a_burst)
{
	struct pool *pool = pool_of(4);
	struct barrier barrier;

	barrier_init(&barrier, 4);
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 4; i++)
			pool_post(pool, meet, &barrier);
		ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	}
	pool_destroy(pool);
	barrier_fini(&barrier);
}
END_TEST

struct order {
	atomic_int next;
	atomic_int nwrong;
};

static struct order order;

static int check_order(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	order.nwrong += atomic_fetch_add(&order.next, 1) != (int)(intptr_t)arg;
	return 0;
}

START_TEST(jobs_start_in_order)
{
	struct pool *pool = pool_of(1);

	for (intptr_t i = 0; i < 1000; i++)
		pool_post(pool, check_order, (void *)i);
	pool_destroy(pool);
	ck_assert_int_eq(order.next, 1000);
	ck_assert_int_eq(order.nwrong, 0);
}
END_TEST

static int look_whether_to_stop(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	semaphore_post(arg);
	while (!future_asked_to_stop())
		sched_yield();
	return -ECANCELED;
}

START_TEST(e17_asked_to_stop)
{
	struct pool *pool = pool_of(1);
	struct semaphore begun = {0};
	struct failure failure;
	struct future *future = submit(pool, look_whether_to_stop, &begun);

	semaphore_wait(&begun, CLOCK_NEVER);
	ck_assert(!future_asked_to_stop());
	future_ask_to_stop(future);
	ck_assert_int_eq(future_result(future, CLOCK_NEVER, NULL, &failure),
		FUTURE_FAILED);
	ck_assert_int_eq(failure.code, -ECANCELED);
	future_unref(future);
	pool_destroy(pool);
}
END_TEST

static int go_wrong(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	failure_set(failure, -EIO, NULL, "on purpose");
	return -EIO;
}

START_TEST(x9_a_failing_job_does_not_kill_its_thread)
{
	struct pool *pool = pool_of(1);
	struct future *future = submit(pool, go_wrong, NULL);
	struct failure failure;
	atomic_int n = 0;

	ck_assert_int_eq(future_result(future, CLOCK_NEVER, NULL, &failure),
		FUTURE_FAILED);
	ck_assert_str_eq(failure.text, "on purpose");
	ck_assert_str_eq(failure.origin, "worker_0");
	future_unref(future);
	ck_assert_int_eq(outcome_of(pool, count, &n), 1);
	ck_assert_int_eq(state_of(pool).nmade, 1);
	pool_destroy(pool);
	ck_assert_uint_eq(forget_unretrieved(), 0);
}
END_TEST

static int fail_silently(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	(void)failure;
	return -EPIPE;
}

START_TEST(e6_what_a_posted_job_failed_with_is_not_lost)
{
	struct pool *pool = pool_of(1);

	pool_post(pool, go_wrong, NULL);
	pool_post(pool, fail_silently, NULL);
	pool_destroy(pool);
	ck_assert_uint_eq(forget_unretrieved(), 2);
}
END_TEST

static int name_thread(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	return -pthread_getname_np(pthread_self(), arg, 16);
}

static int meet_and_tell(
	void *arg, union future_value *value, struct failure *failure)
{
	char name[16];

	meet(arg, value, failure);
	pthread_getname_np(pthread_self(), name, sizeof(name));
	ck_assert_int_eq(strncmp(name, "worker_", 7), 0);
	value->word = (uint64_t)atoi(name + 7);
	return 0;
}

START_TEST(x14_threads_have_names)
{
	struct pool *pool = pool_of(3);
	struct future *futures[3];
	struct barrier barrier;
	uint64_t numbers = 0;

	barrier_init(&barrier, 3);
	for (int i = 0; i < 3; i++)
		futures[i] = submit(pool, meet_and_tell, &barrier);
	for (int i = 0; i < 3; i++) {
		numbers |= UINT64_C(1) << outcome(futures[i]);
		future_unref(futures[i]);
	}
	ck_assert_uint_eq(numbers, 7);
	pool_destroy(pool);
	barrier_fini(&barrier);
}
END_TEST

START_TEST(x14_long_names_are_cut)
{
	const struct pool_options options = {
		.size = 1, .name = "a_very_long_name_indeed"};
	struct pool *pool;
	char name[16];

	ck_assert_int_eq(pool_create(&options, &pool), 0);
	ck_assert_int_eq(outcome_of(pool, name_thread, name), 0);
	ck_assert_str_eq(name, "a_very_lon_0");
	pool_destroy(pool);
}
END_TEST

static int free_own_arg(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)failure;
	value->word = *(uint64_t *)arg;
	free(arg);
	return 0;
}

START_TEST(x17_the_argument_is_the_jobs_alone)
{
	struct pool *pool = pool_of(2);
	uint64_t *arg = malloc(sizeof(*arg));
	struct future *future;

	*arg = 5;
	future = submit(pool, free_own_arg, arg);
	ck_assert_int_eq(outcome(future), 5);
	pool_destroy(pool);
	ck_assert_int_eq(outcome(future), 5); /* the future outlives its pool */
	future_unref(future);
}
END_TEST

static int read_and_change_local(
	void *arg, union future_value *value, struct failure *failure)
{
	const char *before = locals_get("req");

	(void)arg;
	(void)failure;
	value->word = before ? (uint64_t)atoi(before) : 0;
	return locals_set("req", "99");
}

START_TEST(e7_locals_go_along_and_do_not_come_back)
{
	struct pool *pool = pool_of(1);

	ck_assert_int_eq(outcome_of(pool, read_and_change_local, NULL), 0);
	locals_set("req", "7");
	ck_assert_int_eq(outcome_of(pool, read_and_change_local, NULL), 7);
	ck_assert_int_eq(pool_post(pool, read_and_change_local, NULL), 0);
	ck_assert_str_eq(locals_get("req"), "7");
	locals_unref(locals_swap(NULL));
	ck_assert_int_eq(outcome_of(pool, read_and_change_local, NULL), 0);
	pool_destroy(pool);
}
END_TEST

static int tell_blocked(
	void *arg, union future_value *value, struct failure *failure)
{
	sigset_t mask;

	(void)arg;
	(void)failure;
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	value->word = (uint64_t)(sigismember(&mask, SIGINT) &&
				 sigismember(&mask, SIGCHLD) &&
				 !sigismember(&mask, SIGPIPE) &&
				 !sigismember(&mask, SIGSEGV));
	return 0;
}

START_TEST(signals_are_for_others)
{
	struct pool *pool = pool_of(1);
	sigset_t mask;

	ck_assert_int_eq(outcome_of(pool, tell_blocked, NULL), 1);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	ck_assert(!sigismember(&mask, SIGINT));
	pool_destroy(pool);
}
END_TEST

START_TEST(draining)
{
	struct pool *pool = pool_of(2);
	struct held held = {0};

	ck_assert_int_eq(pool_drain(pool, 0), 0);
	pool_post(pool, hold, &held);
	pool_post(pool, hold, &held);
	pool_post(pool, hold, &held);
	ck_assert_int_eq(pool_drain(pool, 0), -EAGAIN);
	ck_assert_int_eq(pool_drain(pool, clock_now() + 1000), -ETIMEDOUT);
	let(&held, 3);
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	ck_assert_int_eq(held.nbegun, 3);
	pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("pool", 60,
		(const TTest *const[]){
			x1_a_size_out_of_range,
			x2_the_size_for_those_who_do_not_know_better,
			x3_no_thread_before_the_first_job,
			x3_one_after_the_other_they_share_a_thread,
			x3_never_more_than_its_size,
			as_many_at_once_as_its_size,
			sleepers_are_woken_for_a_burst,
			jobs_start_in_order,
			e17_asked_to_stop,
			x9_a_failing_job_does_not_kill_its_thread,
			e6_what_a_posted_job_failed_with_is_not_lost,
			x14_threads_have_names,
			x14_long_names_are_cut,
			x17_the_argument_is_the_jobs_alone,
			e7_locals_go_along_and_do_not_come_back,
			signals_are_for_others,
			draining,
			NULL,
		});
}
