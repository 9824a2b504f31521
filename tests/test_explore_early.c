/* Traces made by hand: a read that came before the write it needs, or not. */
#include "tests/suite.h"

#include "lib/explore/early.h"

#include <stdlib.h>

enum {
	X = 0x1000,
	SIGN = 0x2000,
	OTHER = 0x3000,
	READ_AT = 0x10,
	WRITE_AT = 0x20,
	JOIN_AT = 0x30,
};

static struct wire *wire;
static struct early_twin twin;
static struct early early;

static const struct finding failure = {.kind = FOUND_ASSERT};

/* A trace of main and the threads 1 and 2, none of which has ended. */
static void begin(void)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nthreads = 3;
	for (unsigned i = 0; i < 3; i++)
		wire->standing[i].state = STANDING_READY;
}

static struct event *add(
	unsigned thread, enum op_kind kind, uint64_t object, uint64_t pc)
{
	struct event *event = &wire->events[wire->nevents++];

	*event = (struct event){
		.op = {.kind = (uint8_t)kind,
			.object = object,
			.size = 4,
			.pc = pc},
		.thread = (uint16_t)thread,
		.other = WIRE_NOBODY,
	};
	return event;
}

static void learn(void)
{
	early_fini(&twin);
	ck_assert_int_eq(early_learn(&twin, wire), 0);
	begin();
}

/* Thread 1 writes what main then reads; main may join it at the end. */
static void learn_of_one(void)
{
	begin();
	add(1, OP_WRITE, X, WRITE_AT);
	add(0, OP_READ, X, READ_AT);
	add(0, OP_JOIN, 1, JOIN_AT)->other = 1;
	learn();
}

static bool find(void)
{
	return early_find(&twin, wire, &failure, &early);
}

START_TEST(a_read_before_the_write_is_early)
{
	learn_of_one();
	add(0, OP_READ, X, READ_AT);
	ck_assert(find());
	ck_assert_uint_eq(early.step, 1);
	ck_assert_uint_eq(early.nwriters, 1);
	ck_assert_uint_eq(early.writers[0].thread, 1);
	ck_assert_uint_eq(early.writers[0].pc, WRITE_AT);
	ck_assert_uint_eq(early.writers[0].join, JOIN_AT);
}
END_TEST

START_TEST(a_read_after_the_write_is_not)
{
	learn_of_one();
	add(1, OP_WRITE, X, WRITE_AT);
	add(0, OP_READ, X, READ_AT);
	ck_assert(!find());
	ck_assert_uint_eq(early.step, 0);
}
END_TEST

START_TEST(a_write_that_never_comes_is_not_awaited)
{
	learn_of_one();
	add(0, OP_READ, X, READ_AT);
	wire->standing[1].state = STANDING_ENDED;
	ck_assert(!find());
}
END_TEST

START_TEST(of_many_writers_those_count_that_are_missing)
{
	begin();
	add(1, OP_ATOMIC_UPDATE, X, WRITE_AT);
	add(2, OP_ATOMIC_UPDATE, X, WRITE_AT);
	add(0, OP_ATOMIC_READ, X, READ_AT);
	learn();
	add(1, OP_ATOMIC_UPDATE, X, WRITE_AT);
	add(0, OP_ATOMIC_READ, X, READ_AT);
	ck_assert(find());
	ck_assert_uint_eq(early.nwriters, 1);
	ck_assert_uint_eq(early.writers[0].thread, 2);
}
END_TEST

START_TEST(no_join_is_told_of_that_could_wait_for_ever)
{
	begin();
	add(1, OP_WRITE, X, WRITE_AT);
	add(0, OP_READ, X, READ_AT);
	add(0, OP_SEM_POST, SIGN, 1);
	add(0, OP_JOIN, 1, JOIN_AT)->other = 1;
	learn();
	add(0, OP_READ, X, READ_AT);
	ck_assert(find());
	ck_assert_uint_eq(early.writers[0].join, 0);
}
END_TEST

START_TEST(the_first_read_is_where_to_wait)
{
	begin();
	add(0, OP_READ, X, READ_AT + 1);
	add(1, OP_WRITE, X, WRITE_AT);
	add(0, OP_READ, X, READ_AT);
	learn();
	add(0, OP_READ, X, READ_AT + 1);
	add(0, OP_CREATE, 0, 1)->other = 1;
	add(0, OP_READ, X, READ_AT + 2);
	add(0, OP_READ, X, READ_AT);
	ck_assert(find());
	ck_assert_uint_eq(early.step, 4);
	early_to_first(wire, &early);
	ck_assert_uint_eq(early.step, 3);
	ck_assert_uint_eq(early.pc, READ_AT + 2);
}
END_TEST

START_TEST(who_ends_without_its_write_has_left)
{
	struct early_left left;

	learn_of_one();
	add(2, OP_WRITE, SIGN, 1);
	add(1, OP_READ, SIGN, 2);
	ck_assert(!early_find_left(&twin, wire, &failure, &left));
	wire->standing[1].state = STANDING_ENDED;
	ck_assert(early_find_left(&twin, wire, &failure, &left));
	ck_assert_uint_eq(left.thread, 1);
	ck_assert_uint_eq(left.seen_pc, 2);
	ck_assert_uint_eq(left.write_pc, WRITE_AT);
	add(1, OP_WRITE, X, WRITE_AT);
	ck_assert(!early_find_left(&twin, wire, &failure, &left));
}
END_TEST

/* Thread 2 writes what thread 1 needs to write what main reads. */
static void learn_of_chain(void)
{
	begin();
	add(2, OP_WRITE, OTHER, WRITE_AT + 1);
	add(1, OP_READ, OTHER, READ_AT + 1);
	add(1, OP_WRITE, X, WRITE_AT);
	add(0, OP_READ, X, READ_AT);
	learn();
	add(0, OP_WRITE, SIGN, 1);
	add(1, OP_READ, SIGN, 2);
	for (unsigned i = 1; i < 3; i++) {
		wire->standing[i].state = STANDING_ENDED;
		wire->standing[i].function = i;
	}
}

START_TEST(who_had_nothing_to_do_has_not_left)
{
	struct early_left left;

	learn_of_chain();
	ck_assert(!early_find_left(&twin, wire, &failure, &left));
	ck_assert_uint_eq(left.thread, WIRE_NOBODY);
	add(2, OP_WRITE, OTHER, WRITE_AT + 1);
	ck_assert(early_find_left(&twin, wire, &failure, &left));
	ck_assert_uint_eq(left.thread, 1);
}
END_TEST

START_TEST(who_does_the_same_gives_nothing_to_do)
{
	struct early_left left;

	learn_of_chain();
	wire->standing[2].function = wire->standing[1].function;
	ck_assert(early_find_left(&twin, wire, &failure, &left));
	ck_assert_uint_eq(left.thread, 1);
}
END_TEST

START_TEST(a_sign_is_what_the_reader_has_seen_of_the_writer)
{
	begin();
	add(1, OP_WRITE, X, WRITE_AT);
	add(1, OP_ATOMIC_WRITE, SIGN, 1);
	add(0, OP_ATOMIC_READ, SIGN, 2);
	add(0, OP_READ, X, READ_AT);
	learn();
	add(0, OP_READ, X, READ_AT);
	ck_assert(find());
	ck_assert(!early_find_sign(wire, &early));
	begin();
	add(1, OP_ATOMIC_WRITE, SIGN, 1);
	add(0, OP_ATOMIC_READ, SIGN, 2);
	add(0, OP_READ, X, READ_AT);
	ck_assert(find());
	ck_assert(early_find_sign(wire, &early));
	ck_assert_uint_eq(early.sign, SIGN);
	ck_assert_uint_eq(early.sign_pc, 1);
}
END_TEST

int main(void)
{
	return suite_run("explore_early", 20,
		(const TTest *const[]){a_read_before_the_write_is_early,
			a_read_after_the_write_is_not,
			a_write_that_never_comes_is_not_awaited,
			of_many_writers_those_count_that_are_missing,
			no_join_is_told_of_that_could_wait_for_ever,
			the_first_read_is_where_to_wait,
			who_ends_without_its_write_has_left,
			who_had_nothing_to_do_has_not_left,
			who_does_the_same_gives_nothing_to_do,
			a_sign_is_what_the_reader_has_seen_of_the_writer,
			NULL});
}
