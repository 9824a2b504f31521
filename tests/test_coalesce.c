#include "lib/coalesce.h"

#include <errno.h>
#include <pthread.h>

#include "lib/bq.h"
#include "lib/sync.h"
#include "tests/suite.h"

enum {
	NTHREADS = 4,
	NCHANGES = 2000
};

/* Something that changes, and an action that sends on what it sees. */
struct stage {
	struct coalesce coalesce;
	atomic_int nchanges, nsent, nactions, error;
	bool held_up; /* the first action waits in the middle, having looked */
	struct semaphore in_the_middle, go_on;
	struct bq *jobs; /* for the policy defer: of struct coalesce * */
	void (*job)(struct coalesce *);
	pthread_t worker;
};

static int send_on(void *arg)
{
	struct stage *stage = arg;
	int seen = atomic_load(&stage->nchanges);

	if (atomic_fetch_add(&stage->nactions, 1) == 0 && stage->held_up) {
		semaphore_post(&stage->in_the_middle);
		semaphore_wait(&stage->go_on, CLOCK_NEVER);
	}
	atomic_store(&stage->nsent, seen);
	return atomic_load(&stage->error);
}

static int put_off(void (*job)(struct coalesce *), struct coalesce *coalesce,
	void *context)
{
	struct stage *stage = context;

	stage->job = job;
	return bq_push(stage->jobs, &coalesce, 0);
}

static void *work(void *arg)
{
	struct stage *stage = arg;
	struct coalesce *coalesce;

	while (bq_pop(stage->jobs, &coalesce, CLOCK_NEVER) == 0)
		stage->job(coalesce);
	return NULL;
}

static void open_stage(struct stage *stage, enum coalesce_policy policy)
{
	const struct bq_options options = {
		.capacity = 1, .item_size = sizeof(struct coalesce *)};

	coalesce_init(&stage->coalesce, policy, send_on, stage);
	stage->coalesce.defer = put_off;
	stage->coalesce.context = stage;
	ck_assert_int_eq(bq_create(&options, &stage->jobs), 0);
	pthread_create(&stage->worker, NULL, work, stage);
}

/* What has been put off is done before this returns. */
static void close_stage(struct stage *stage)
{
	bq_close(stage->jobs, BQ_DRAIN);
	pthread_join(stage->worker, NULL);
	bq_destroy(stage->jobs);
}

static void *change_once(void *arg)
{
	struct stage *stage = arg;

	atomic_fetch_add(&stage->nchanges, 1);
	coalesce_request(&stage->coalesce);
	return NULL;
}

/* A change that comes in the middle of an action. Returns what is left. */
static int stranded_by(enum coalesce_policy policy, int *nactions)
{
	struct stage stage = {.held_up = true};
	pthread_t first;

	open_stage(&stage, policy);
	pthread_create(&first, NULL, change_once, &stage);
	semaphore_wait(&stage.in_the_middle, CLOCK_NEVER);
	change_once(&stage);
	semaphore_post(&stage.go_on);
	pthread_join(first, NULL);
	close_stage(&stage);
	*nactions = stage.nactions;
	return stage.nchanges - stage.nsent;
}

START_TEST(c1_trylock_strands_the_last_change)
{
	int nactions;

	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(stranded_by(COALESCE_TRYLOCK, &nactions), 1);
		ck_assert_int_eq(nactions, 1);
	}
}
END_TEST

START_TEST(c1_recheck_and_defer_do_not)
{
	int nactions;

	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(stranded_by(COALESCE_RECHECK, &nactions), 0);
		ck_assert_int_eq(nactions, 2);
		ck_assert_int_eq(stranded_by(COALESCE_DEFER, &nactions), 0);
		ck_assert_int_eq(nactions, 2);
	}
}
END_TEST

/* All changes but the first come while the first action is held up. */
static void crowd(enum coalesce_policy policy)
{
	struct stage stage = {.held_up = true};
	pthread_t first;

	open_stage(&stage, policy);
	pthread_create(&first, NULL, change_once, &stage);
	semaphore_wait(&stage.in_the_middle, CLOCK_NEVER);
	for (int i = 0; i < NCHANGES; i++)
		change_once(&stage);
	semaphore_post(&stage.go_on);
	pthread_join(first, NULL);
	close_stage(&stage);
	ck_assert_int_eq(stage.nsent, NCHANGES + 1);
	ck_assert_int_eq(stage.nactions, 2);
}

START_TEST(c2_few_actions_serve_many_changes)
{
	crowd(COALESCE_RECHECK);
	crowd(COALESCE_DEFER);
}
END_TEST

static void *change_often(void *arg)
{
	for (int i = 0; i < NCHANGES; i++)
		change_once(arg);
	return NULL;
}

START_TEST(c3_asked_by_many_threads_at_once)
{
	static const enum coalesce_policy policies[] = {
		COALESCE_RECHECK, COALESCE_DEFER};

	for (int i = 0; i < 2; i++) {
		struct stage stage = {.held_up = false};
		pthread_t threads[NTHREADS];

		open_stage(&stage, policies[i]);
		for (int k = 0; k < NTHREADS; k++)
			pthread_create(&threads[k], NULL, change_often, &stage);
		for (int k = 0; k < NTHREADS; k++)
			pthread_join(threads[k], NULL);
		close_stage(&stage);
		ck_assert_int_eq(stage.nsent, NTHREADS * NCHANGES);
	}
}
END_TEST

START_TEST(each_does_it_every_time)
{
	struct stage stage = {.held_up = false};

	open_stage(&stage, COALESCE_EACH);
	change_often(&stage);
	ck_assert_int_eq(stage.nactions, NCHANGES);
	close_stage(&stage);
}
END_TEST

static int refuse(void (*job)(struct coalesce *), struct coalesce *coalesce,
	void *context)
{
	(void)job;
	(void)coalesce;
	(void)context;
	return -ESHUTDOWN;
}

START_TEST(c4_a_failure_goes_to_who_runs_it)
{
	static const enum coalesce_policy policies[] = {
		COALESCE_EACH, COALESCE_TRYLOCK, COALESCE_RECHECK};

	for (int i = 0; i < 3; i++) {
		struct stage stage = {.error = -EIO};

		open_stage(&stage, policies[i]);
		ck_assert_int_eq(coalesce_request(&stage.coalesce), -EIO);
		stage.error = 0;
		ck_assert_int_eq(coalesce_request(&stage.coalesce), 0);
		close_stage(&stage);
	}
}
END_TEST

START_TEST(c4_a_failure_of_what_was_put_off_is_kept)
{
	struct stage stage = {.error = -EIO};

	open_stage(&stage, COALESCE_DEFER);
	ck_assert_int_eq(coalesce_request(&stage.coalesce), 0);
	close_stage(&stage);
	ck_assert_int_eq(stage.coalesce.error, -EIO);
	stage.coalesce.defer = refuse;
	ck_assert_int_eq(coalesce_request(&stage.coalesce), -ESHUTDOWN);
	ck_assert_int_eq(coalesce_request(&stage.coalesce), -ESHUTDOWN);
}
END_TEST

int main(void)
{
	return suite_run("coalesce", 60,
		(const TTest *const[]){
			c1_trylock_strands_the_last_change,
			c1_recheck_and_defer_do_not,
			c2_few_actions_serve_many_changes,
			c3_asked_by_many_threads_at_once,
			each_does_it_every_time,
			c4_a_failure_goes_to_who_runs_it,
			c4_a_failure_of_what_was_put_off_is_kept,
			NULL,
		});
}
