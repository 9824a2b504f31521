/* Traces made by hand: what concerns one thread alone is left out. */
#include "tests/suite.h"

#include "lib/explore/inspect.h"

#include <stdlib.h>

enum {
	X = 0x1000,
	Y = 0x2000,
	LOCK = 0x3000,
	COND = 0x4000,
};

static struct wire *wire;

static void begin(void)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nthreads = 2;
}

static struct event *add(
	unsigned thread, enum op_kind kind, uint64_t object, unsigned size)
{
	struct event *event = &wire->events[wire->nevents++];

	*event = (struct event){
		.op = {.kind = (uint8_t)kind,
			.object = object,
			.size = (uint16_t)size},
		.thread = (uint16_t)thread,
		.other = WIRE_NOBODY,
	};
	return event;
}

static void quiet(
	unsigned thread, enum op_kind kind, uint64_t object, unsigned size)
{
	add(thread, kind, object, size)->flags = EVENT_QUIET;
}

START_TEST(what_two_share_and_one_writes_is_kept)
{
	begin();
	quiet(0, OP_WRITE, X, 4);
	quiet(1, OP_READ, X, 4);
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert_uint_eq(wire->nevents, 2);
}
END_TEST

START_TEST(what_one_touches_is_left_out)
{
	begin();
	quiet(0, OP_WRITE, X, 4);
	add(1, OP_LOCK, LOCK, 0);
	quiet(0, OP_READ, X, 4);
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert_uint_eq(wire->nevents, 1);
	ck_assert_uint_eq(wire->events[0].op.object, LOCK);
}
END_TEST

START_TEST(what_nobody_writes_is_left_out)
{
	begin();
	quiet(0, OP_READ, X, 4);
	quiet(1, OP_READ, X, 4);
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert_uint_eq(wire->nevents, 0);
}
END_TEST

START_TEST(steps_are_never_left_out)
{
	begin();
	add(0, OP_READ, X, 4);
	add(0, OP_ATOMIC_WRITE, Y, 4);
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert_uint_eq(wire->nevents, 2);
}
END_TEST

START_TEST(a_long_access_meets_a_short_one)
{
	begin();
	quiet(0, OP_WRITE, X, 64);
	quiet(1, OP_READ, X + 40, 4);
	quiet(1, OP_READ, X + 64, 4);
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert_uint_eq(wire->nevents, 2);
	ck_assert_uint_eq(wire->events[1].op.object, X + 40);
}
END_TEST

/* Thread 1 sleeps on the condition. */
static void sleeps(void)
{
	add(1, OP_WAIT, COND, 0)->op.second = LOCK;
	wire->standing[1] = (struct standing){
		.state = STANDING_BLOCKED,
		.pending = {.kind = OP_WAKE, .object = COND, .second = LOCK},
	};
}

START_TEST(who_sleeps_without_a_test_is_marked)
{
	begin();
	quiet(1, OP_READ, X, 4); /* before it had the lock */
	add(1, OP_LOCK, LOCK, 0);
	quiet(0, OP_READ, X, 4); /* somebody else */
	sleeps();
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert(wire->standing[1].untested);
}
END_TEST

START_TEST(who_has_tested_is_not)
{
	begin();
	add(1, OP_LOCK, LOCK, 0);
	quiet(1, OP_READ, X, 4);
	sleeps();
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert(!wire->standing[1].untested);
}
END_TEST

START_TEST(where_no_access_is_seen_nobody_is)
{
	begin();
	wire->config.unseen = true;
	add(1, OP_LOCK, LOCK, 0);
	sleeps();
	ck_assert_int_eq(inspect_trace(wire), 0);
	ck_assert(!wire->standing[1].untested);
}
END_TEST

int main(void)
{
	return suite_run("explore_inspect", 20,
		(const TTest *const[]){what_two_share_and_one_writes_is_kept,
			what_one_touches_is_left_out,
			what_nobody_writes_is_left_out,
			steps_are_never_left_out,
			a_long_access_meets_a_short_one,
			who_sleeps_without_a_test_is_marked,
			who_has_tested_is_not,
			where_no_access_is_seen_nobody_is, NULL});
}
