/* Traces made by hand, that go on: what was shown stays as it was. */
#include "tests/suite.h"

#include "lib/explore/inspect.h"

#include <stdlib.h>

enum {
	X = 0x1000,
	LOCK = 0x3000,
	READS_X = 0x10, /* places in the code */
	WRITES_X = 0x20,
	LOCKS = 0x30,
};

static struct wire *wire;
static struct shown *shown;

static void begin(void)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nthreads = 3;
}

static void add(
	unsigned thread, enum op_kind kind, uint64_t object, uint64_t pc)
{
	wire->events[wire->nevents++] = (struct event){
		.op = {.kind = (uint8_t)kind,
			.object = object,
			.pc = pc,
			.size = 4},
		.thread = (uint16_t)thread,
		.other = WIRE_NOBODY,
		.flags = kind == OP_LOCK ? 0 : EVENT_QUIET,
	};
}

/* So many are shown, beginning with that kind. */
static void expect(uint32_t n, enum op_kind first)
{
	ck_assert_int_eq(inspect_growing(wire, shown), 0);
	ck_assert_uint_eq(wire->nevents, n);
	ck_assert_uint_eq(wire->events[0].op.kind, first);
}

static void read_and_lock(void)
{
	begin();
	add(1, OP_READ, X, READS_X);
	add(1, OP_LOCK, LOCK, LOCKS);
}

START_TEST(what_was_left_out_stays_so)
{
	ck_assert_int_eq(shown_open(&shown), 0);
	shown_hold(shown);
	read_and_lock();
	expect(1, OP_LOCK);
	read_and_lock();
	add(2, OP_WRITE, X, WRITES_X);
	expect(2, OP_LOCK);
	ck_assert_uint_eq(wire->events[1].op.kind, OP_WRITE);
	shown_close(shown);
}
END_TEST

START_TEST(what_was_shown_stays_so)
{
	ck_assert_int_eq(shown_open(&shown), 0);
	shown_hold(shown);
	read_and_lock();
	add(2, OP_WRITE, X, WRITES_X);
	expect(3, OP_READ);
	read_and_lock(); /* after going back */
	expect(2, OP_READ);
	shown_close(shown);
}
END_TEST

START_TEST(another_beginning_is_decided_anew)
{
	ck_assert_int_eq(shown_open(&shown), 0);
	read_and_lock();
	expect(1, OP_LOCK);
	begin();
	add(2, OP_WRITE, X, WRITES_X);
	add(1, OP_READ, X, READS_X);
	expect(2, OP_WRITE);
	shown_close(shown);
}
END_TEST

START_TEST(a_line_that_was_shared_before_is_shown_at_once)
{
	ck_assert_int_eq(shown_open(&shown), 0);
	read_and_lock();
	add(2, OP_WRITE, X, WRITES_X);
	ck_assert_int_eq(inspect_trace(wire), 0);
	shown_learn(shown, wire);
	read_and_lock();
	expect(2, OP_READ);
	shown_close(shown);
}
END_TEST

int main(void)
{
	return suite_run("explore_shown", 20,
		(const TTest *const[]){
			what_was_left_out_stays_so,
			what_was_shown_stays_so,
			another_beginning_is_decided_anew,
			a_line_that_was_shared_before_is_shown_at_once,
			NULL,
		});
}
