/* Traces made by hand: three accesses that belong together, or do not. */
#include "tests/suite.h"

#include "lib/explore/atomicity.h"

#include <stdlib.h>

enum {
	X = 0x1000,
	Y = 0x2000,
	LOCK = 0x3000,
	COND = 0x4000,
};

static struct wire *wire;
static struct atomicity *atomicity;

static void begin(void)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nthreads = 3;
	atomicity_close(atomicity);
	ck_assert_int_eq(atomicity_open(&atomicity), 0);
}

/* Each place in the program is the number of the event, unless said. */
static struct event *add(unsigned thread, enum op_kind kind, uint64_t object)
{
	struct event *event = &wire->events[wire->nevents++];

	*event = (struct event){
		.op = {.kind = (uint8_t)kind,
			.object = object,
			.pc = wire->nevents},
		.thread = (uint16_t)thread,
		.other = WIRE_NOBODY,
	};
	return event;
}

static void three(enum op_kind before, enum op_kind between, enum op_kind after)
{
	begin();
	add(1, before, X);
	add(2, between, X);
	add(1, after, X);
}

/* -1: none. */
static int found(void)
{
	struct atomicity_triple triple;

	if (!atomicity_find(atomicity, wire, &triple, 1))
		return -1;
	return (int)triple.kind;
}

START_TEST(the_four_that_no_order_gives)
{
	three(OP_READ, OP_WRITE, OP_WRITE);
	ck_assert_int_eq(found(), ATOMICITY_READ_WRITE);
	three(OP_READ, OP_WRITE, OP_READ);
	ck_assert_int_eq(found(), ATOMICITY_READ_READ);
	three(OP_WRITE, OP_WRITE, OP_READ);
	ck_assert_int_eq(found(), ATOMICITY_WRITE_READ);
	three(OP_WRITE, OP_READ, OP_WRITE);
	ck_assert_int_eq(found(), ATOMICITY_WRITE_WRITE);
}
END_TEST

START_TEST(the_four_that_an_order_gives)
{
	three(OP_READ, OP_READ, OP_READ);
	ck_assert_int_eq(found(), -1);
	three(OP_READ, OP_READ, OP_WRITE);
	ck_assert_int_eq(found(), -1);
	three(OP_WRITE, OP_READ, OP_READ);
	ck_assert_int_eq(found(), -1);
	three(OP_WRITE, OP_WRITE, OP_WRITE);
	ck_assert_int_eq(found(), -1);
}
END_TEST

START_TEST(atomics_count_and_updates_are_one_step)
{
	three(OP_ATOMIC_READ, OP_ATOMIC_WRITE, OP_ATOMIC_WRITE);
	ck_assert_int_eq(found(), ATOMICITY_READ_WRITE);
	three(OP_ATOMIC_READ, OP_ATOMIC_UPDATE, OP_ATOMIC_WRITE);
	ck_assert_int_eq(found(), ATOMICITY_READ_WRITE);
	three(OP_ATOMIC_UPDATE, OP_ATOMIC_UPDATE, OP_ATOMIC_UPDATE);
	ck_assert_int_eq(found(), -1);
}
END_TEST

START_TEST(another_variable_is_none_of_it)
{
	begin();
	add(1, OP_READ, X);
	add(2, OP_WRITE, Y);
	add(1, OP_WRITE, X);
	ck_assert_int_eq(found(), -1);
}
END_TEST

START_TEST(only_neighbours_belong_together)
{
	begin();
	add(1, OP_READ, X);
	add(2, OP_WRITE, X);
	add(1, OP_READ, X)->op.pc = 1; /* the same test again, as in a loop */
	add(1, OP_WRITE, X);
	ck_assert_int_eq(found(), -1);
}
END_TEST

START_TEST(what_had_to_come_between_is_no_violation)
{
	begin();
	add(1, OP_WRITE, X);
	add(1, OP_CREATE, 0)->other = 2;
	add(2, OP_WRITE, X);
	add(2, OP_END, 0);
	add(1, OP_JOIN, 2)->other = 2;
	add(1, OP_READ, X);
	ck_assert_int_eq(found(), -1);
	begin();
	add(1, OP_READ, X);
	add(1, OP_WAIT, COND)->op.second = LOCK;
	add(2, OP_WRITE, X);
	add(2, OP_SIGNAL, COND)->other = 1;
	add(1, OP_LOCK, LOCK);
	add(1, OP_WRITE, X);
	ck_assert_int_eq(found(), -1);
}
END_TEST

START_TEST(what_ends_well_is_excused)
{
	struct atomicity_triple triples[2];

	three(OP_WRITE, OP_WRITE, OP_READ);
	atomicity_excuse(atomicity, wire);
	ck_assert_int_eq(found(), -1);
	three(OP_READ, OP_WRITE, OP_WRITE);
	atomicity_excuse(atomicity, wire);
	ck_assert_uint_eq(atomicity_find(atomicity, wire, triples, 2), 1);
	ck_assert(triples[0].excused);
}
END_TEST

START_TEST(the_likeliest_comes_first)
{
	struct atomicity_triple triples[4];

	begin();
	add(1, OP_READ, Y);
	add(2, OP_WRITE, Y);
	add(1, OP_READ, Y);
	add(1, OP_READ, X);
	add(2, OP_WRITE, X);
	add(1, OP_WRITE, X);
	ck_assert_uint_eq(atomicity_find(atomicity, wire, triples, 4), 2);
	ck_assert_int_eq(triples[0].kind, ATOMICITY_READ_WRITE);
	ck_assert_uint_eq(triples[0].before, 3);
	ck_assert_uint_eq(triples[0].between, 4);
	ck_assert_uint_eq(triples[0].after, 5);
	ck_assert_int_eq(triples[1].kind, ATOMICITY_READ_READ);
}
END_TEST

int main(void)
{
	return suite_run("explore_atomicity", 20,
		(const TTest *const[]){the_four_that_no_order_gives,
			the_four_that_an_order_gives,
			atomics_count_and_updates_are_one_step,
			another_variable_is_none_of_it,
			only_neighbours_belong_together,
			what_had_to_come_between_is_no_violation,
			what_ends_well_is_excused, the_likeliest_comes_first,
			NULL});
}
