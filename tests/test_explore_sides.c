/* Traces made by hand: the locks of an access are the same, or not known. */
#include "tests/suite.h"

#include "lib/explore/sides.h"

#include <stdlib.h>

enum {
	X = 0x1000,
	LOCK = 0x2000,
	OTHER_LOCK = 0x3000,
	LOCK_AT = 0x10,
	WRITE_AT = 0x20,
};

static struct wire *wire;
static struct sides sides;

/* A trace in which thread 1 is to race at that place. */
static void begin(enum finding_kind kind, uint64_t pc)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nfindings = 1;
	wire->findings[0] = (struct finding){
		.kind = (uint8_t)kind,
		.second = {.thread = 1, .pc = pc, .object = X},
	};
}

static void add(
	unsigned thread, enum op_kind kind, uint64_t object, uint64_t pc)
{
	wire->events[wire->nevents++] = (struct event){
		.op = {.kind = (uint8_t)kind, .object = object, .pc = pc},
		.thread = (uint16_t)thread,
		.other = WIRE_NOBODY,
	};
}

static void learn_with(uint64_t lock)
{
	begin(FOUND_RACE, WRITE_AT);
	if (lock)
		add(1, OP_LOCK, lock, LOCK_AT);
	add(1, OP_WRITE, X, WRITE_AT);
	sides_learn(&sides, wire);
}

static struct party complete(unsigned thread, uint64_t pc)
{
	struct party party = {
		.thread = (uint16_t)thread, .pc = pc, .is_elsewhere = 1};

	sides_complete(&sides, &party);
	return party;
}

START_TEST(locks_of_another_execution_are_told)
{
	struct party party;

	sides = (struct sides){0};
	learn_with(LOCK);
	party = complete(1, WRITE_AT);
	ck_assert(!party.is_elsewhere);
	ck_assert_uint_eq(party.nheld, 1);
	ck_assert_uint_eq(party.held[0].object, LOCK);
	ck_assert_uint_eq(party.held[0].pc, LOCK_AT);
}
END_TEST

START_TEST(that_it_holds_none_is_known_too)
{
	struct party party;

	sides = (struct sides){0};
	learn_with(0);
	party = complete(1, WRITE_AT);
	ck_assert(!party.is_elsewhere);
	ck_assert_uint_eq(party.nheld, 0);
}
END_TEST

START_TEST(the_same_each_time_is_known)
{
	sides = (struct sides){0};
	learn_with(LOCK);
	learn_with(LOCK);
	ck_assert(!complete(1, WRITE_AT).is_elsewhere);
}
END_TEST

START_TEST(what_differs_is_not_known)
{
	sides = (struct sides){0};
	learn_with(LOCK);
	learn_with(OTHER_LOCK);
	ck_assert(complete(1, WRITE_AT).is_elsewhere);
	sides = (struct sides){0};
	learn_with(LOCK);
	learn_with(0);
	learn_with(LOCK);
	ck_assert(complete(1, WRITE_AT).is_elsewhere);
}
END_TEST

START_TEST(what_differs_in_one_trace_is_not_known)
{
	sides = (struct sides){0};
	begin(FOUND_RACE, WRITE_AT);
	add(1, OP_LOCK, LOCK, LOCK_AT);
	add(1, OP_WRITE, X, WRITE_AT);
	add(1, OP_UNLOCK, LOCK, 1);
	add(1, OP_WRITE, X, WRITE_AT);
	sides_learn(&sides, wire);
	ck_assert(complete(1, WRITE_AT).is_elsewhere);
}
END_TEST

START_TEST(another_thread_or_place_is_not_known)
{
	sides = (struct sides){0};
	learn_with(LOCK);
	ck_assert(complete(2, WRITE_AT).is_elsewhere);
	ck_assert(complete(1, WRITE_AT + 1).is_elsewhere);
}
END_TEST

START_TEST(of_what_is_no_race_nothing_is_learned)
{
	sides = (struct sides){0};
	begin(FOUND_LEAK, WRITE_AT);
	add(1, OP_WRITE, X, WRITE_AT);
	sides_learn(&sides, wire);
	ck_assert_uint_eq(sides.n, 0);
}
END_TEST

START_TEST(more_than_there_is_room_for_are_not_known)
{
	sides = (struct sides){0};
	for (unsigned i = 0; i <= WIRE_MAX_FINDINGS; i++) {
		begin(FOUND_RACE, WRITE_AT + i);
		add(1, OP_WRITE, X, WRITE_AT + i);
		sides_learn(&sides, wire);
	}
	ck_assert(!complete(1, WRITE_AT + WIRE_MAX_FINDINGS - 1).is_elsewhere);
	ck_assert(complete(1, WRITE_AT + WIRE_MAX_FINDINGS).is_elsewhere);
}
END_TEST

START_TEST(more_locks_than_are_kept_do_no_harm)
{
	sides = (struct sides){0};
	begin(FOUND_RACE, WRITE_AT);
	for (unsigned i = 0; i <= WIRE_MAX_HELD; i++)
		add(1, OP_LOCK, LOCK + i, LOCK_AT);
	add(1, OP_WRITE, X, WRITE_AT);
	sides_learn(&sides, wire);
	ck_assert_uint_eq(complete(1, WRITE_AT).nheld, WIRE_MAX_HELD);
}
END_TEST

int main(void)
{
	return suite_run("explore_sides", 20,
		(const TTest *const[]){locks_of_another_execution_are_told,
			that_it_holds_none_is_known_too,
			the_same_each_time_is_known, what_differs_is_not_known,
			what_differs_in_one_trace_is_not_known,
			another_thread_or_place_is_not_known,
			of_what_is_no_race_nothing_is_learned,
			more_than_there_is_room_for_are_not_known,
			more_locks_than_are_kept_do_no_harm, NULL});
}
