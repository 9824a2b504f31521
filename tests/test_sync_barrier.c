#include "lib/sync.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "tests/suite.h"

enum {
	NTHREADS = 3
};

/* NTHREADS come to a barrier for one more. */
struct party {
	struct barrier barrier;
	uint64_t deadline_ns;
	atomic_int nbroken, nlate, npassed;
	pthread_t threads[NTHREADS];
};

static void *arrive(void *arg)
{
	struct party *party = arg;

	switch (barrier_wait_until(&party->barrier, party->deadline_ns)) {
	case -ECANCELED:
		atomic_fetch_add(&party->nbroken, 1);
		break;
	case -ETIMEDOUT:
		atomic_fetch_add(&party->nlate, 1);
		break;
	case 0:
		atomic_fetch_add(&party->npassed, 1);
	}
	return NULL;
}

static unsigned narrived(struct party *party)
{
	unsigned n;

	mutex_lock(&party->barrier.lock);
	n = party->barrier.narrived;
	mutex_unlock(&party->barrier.lock);
	return n;
}

static void come(struct party *party)
{
	party->nbroken = party->nlate = party->npassed = 0;
	for (int i = 0; i < NTHREADS; i++)
		ck_assert_int_eq(
			pthread_create(&party->threads[i], NULL, arrive, party),
			0);
}

static void await_all(struct party *party)
{
	while (narrived(party) != NTHREADS)
		sched_yield();
}

static void join(struct party *party)
{
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(party->threads[i], NULL);
}

START_TEST(l5_abort_sends_all_away_until_it_is_reset)
{
	struct party party = {.deadline_ns = CLOCK_NEVER};

	barrier_init(&party.barrier, NTHREADS + 1);
	come(&party);
	await_all(&party);
	barrier_abort(&party.barrier);
	join(&party);
	ck_assert_int_eq(party.nbroken, NTHREADS);
	ck_assert_int_eq(barrier_wait(&party.barrier), -ECANCELED);
	barrier_abort(&party.barrier);
	barrier_reset(&party.barrier);
	come(&party);
	ck_assert_int_ge(barrier_wait(&party.barrier), 0);
	join(&party);
	ck_assert_int_eq(party.nbroken, 0);
	barrier_fini(&party.barrier);
}
END_TEST

START_TEST(l5_reset_sends_away_who_waits_and_no_one_else)
{
	struct party party = {.deadline_ns = CLOCK_NEVER};

	barrier_init(&party.barrier, NTHREADS + 1);
	come(&party);
	await_all(&party);
	barrier_reset(&party.barrier);
	join(&party);
	ck_assert_int_eq(party.nbroken, NTHREADS);
	come(&party);
	await_all(&party);
	ck_assert_int_eq(barrier_wait(&party.barrier), 1);
	join(&party);
	ck_assert_int_eq(party.npassed, NTHREADS);
	barrier_reset(&party.barrier);
	barrier_fini(&party.barrier);
}
END_TEST

START_TEST(l5_who_is_out_of_time_breaks_it)
{
	struct party party = {.deadline_ns = clock_now() + CLOCK_NS_PER_MS};

	barrier_init(&party.barrier, NTHREADS + 1);
	come(&party);
	join(&party);
	ck_assert_int_ge(party.nlate, 1);
	ck_assert_int_eq(party.nlate + party.nbroken, NTHREADS);
	ck_assert_int_eq(barrier_wait(&party.barrier), -ECANCELED);
	barrier_reset(&party.barrier);
	ck_assert_int_eq(barrier_wait_until(&party.barrier, 0), -ETIMEDOUT);
	barrier_reset(&party.barrier);
	barrier_fini(&party.barrier);
}
END_TEST

int main(void)
{
	return suite_run("sync_barrier", 20,
		(const TTest *const[]){
			l5_abort_sends_all_away_until_it_is_reset,
			l5_reset_sends_away_who_waits_and_no_one_else,
			l5_who_is_out_of_time_breaks_it,
			NULL,
		});
}
