/*
 * Many threads at one pool: each job that was accepted ends exactly once,
 * whatever is cancelled, resized, waited for or shut down meanwhile.
 */
#include "tests/pool_rig.h"

#include "lib/rng.h"

enum {
	NSUBMITTERS = 3,
	NJOBS = 400 /* of each */
};

struct rig {
	struct pool *pool;
	struct barrier gate;
	atomic_int naccepted, nposted, nran, ncancelled, nodd;
};

struct submitter {
	struct rig *rig;
	struct rng rng;
	pthread_t thread;
	struct future *futures[NJOBS];
	int nfutures;
};

static int run_once(
	void *arg, union future_value *value, struct failure *failure)
{
	struct rig *rig = arg;

	(void)failure;
	rig->nran++;
	value->word = 1;
	return 0;
}

/* Returns false when the pool has been shut down. */
static bool do_something(struct submitter *s)
{
	struct rig *rig = s->rig;
	struct future *future;
	int error;

	if (rng_below(&s->rng, 3) == 0) {
		error = pool_post(rig->pool, run_once, rig);
		rig->nposted += error == 0;
	} else {
		error = pool_submit(rig->pool, run_once, rig, &future);
		if (!error)
			s->futures[s->nfutures++] = future;
	}
	rig->naccepted += error == 0;
	rig->nodd += error != 0 && error != -ESHUTDOWN;
	if (!error && s->nfutures > 0 && rng_below(&s->rng, 4) == 0)
		future_cancel(
			s->futures[rng_below(&s->rng, (uint64_t)s->nfutures)]);
	if (!error && s->nfutures > 0 && rng_below(&s->rng, 16) == 0)
		future_wait(s->futures[s->nfutures - 1], CLOCK_NEVER);
	return error == 0;
}

static void settle(struct submitter *s)
{
	for (int i = 0; i < s->nfutures; i++) {
		int result = future_result(
			s->futures[i], CLOCK_NEVER, NULL, NULL);

		s->rig->ncancelled += result == -ECANCELED;
		s->rig->nodd += result != 0 && result != -ECANCELED;
		future_unref(s->futures[i]);
	}
}

static void *submit_and_settle(void *arg)
{
	struct submitter *s = arg;

	barrier_wait(&s->rig->gate);
	for (int i = 0; i < NJOBS && do_something(s); i++)
		;
	settle(s);
	return NULL;
}

static struct submitter submitters[NSUBMITTERS];

static void start(struct rig *rig, int size, unsigned nextra)
{
	memset(rig, 0, sizeof(*rig));
	rig->pool = pool_of(size);
	barrier_init(&rig->gate, NSUBMITTERS + nextra);
	for (int i = 0; i < NSUBMITTERS; i++) {
		submitters[i] = (struct submitter){.rig = rig};
		rng_init(&submitters[i].rng, (uint64_t)i);
		ck_assert_int_eq(pthread_create(&submitters[i].thread, NULL,
					 submit_and_settle, &submitters[i]),
			0);
	}
}

static void finish(struct rig *rig, int nlost)
{
	for (int i = 0; i < NSUBMITTERS; i++)
		pthread_join(submitters[i].thread, NULL);
	pool_destroy(rig->pool);
	barrier_fini(&rig->gate);
	ck_assert_int_eq(rig->nodd, 0);
	ck_assert_int_ge(rig->nran + rig->ncancelled, rig->naccepted - nlost);
	ck_assert_int_le(rig->nran + rig->ncancelled, rig->naccepted);
}

START_TEST(each_job_ends_once)
{
	struct rig rig;

	for (int size = 1; size <= 5; size++) {
		start(&rig, size, 0);
		finish(&rig, 0);
		ck_assert_int_eq(rig.naccepted, NSUBMITTERS * NJOBS);
	}
}
END_TEST

START_TEST(x16_each_job_ends_once_though_the_size_changes)
{
	struct rig rig;

	start(&rig, 3, 1);
	barrier_wait(&rig.gate);
	for (int i = 0; i < 60; i++) {
		rig.nodd += pool_resize(rig.pool, 1 + i * 7 % 6) != 0;
		sched_yield();
	}
	finish(&rig, 0);
	ck_assert_int_eq(rig.naccepted, NSUBMITTERS * NJOBS);
}
END_TEST

/* What was posted and not yet started may be dropped; a future never is. */
static void shut_in_flight(unsigned flags, int after)
{
	struct rig rig;

	start(&rig, 2, 1);
	barrier_wait(&rig.gate);
	while (rig.naccepted < after)
		sched_yield();
	ck_assert_int_eq(pool_shutdown(rig.pool, flags), 0);
	finish(&rig, flags & POOL_CANCEL ? rig.nposted : 0);
}

START_TEST(x18_shut_down_in_full_flight)
{
	for (int i = 0; i < 12; i++) {
		shut_in_flight(0, i * 40);
		shut_in_flight(POOL_WAIT, i * 40);
		shut_in_flight(POOL_CANCEL, i * 40);
		shut_in_flight(POOL_WAIT | POOL_CANCEL, i * 40);
	}
}
END_TEST

static void *shut_down(void *arg)
{
	struct rig *rig = arg;

	barrier_wait(&rig->gate);
	rig->nodd += pool_shutdown(rig->pool, POOL_WAIT) != 0;
	return NULL;
}

START_TEST(x5_two_shut_it_down_at_once)
{
	struct rig rig;
	pthread_t threads[2];

	for (int i = 0; i < 20; i++) {
		start(&rig, 2, 2);
		for (int t = 0; t < 2; t++)
			pthread_create(&threads[t], NULL, shut_down, &rig);
		for (int t = 0; t < 2; t++)
			pthread_join(threads[t], NULL);
		finish(&rig, 0);
	}
}
END_TEST

/* A sleeper that is not woken would leave this hanging. */
START_TEST(nobody_sleeps_through_a_job)
{
	struct pool *pool = pool_of(3);
	atomic_int n = 0;

	for (int i = 0; i < 400; i++) {
		for (int j = 0; j <= i % 3; j++)
			pool_post(pool, count, &n);
		if (i % 2)
			ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
		else
			outcome_of(pool, count, &n);
	}
	pool_destroy(pool);
}
END_TEST

START_TEST(on_one_processor)
{
	cpu_set_t all, one;
	struct rig rig;
	int cpu = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	start(&rig, 3, 0);
	finish(&rig, 0);
}
END_TEST

/* The line grows while it is taken from, and shrinks when all are idle. */
START_TEST(a_long_line)
{
	struct pool *pool = pool_of(2);
	struct held held = {0};
	atomic_int n = 0;

	for (int round = 0; round < 3; round++) {
		pool_post(pool, hold, &held);
		await_begun(&held, 1);
		for (int i = 0; i < 5000; i++)
			pool_post(pool, count, &n);
		let(&held, 1);
		for (int i = 0; i < 5000; i++)
			pool_post(pool, count, &n);
		ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
		ck_assert_int_eq(n, 10000 * (round + 1));
	}
	pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("pool_torture", 120,
		(const TTest *const[]){
			each_job_ends_once,
			x16_each_job_ends_once_though_the_size_changes,
			x18_shut_down_in_full_flight,
			x5_two_shut_it_down_at_once,
			nobody_sleeps_through_a_job,
			on_one_processor,
			a_long_line,
			NULL,
		});
}
