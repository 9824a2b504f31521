/* Many tasks that go into the same pools: all at once, in order, cancelled. */
#include "lib/task_switch.h"

#include <stdatomic.h>

#include "lib/rng.h"
#include "tests/away.h"

/* --- A2: many of the same function --- */

enum {
	NMANY = 10,
	NROUNDS = 20
};

static struct barrier meeting;

BODY(meet_again_and_again)
{
	pthread_t home = this_thread();
	int mine = *(int *)arg, sum = 0;

	(void)failure;
	for (int i = 0; i < NROUNDS; i++) {
		must_zero(task_switch_to(pool));
		barrier_wait(&meeting);
		sum += mine;
		must(!is_here(home));
		must_zero(task_switch_back());
		must(is_here(home));
	}
	value->word = (uint64_t)sum;
	return 0;
}

BODY(send_many)
{
	struct task *many[NMANY];
	union future_value sum;
	int numbers[NMANY];

	UNUSED_BODY_ARGS;
	for (int i = 0; i < NMANY; i++) {
		numbers[i] = i;
		many[i] = green_spawn(
			"many", meet_again_and_again, &numbers[i]);
	}
	for (int i = 0; i < NMANY; i++) {
		must_zero(task_join(many[i], CLOCK_NEVER));
		must_zero(task_result(many[i], &sum, NULL));
		must(sum.word == (uint64_t)i * NROUNDS);
		task_unref(many[i]);
	}
	return 0;
}

START_TEST(a2_ten_of_one_function_are_away_at_once)
{
	barrier_init(&meeting, NMANY);
	ck_assert_int_eq(run_with_pool(NMANY, send_many, NULL), 0);
	barrier_fini(&meeting);
}
END_TEST

/* --- A6: the order --- */

enum {
	NINLINE = 5
};

struct one_of_a_line {
	int number;
	atomic_int *inside;
	int *order, *norder;
};

BODY(enter_alone)
{
	struct one_of_a_line *self = arg;

	(void)value, (void)failure;
	must_zero(task_switch_to(pool));
	must(atomic_fetch_add(self->inside, 1) == 0);
	self->order[(*self->norder)++] = self->number;
	atomic_fetch_sub(self->inside, 1);
	return task_switch_back();
}

BODY(enter_one_by_one)
{
	int order[NINLINE], norder = 0;
	atomic_int inside = 0;
	struct one_of_a_line line[NINLINE];
	struct task *first = send_to_the_gate(), *others[NINLINE];

	UNUSED_BODY_ARGS;
	for (int i = 0; i < NINLINE; i++) {
		line[i] = (struct one_of_a_line){i, &inside, order, &norder};
		others[i] = green_spawn("one", enter_alone, &line[i]);
	}
	ring(job.gate);
	green_join(first);
	for (int i = 0; i < NINLINE; i++)
		green_join(others[i]);
	for (int i = 0; i < NINLINE; i++)
		must(order[i] == i);
	return 0;
}

START_TEST(a6_a_pool_of_one_lets_in_one_by_one_in_order)
{
	ck_assert_int_eq(run_with_pool(1, enter_one_by_one, NULL), 0);
}
END_TEST

/* --- many, some of them cancelled --- */

enum {
	NTRAVELLERS = 40,
	NTRIPS = 100
};

static struct pool *others;

struct traveller {
	struct rng rng;
	unsigned ntrips, nturned, ntold;
};

BODY(travel)
{
	struct traveller *self = arg;
	pthread_t home = this_thread();

	(void)value, (void)failure;
	for (int i = 0; i < NTRIPS; i++) {
		struct pool *where = rng_below(&self->rng, 2) ? pool : others;
		int status = task_switch_to(where);

		self->nturned += status < 0;
		if (status == 0) {
			must(pool_is_mine(where) && !is_here(home));
			self->ntrips++;
			self->ntold += task_switch_back() == -ECANCELED;
		}
		must(is_here(home) && loop_current() == loop);
	}
	return 0;
}

BODY(cancel_travellers)
{
	static struct traveller travellers[NTRAVELLERS];
	struct task *them[NTRAVELLERS];
	struct rng rng;
	unsigned nleft = NTRAVELLERS;

	UNUSED_BODY_ARGS;
	rng_init(&rng, 1);
	for (unsigned i = 0; i < NTRAVELLERS; i++) {
		rng_init(&travellers[i].rng, i);
		them[i] = green_spawn("traveller", travel, &travellers[i]);
		task_begin_anyway(them[i]);
	}
	while (nleft) {
		nleft = 0;
		task_cancel(them[rng_below(&rng, NTRAVELLERS)]);
		task_yield();
		for (unsigned i = 0; i < NTRAVELLERS; i++)
			nleft += task_state(them[i]) != TASK_DONE;
	}
	for (unsigned i = 0; i < NTRAVELLERS; i++) {
		must(travellers[i].ntrips + travellers[i].nturned == NTRIPS);
		task_unref(them[i]);
	}
	return 0;
}

START_TEST(t7_of_many_trips_each_ends_here_or_there)
{
	const struct pool_options two = {.size = 2, .name = "others"};

	must_zero(pool_create(&two, &others));
	ck_assert_int_eq(run_with_pool(2, cancel_travellers, NULL), 0);
	pool_destroy(others);
}
END_TEST

int main(void)
{
	return suite_run("task_switch_many", 60,
		(const TTest *const[]){
			a2_ten_of_one_function_are_away_at_once,
			a6_a_pool_of_one_lets_in_one_by_one_in_order,
			t7_of_many_trips_each_ends_here_or_there,
			NULL,
		});
}
