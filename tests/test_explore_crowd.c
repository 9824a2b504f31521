/* Traces made by hand: those within are too many, or they are not. */
#include "tests/suite.h"

#include "lib/explore/crowd.h"

#include <stdlib.h>

enum {
	ROOM = 0x1000, /* a semaphore */
	INSIDE = 0x2000, /* what counts those within */
	OTHER = 0x3000,
	WAIT_AT = 0x10,
	COUNT_AT = 0x20,
	LEAVE_AT = 0x30,
	POST_AT = 0x40,
};

static struct wire *wire;
static struct early_twin twin;
static struct crowd crowd;
static uint64_t room, inside; /* their values in the trace */

static void begin(uint64_t permits)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nthreads = 4;
	room = permits;
	inside = 0;
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

static void come(unsigned thread)
{
	struct event *event = add(thread, OP_SEM_WAIT, ROOM, WAIT_AT);

	event->before = room--;
	event->after = room;
}

static void post(unsigned thread)
{
	struct event *event = add(thread, OP_SEM_POST, ROOM, POST_AT);

	event->before = room++;
	event->after = room;
}

static struct event *change(unsigned thread, uint64_t pc, int by)
{
	struct event *event = add(thread, OP_ATOMIC_UPDATE, INSIDE, pc);

	event->before = inside;
	inside = (uint32_t)inside + (uint32_t)by;
	event->after = inside;
	return event;
}

static struct event *look(unsigned thread)
{
	struct event *event = add(thread, OP_READ, INSIDE, COUNT_AT);

	event->before = event->after = inside;
	return event;
}

static void enter(unsigned thread)
{
	come(thread);
	change(thread, COUNT_AT, 1);
}

static void leave(unsigned thread)
{
	change(thread, LEAVE_AT, -1);
	post(thread);
}

static bool find(unsigned thread)
{
	const struct finding failure = {
		.kind = FOUND_ASSERT,
		.first = {.thread = (uint16_t)thread},
	};

	return crowd_find(wire, &failure, &crowd);
}

START_TEST(those_let_in_together_are_a_crowd)
{
	begin(2);
	enter(1);
	enter(2);
	ck_assert(find(2));
	ck_assert_uint_eq(crowd.semaphore, ROOM);
	ck_assert_uint_eq(crowd.object, INSIDE);
	ck_assert_uint_eq(crowd.first, 2);
	ck_assert_uint_eq(crowd.threads, 1 << 1 | 1 << 2);
	ck_assert_uint_eq(crowd.nthreads, 2);
	ck_assert(crowd.fewer_pass);
}
END_TEST

START_TEST(one_alone_is_none)
{
	begin(2);
	enter(1);
	leave(1);
	enter(2);
	ck_assert(!find(2));
	ck_assert_uint_eq(crowd.semaphore, 0);
}
END_TEST

START_TEST(who_came_before_them_does_not_matter)
{
	begin(2);
	enter(3);
	leave(3);
	enter(1);
	enter(2);
	ck_assert(find(2));
	ck_assert_uint_eq(crowd.threads, 1 << 1 | 1 << 2);
}
END_TEST

START_TEST(a_count_may_be_changed_in_two_steps)
{
	begin(2);
	for (unsigned i = 1; i < 3; i++) {
		come(i);
		look(i);
		change(i, COUNT_AT, 1)->op.kind = OP_WRITE;
	}
	ck_assert(find(2));
}
END_TEST

START_TEST(who_looks_before_it_counts_knows_how_many_there_are)
{
	begin(2);
	enter(1);
	come(2);
	look(2);
	look(2);
	change(2, COUNT_AT, 1);
	ck_assert(!find(2));
}
END_TEST

START_TEST(room_that_is_left_may_be_counted)
{
	begin(2);
	inside = 1;
	for (unsigned i = 1; i < 3; i++) {
		come(i);
		change(i, COUNT_AT, -1);
	}
	ck_assert(find(2));
	ck_assert_uint_eq(crowd.nthreads, 2);
}
END_TEST

START_TEST(a_permit_too_many_is_no_matter_of_its_beginning)
{
	begin(1);
	enter(1);
	post(3);
	enter(2);
	ck_assert(!find(2));
}
END_TEST

START_TEST(what_somebody_outside_has_changed_is_no_count)
{
	begin(2);
	enter(1);
	change(3, COUNT_AT, 1);
	enter(2);
	ck_assert(!find(2));
}
END_TEST

START_TEST(a_wait_that_has_ended_without_one_lets_nobody_in)
{
	begin(1);
	enter(1);
	add(2, OP_SEM_WAIT, ROOM, WAIT_AT)->flags = EVENT_BLOCKED;
	change(2, COUNT_AT, 1);
	ck_assert(!find(2));
}
END_TEST

START_TEST(a_store_that_was_not_made_adds_what_it_added_elsewhere)
{
	struct event *last;

	begin(2);
	enter(1);
	come(2);
	last = add(2, OP_WRITE, INSIDE, COUNT_AT);
	last->before = inside;
	last->flags = EVENT_UNMADE;
	ck_assert(find(2));
	ck_assert_uint_eq(crowd.nthreads, 2);
}
END_TEST

START_TEST(the_failure_is_about_what_its_thread_touched_last)
{
	begin(2);
	enter(1);
	enter(2);
	add(2, OP_READ, OTHER, COUNT_AT);
	ck_assert(!find(2));
}
END_TEST

START_TEST(a_failure_of_nobody_and_of_no_steps_has_no_crowd)
{
	begin(2);
	ck_assert(!find(1));
	enter(1);
	enter(2);
	ck_assert(!find(WIRE_NOBODY));
	ck_assert(!find(WIRE_MAX_THREADS - 1));
}
END_TEST

/* That trace ends well. */
static bool is_counted(void)
{
	early_fini(&twin);
	ck_assert_int_eq(early_learn(&twin, wire), 0);
	crowd = (struct crowd){.semaphore = ROOM, .object = INSIDE};
	return crowd_is_counted(&twin, &crowd);
}

START_TEST(a_count_comes_back_before_each_post)
{
	begin(2);
	enter(1);
	enter(2);
	leave(1);
	leave(2);
	ck_assert(is_counted());
}
END_TEST

START_TEST(what_only_grows_counts_something_else)
{
	begin(2);
	enter(1);
	post(1);
	ck_assert(!is_counted());
	begin(2);
	enter(1);
	ck_assert(!is_counted());
}
END_TEST

START_TEST(what_changes_outside_counts_something_else)
{
	begin(2);
	enter(1);
	leave(1);
	change(3, COUNT_AT, 1);
	ck_assert(!is_counted());
}
END_TEST

START_TEST(what_nobody_has_changed_is_not_known_to_count)
{
	begin(2);
	come(1);
	post(1);
	ck_assert(!is_counted());
}
END_TEST

int main(void)
{
	return suite_run("explore_crowd", 20,
		(const TTest *const[]){those_let_in_together_are_a_crowd,
			one_alone_is_none, who_came_before_them_does_not_matter,
			a_count_may_be_changed_in_two_steps,
			who_looks_before_it_counts_knows_how_many_there_are,
			room_that_is_left_may_be_counted,
			a_permit_too_many_is_no_matter_of_its_beginning,
			what_somebody_outside_has_changed_is_no_count,
			a_wait_that_has_ended_without_one_lets_nobody_in,
			a_store_that_was_not_made_adds_what_it_added_elsewhere,
			the_failure_is_about_what_its_thread_touched_last,
			a_failure_of_nobody_and_of_no_steps_has_no_crowd,
			a_count_comes_back_before_each_post,
			what_only_grows_counts_something_else,
			what_changes_outside_counts_something_else,
			what_nobody_has_changed_is_not_known_to_count, NULL});
}
