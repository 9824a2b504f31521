/*
 * Two threads at one future at the very same moment, many times over: each
 * round begins and ends at a barrier. Where one of two has to win, both
 * orders are also forced one after the other in test_future.c.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "lib/future.h"
#include "lib/sync.h"
#include "tests/suite.h"

enum {
	NROUNDS = 300
};

static const union future_value forty_two = {.word = 42};
static const struct failure broken = {.code = -EIO, .origin = "test"};

static struct future *make(void)
{
	struct future *future = NULL;

	ck_assert_int_eq(future_create(&future), 0);
	return future;
}

static void finish(struct future *future)
{
	future_start(future);
	future_complete(future, forty_two);
}

struct race {
	struct barrier gate;
	struct future *future;
	atomic_int nstarted, ncancelled, ncalled;
};

static void *start_or_not(void *arg)
{
	struct race *race = arg;

	for (int i = 0; i < NROUNDS; i++) {
		barrier_wait(&race->gate);
		if (future_start(race->future)) {
			race->nstarted++;
			future_complete(race->future, forty_two);
		}
		barrier_wait(&race->gate);
	}
	return NULL;
}

static int count_call(struct future *future, void *arg)
{
	struct race *race = arg;

	(void)future;
	race->ncalled++;
	return 0;
}

START_TEST(cancel_or_start_but_never_both)
{
	struct race race = {0};
	pthread_t thread;

	barrier_init(&race.gate, 2);
	pthread_create(&thread, NULL, start_or_not, &race);
	for (int i = 0; i < NROUNDS; i++) {
		race.future = make();
		future_on_done(race.future, count_call, &race);
		barrier_wait(&race.gate);
		race.ncancelled += future_cancel(race.future);
		ck_assert_int_eq(future_wait(race.future, CLOCK_NEVER), 0);
		barrier_wait(&race.gate);
		ck_assert_int_eq(race.nstarted + race.ncancelled, i + 1);
		ck_assert_int_eq(race.ncalled, i + 1);
		future_unref(race.future);
	}
	pthread_join(thread, NULL);
	barrier_fini(&race.gate);
}
END_TEST

static void *complete_against_others(void *arg)
{
	struct race *race = arg;

	for (int i = 0; i < NROUNDS; i++) {
		barrier_wait(&race->gate);
		race->nstarted += future_complete(race->future, forty_two) == 0;
		barrier_wait(&race->gate);
	}
	return NULL;
}

START_TEST(f6_of_several_who_set_it_one_does)
{
	struct race race = {0};
	pthread_t threads[2];

	barrier_init(&race.gate, 3);
	for (int i = 0; i < 2; i++)
		pthread_create(
			&threads[i], NULL, complete_against_others, &race);
	for (int i = 0; i < NROUNDS; i++) {
		race.future = make();
		future_start(race.future);
		barrier_wait(&race.gate);
		race.nstarted += future_fail(race.future, &broken) == 0;
		barrier_wait(&race.gate);
		ck_assert_int_eq(race.nstarted, i + 1);
		future_unref(race.future);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	barrier_fini(&race.gate);
}
END_TEST

/* Added at the very moment of the end, a callback runs once all the same. */
static void *add_callbacks(void *arg)
{
	struct race *race = arg;

	for (int i = 0; i < NROUNDS; i++) {
		barrier_wait(&race->gate);
		for (int j = 0; j < 3; j++)
			future_on_done(race->future, count_call, race);
		barrier_wait(&race->gate);
	}
	return NULL;
}

START_TEST(f8_added_while_it_ends)
{
	struct race race = {0};
	pthread_t thread;

	barrier_init(&race.gate, 2);
	pthread_create(&thread, NULL, add_callbacks, &race);
	for (int i = 0; i < NROUNDS; i++) {
		race.future = make();
		barrier_wait(&race.gate);
		finish(race.future);
		barrier_wait(&race.gate);
		ck_assert_int_eq(race.ncalled, 3 * (i + 1));
		future_unref(race.future);
	}
	pthread_join(thread, NULL);
	barrier_fini(&race.gate);
}
END_TEST

/* A waiter that gives up at the moment of the end leaves nothing behind. */
static void *wait_a_moment(void *arg)
{
	struct race *race = arg;

	for (int i = 0; i < NROUNDS; i++) {
		struct future *const both[] = {race->future, race->future};

		barrier_wait(&race->gate);
		future_wait_many(both, 2, FUTURE_ALL,
			clock_now() + 1 + (uint64_t)i * 20, NULL);
		barrier_wait(&race->gate);
	}
	return NULL;
}

START_TEST(giving_up_while_it_ends)
{
	struct race race = {.future = make()};
	pthread_t thread;

	barrier_init(&race.gate, 2);
	pthread_create(&thread, NULL, wait_a_moment, &race);
	for (int i = 0; i < NROUNDS; i++) {
		struct future *before = race.future;

		barrier_wait(&race.gate);
		finish(before);
		race.future = make();
		barrier_wait(&race.gate);
		future_unref(before);
	}
	pthread_join(thread, NULL);
	future_unref(race.future);
	barrier_fini(&race.gate);
}
END_TEST

int main(void)
{
	return suite_run("future_races", 60,
		(const TTest *const[]){
			cancel_or_start_but_never_both,
			f6_of_several_who_set_it_one_does,
			f8_added_while_it_ends,
			giving_up_while_it_ends,
			NULL,
		});
}
