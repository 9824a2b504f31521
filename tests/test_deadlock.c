#include "cmd/deadlock.h"
#include "cmd/nap.h"

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/team.h"
#include "tests/suite.h"

#include <errno.h>
#include <stdatomic.h>

struct circle {
	struct deadlock_ground ground;
	struct deadlock_lock locks[3];
	struct barrier all_have_one;
	atomic_int ndissolved;
};

static void take_two(void *arg, unsigned me, unsigned size)
{
	struct circle *circle = arg;

	must_zero(deadlock_take(&circle->ground, &circle->locks[me]));
	barrier_wait(&circle->all_have_one);
	if (deadlock_take(&circle->ground, &circle->locks[(me + 1) % size]) ==
		-EDEADLK)
		atomic_fetch_add(&circle->ndissolved, 1);
	deadlock_give(&circle->ground, &circle->locks[me]);
}

static void open_circle(struct circle *circle)
{
	static const char *const names[] = {"A", "B", "C"};

	deadlock_ground_init(&circle->ground);
	barrier_init(&circle->all_have_one, 3);
	for (int i = 0; i < 3; i++)
		deadlock_lock_init(&circle->locks[i], "lock", names[i]);
}

static void close_circle(struct circle *circle)
{
	for (int i = 0; i < 3; i++)
		deadlock_lock_fini(&circle->locks[i]);
	barrier_fini(&circle->all_have_one);
	deadlock_ground_fini(&circle->ground);
}

START_TEST(l7_a_circle_is_found_and_can_be_dissolved)
{
	struct circle circle = {.ndissolved = 0};
	struct roster_edge edges[4];
	struct team *team;

	open_circle(&circle);
	ck_assert_int_eq(team_start(3, "t", take_two, &circle, &team), 0);
	deadlock_await(&circle.ground, 3);
	ck_assert_uint_eq(roster_find_deadlock(edges, 4), 3);
	ck_assert_str_eq(edges[0].wants, edges[1].holds);
	ck_assert_str_eq(edges[2].wants, edges[0].holds);
	deadlock_dissolve(&circle.ground);
	team_destroy(team);
	ck_assert_int_eq(atomic_load(&circle.ndissolved), 3);
	ck_assert_uint_eq(roster_find_deadlock(edges, 4), 0);
	close_circle(&circle);
}
END_TEST

START_TEST(who_finds_it_taken_is_told_so)
{
	struct circle circle = {.ndissolved = 0};

	roster_enter("test");
	open_circle(&circle);
	ck_assert_int_eq(deadlock_take(&circle.ground, &circle.locks[0]), 0);
	ck_assert_int_eq(deadlock_take(&circle.ground, &circle.locks[1]), 0);
	deadlock_give(&circle.ground, &circle.locks[0]);
	ck_assert_int_eq(deadlock_take(&circle.ground, &circle.locks[0]), 0);
	deadlock_dissolve(&circle.ground);
	ck_assert_int_eq(
		deadlock_take(&circle.ground, &circle.locks[2]), -EDEADLK);
	deadlock_give(&circle.ground, &circle.locks[1]);
	deadlock_give(&circle.ground, &circle.locks[0]);
	close_circle(&circle);
	roster_leave();
}
END_TEST

struct sleepers {
	struct nap nap;
	atomic_int nrung;
};

static void sleep_for_ever(void *arg, unsigned me, unsigned size)
{
	struct sleepers *sleepers = arg;

	(void)me;
	(void)size;
	if (!nap_until(&sleepers->nap, CLOCK_NEVER))
		atomic_fetch_add(&sleepers->nrung, 1);
}

START_TEST(a_nap_ends_by_time_or_by_the_bell)
{
	struct sleepers sleepers = {.nrung = 0};
	struct team *team;

	ck_assert(nap_until(&sleepers.nap, 0));
	ck_assert(nap_until(&sleepers.nap, clock_now() + CLOCK_NS_PER_MS));
	ck_assert_int_eq(
		team_start(4, "t", sleep_for_ever, &sleepers, &team), 0);
	nap_ring(&sleepers.nap);
	team_destroy(team);
	ck_assert_int_eq(atomic_load(&sleepers.nrung), 4);
	ck_assert(!nap_until(&sleepers.nap, CLOCK_NEVER));
}
END_TEST

int main(void)
{
	return suite_run("deadlock", 20,
		(const TTest *const[]){
			l7_a_circle_is_found_and_can_be_dissolved,
			who_finds_it_taken_is_told_so,
			a_nap_ends_by_time_or_by_the_bell,
			NULL,
		});
}
