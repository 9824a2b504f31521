#include "lib/latch.h"

#include <pthread.h>

#include "lib/sync.h"
#include "tests/suite.h"

enum {
	NTHREADS = 4,
	NROUNDS = 5000
};

struct tally {
	struct barrier gate;
	struct latch latch;
	int plain; /* guarded by latch */
};

static void *count(void *arg)
{
	struct tally *tally = arg;

	barrier_wait(&tally->gate);
	for (int i = 0; i < NROUNDS; i++) {
		latch_lock(&tally->latch);
		tally->plain++;
		latch_unlock(&tally->latch);
	}
	return NULL;
}

START_TEST(it_lets_one_in)
{
	struct tally tally = {.plain = 0};
	pthread_t threads[NTHREADS];

	barrier_init(&tally.gate, NTHREADS);
	for (int i = 0; i < NTHREADS; i++)
		pthread_create(&threads[i], NULL, count, &tally);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(tally.plain, NTHREADS * NROUNDS);
	barrier_fini(&tally.gate);
}
END_TEST

START_TEST(l2_trying_never_waits)
{
	struct latch latch = {0};

	ck_assert(latch_try(&latch));
	ck_assert(!latch_try(&latch));
	latch_unlock(&latch);
	ck_assert(latch_try(&latch));
}
END_TEST

static void *hold_again(void *arg)
{
	struct tally *tally = arg;

	latch_lock(&tally->latch);
	tally->plain++;
	latch_unlock(&tally->latch);
	return NULL;
}

/* However long it is held: the other is still waiting when it is let go. */
START_TEST(who_finds_it_taken_waits)
{
	struct tally tally = {.plain = 0};
	pthread_t thread;

	latch_lock(&tally.latch);
	pthread_create(&thread, NULL, hold_again, &tally);
	clock_sleep(5 * CLOCK_NS_PER_MS);
	ck_assert_int_eq(tally.plain, 0);
	latch_unlock(&tally.latch);
	pthread_join(thread, NULL);
	ck_assert_int_eq(tally.plain, 1);
}
END_TEST

int main(void)
{
	return suite_run("latch", 20,
		(const TTest *const[]){
			it_lets_one_in,
			l2_trying_never_waits,
			who_finds_it_taken_waits,
			NULL,
		});
}
