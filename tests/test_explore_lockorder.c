/*
 * Traces made by hand: a cycle of locks is found in any execution, and none is
 * where a gate, an order of the threads, readers or a try rule it out.
 */
#include "tests/suite.h"

#include "lib/explore/lockorder.h"

#include <stdlib.h>

enum {
	A = 0x1000,
	B = 0x2000,
	C = 0x3000,
	GATE = 0x4000,
	SEM = 0x5000,
};

static struct wire *wire;

static void begin(unsigned nthreads)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nthreads = nthreads;
}

static struct event *add(unsigned thread, enum op_kind kind, uint64_t object)
{
	struct event *event = &wire->events[wire->nevents++];

	*event = (struct event){
		.op = {.kind = (uint8_t)kind, .object = object},
		.thread = (uint16_t)thread,
		.other = WIRE_NOBODY,
	};
	return event;
}

static void lock(unsigned thread, uint64_t object)
{
	add(thread, OP_LOCK, object);
}

static void unlock(unsigned thread, uint64_t object)
{
	add(thread, OP_UNLOCK, object);
}

/* Takes both, and gives both back. */
static void both(unsigned thread, uint64_t outer, uint64_t inner)
{
	lock(thread, outer);
	lock(thread, inner);
	unlock(thread, inner);
	unlock(thread, outer);
}

static unsigned cycle_size(void)
{
	struct lockorder_cycle cycle;

	return lockorder_find(wire, &cycle) ? cycle.n : 0;
}

START_TEST(two_threads_two_orders)
{
	struct lockorder_cycle cycle;

	begin(2);
	both(0, A, B);
	both(1, B, A);
	ck_assert(lockorder_find(wire, &cycle));
	ck_assert_uint_eq(cycle.n, 2);
	ck_assert_uint_eq(cycle.edges[0].outer, A);
	ck_assert_uint_eq(cycle.edges[0].inner, B);
	ck_assert_uint_eq(cycle.edges[0].outer_event, 0);
	ck_assert_uint_eq(cycle.edges[0].inner_event, 1);
	ck_assert_uint_eq(cycle.edges[1].outer, B);
	ck_assert_uint_eq(cycle.edges[1].inner_event, 5);
}
END_TEST

START_TEST(one_order_is_no_cycle)
{
	begin(2);
	both(0, A, B);
	both(1, A, B);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(one_thread_cannot_meet_itself)
{
	begin(1);
	both(0, A, B);
	both(0, B, A);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(three_threads_in_a_circle)
{
	begin(3);
	both(0, A, B);
	both(1, B, C);
	ck_assert_uint_eq(cycle_size(), 0);
	both(2, C, A);
	ck_assert_uint_eq(cycle_size(), 3);
}
END_TEST

START_TEST(a_gate_lets_in_one_at_a_time)
{
	begin(2);
	lock(0, GATE);
	both(0, A, B);
	unlock(0, GATE);
	lock(1, GATE);
	both(1, B, A);
	unlock(1, GATE);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(a_gate_that_one_ignores_is_none)
{
	begin(2);
	lock(0, GATE);
	both(0, A, B);
	unlock(0, GATE);
	both(1, B, A);
	ck_assert_uint_eq(cycle_size(), 2);
}
END_TEST

START_TEST(who_was_joined_does_not_come_back)
{
	begin(2);
	add(0, OP_CREATE, 0)->other = 1;
	both(1, B, A);
	add(1, OP_END, 0);
	add(0, OP_JOIN, 1)->other = 1;
	both(0, A, B);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(who_was_started_after_did_not_meet_it)
{
	begin(2);
	both(0, A, B);
	add(0, OP_CREATE, 0)->other = 1;
	both(1, B, A);
	ck_assert_uint_eq(cycle_size(), 0);
	both(0, A, B);
	ck_assert_uint_eq(cycle_size(), 2); /* now it could have met it */
}
END_TEST

START_TEST(a_post_orders_them)
{
	begin(2);
	both(0, A, B);
	add(0, OP_SEM_POST, SEM);
	add(1, OP_SEM_WAIT, SEM);
	both(1, B, A);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(a_signal_orders_them)
{
	begin(2);
	both(0, A, B);
	add(0, OP_SIGNAL, SEM)->other = 1;
	both(1, B, A);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(readers_let_each_other_in)
{
	begin(2);
	for (unsigned t = 0; t < 2; t++) {
		add(t, OP_RDLOCK, t ? B : A);
		add(t, OP_RDLOCK, t ? A : B);
		add(t, OP_RWUNLOCK, A);
		add(t, OP_RWUNLOCK, B);
	}
	ck_assert_uint_eq(cycle_size(), 0);
	add(1, OP_RDLOCK, B);
	add(1, OP_WRLOCK, A);
	ck_assert_uint_eq(cycle_size(), 0); /* one side of B still reads */
	add(0, OP_WRLOCK, A);
	add(0, OP_WRLOCK, B);
	ck_assert_uint_eq(cycle_size(), 2);
}
END_TEST

START_TEST(who_only_tries_does_not_wait)
{
	begin(2);
	both(0, A, B);
	lock(1, B);
	add(1, OP_TRYLOCK, A);
	unlock(1, A);
	unlock(1, B);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(a_try_that_failed_holds_nothing)
{
	begin(2);
	both(0, A, B);
	add(1, OP_TRYLOCK, B)->result = 16;
	lock(1, A);
	unlock(1, A);
	ck_assert_uint_eq(cycle_size(), 0);
}
END_TEST

START_TEST(a_wait_takes_its_mutex_again)
{
	begin(2);
	lock(0, A);
	lock(0, B);
	add(0, OP_WAIT, SEM)->op.second = A;
	lock(0, A); /* while it holds b */
	unlock(0, A);
	unlock(0, B);
	both(1, A, B);
	ck_assert_uint_eq(cycle_size(), 2);
}
END_TEST

int main(void)
{
	return suite_run("explore_lockorder", 20,
		(const TTest *const[]){two_threads_two_orders,
			one_order_is_no_cycle, one_thread_cannot_meet_itself,
			three_threads_in_a_circle, a_gate_lets_in_one_at_a_time,
			a_gate_that_one_ignores_is_none,
			who_was_joined_does_not_come_back,
			who_was_started_after_did_not_meet_it,
			a_post_orders_them, a_signal_orders_them,
			readers_let_each_other_in, who_only_tries_does_not_wait,
			a_try_that_failed_holds_nothing,
			a_wait_takes_its_mutex_again, NULL});
}
