#include "lib/clock.h"
#include "lib/sync.h"
#include "lib/team.h"
#include "tests/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum {
	SIZE = 4
};

struct meeting {
	struct barrier barrier;
	atomic_uint seen[SIZE];
	atomic_uint wrong_size;
	char names[SIZE][16];
};

/* All must be running at once for anyone to pass the barrier. */
static void meet(void *arg, unsigned index, unsigned size)
{
	struct meeting *meeting = arg;

	pthread_getname_np(pthread_self(), meeting->names[index], 16);
	if (size != SIZE)
		atomic_fetch_add(&meeting->wrong_size, 1);
	atomic_fetch_add(&meeting->seen[index], 1);
	barrier_wait(&meeting->barrier);
}

START_TEST(members_run_together_and_know_their_number)
{
	struct meeting meeting = {0};
	struct team *team;

	barrier_init(&meeting.barrier, SIZE);
	ck_assert_int_eq(team_start(SIZE, "crew", meet, &meeting, &team), 0);
	ck_assert_uint_eq(team_size(team), SIZE);
	ck_assert(team_wait(team, CLOCK_NEVER));
	team_destroy(team);
	for (unsigned i = 0; i < SIZE; i++)
		ck_assert_uint_eq(atomic_load(&meeting.seen[i]), 1);
	ck_assert_uint_eq(atomic_load(&meeting.wrong_size), 0);
	barrier_fini(&meeting.barrier);
}
END_TEST

static void wait_for_gate(void *arg, unsigned index, unsigned size)
{
	(void)index;
	(void)size;
	semaphore_wait(arg, CLOCK_NEVER);
}

START_TEST(waiting_has_a_deadline)
{
	struct semaphore gate;
	struct team *team;

	semaphore_init(&gate, SEMAPHORE_PRIVATE, 0);
	ck_assert_int_eq(team_start(1, "one", wait_for_gate, &gate, &team), 0);
	ck_assert(!team_wait(team, clock_now() + CLOCK_NS_PER_MS));
	semaphore_post(&gate);
	ck_assert(team_wait(team, CLOCK_NEVER));
	team_destroy(team);
	semaphore_fini(&gate);
}
END_TEST

int main(void)
{
	return suite_run("team", 20,
		(const TTest *const[]){
			members_run_together_and_know_their_number,
			waiting_has_a_deadline,
			NULL,
		});
}
