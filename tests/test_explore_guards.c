/*
 * Traces made by hand: each line that touches what threads share is there,
 * with the locks that were held, and nothing else is.
 */
#include "tests/suite.h"

#include "lib/explore/guards.h"

#include <stdlib.h>

enum {
	A = 0x1000, /* locks */
	B = 0x2000,
	SUM = 0x5000, /* variables, of 8 bytes */
	LEN = 0x5008,
	MAIN = 0,
};

static struct wire *wire;
static struct guards *guards;

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

static void create(unsigned thread)
{
	add(MAIN, OP_CREATE, 0)->other = (uint16_t)thread;
}

static void join(unsigned thread)
{
	add(MAIN, OP_JOIN, 0)->other = (uint16_t)thread;
}

/* The line stands for its return address: no symbols are at hand. */
static void touch(
	unsigned thread, enum op_kind kind, uint64_t variable, unsigned line)
{
	struct event *event = add(thread, kind, variable);

	event->op.size = 8;
	event->op.pc = line;
}

static void under(unsigned thread, uint64_t lock, enum op_kind kind,
	uint64_t variable, unsigned line)
{
	add(thread, OP_LOCK, lock);
	touch(thread, kind, variable, line);
	add(thread, OP_UNLOCK, lock);
}

static void begin(void)
{
	if (!wire)
		wire = calloc(1, sizeof(*wire));
	ck_assert_ptr_nonnull(wire);
	wire->nevents = 0;
	wire->nplaces = 0;
	wire->nthreads = 3;
	if (!guards)
		ck_assert_int_eq(guards_open(&guards), 0);
	create(1);
	create(2);
}

static void end(void)
{
	guards_close(guards);
	free(wire);
	guards = NULL;
	wire = NULL;
}

static size_t look(void)
{
	ck_assert_int_eq(guards_add(guards, wire, NULL), 0);
	return guards_count(guards);
}

static void expect_gap(unsigned one, unsigned other)
{
	const struct guards_access *first = guards_get(guards, 0);
	size_t a, b, n = guards_group(guards, 0);
	struct guards_lock locks[WIRE_MAX_HELD];

	ck_assert_uint_eq(guards_common(first, n, locks), 0);
	ck_assert(guards_gap(first, n, &a, &b));
	ck_assert_uint_eq(first[a].pc, one);
	ck_assert_uint_eq(first[b].pc, other);
}

static void expect_guard(uint64_t lock)
{
	const struct guards_access *first = guards_get(guards, 0);
	size_t a, b, n = guards_group(guards, 0);
	struct guards_lock locks[WIRE_MAX_HELD];

	ck_assert_uint_eq(guards_common(first, n, locks), 1);
	ck_assert_uint_eq(locks[0].thing.object, lock);
	ck_assert(!guards_gap(first, n, &a, &b));
}

START_TEST(two_locks_for_one_variable)
{
	begin();
	under(1, A, OP_WRITE, SUM, 10);
	under(2, B, OP_READ, SUM, 20);
	ck_assert_uint_eq(look(), 2);
	ck_assert_uint_eq(guards_get(guards, 0)->locks[0].thing.object, A);
	ck_assert_uint_eq(guards_get(guards, 1)->locks[0].thing.object, B);
	expect_gap(10, 20);
	end();
}
END_TEST

START_TEST(one_lock_for_one_variable)
{
	begin();
	add(1, OP_LOCK, B);
	under(1, A, OP_WRITE, SUM, 10);
	add(1, OP_UNLOCK, B);
	under(2, A, OP_READ, SUM, 20);
	ck_assert_uint_eq(look(), 2);
	expect_guard(A);
	end();
}
END_TEST

START_TEST(one_line_without_a_lock)
{
	begin();
	touch(1, OP_READ, SUM, 10);
	touch(1, OP_WRITE, SUM, 10);
	touch(2, OP_READ, SUM, 10);
	touch(2, OP_WRITE, SUM, 10);
	ck_assert_uint_eq(look(), 1);
	ck_assert(guards_get(guards, 0)->reads);
	ck_assert(guards_get(guards, 0)->writes);
	expect_gap(10, 10);
	end();
}
END_TEST

START_TEST(one_line_with_two_locks)
{
	begin();
	under(1, A, OP_WRITE, SUM, 10);
	under(2, B, OP_WRITE, SUM, 10);
	ck_assert_uint_eq(look(), 2);
	expect_gap(10, 10);
	end();
}
END_TEST

START_TEST(before_the_threads_and_after_them_says_nothing)
{
	begin();
	wire->nevents = 0;
	touch(MAIN, OP_WRITE, SUM, 1);
	touch(MAIN, OP_WRITE, LEN, 2);
	create(1);
	create(2);
	under(1, A, OP_WRITE, SUM, 10);
	under(2, A, OP_WRITE, SUM, 20);
	join(1);
	join(2);
	touch(MAIN, OP_READ, SUM, 3);
	ck_assert_uint_eq(look(), 2);
	expect_guard(A);
	end();
}
END_TEST

START_TEST(what_is_only_read_meanwhile_needs_none)
{
	begin();
	wire->nevents = 0;
	touch(MAIN, OP_WRITE, SUM, 1);
	create(1);
	create(2);
	touch(1, OP_READ, SUM, 10);
	touch(2, OP_READ, SUM, 20);
	ck_assert_uint_eq(look(), 0);
	end();
}
END_TEST

START_TEST(readers_share_a_lock_and_writers_do_not)
{
	begin();
	add(1, OP_RDLOCK, A);
	touch(1, OP_READ, SUM, 10);
	add(1, OP_RWUNLOCK, A);
	add(2, OP_WRLOCK, A);
	touch(2, OP_WRITE, SUM, 20);
	add(2, OP_RWUNLOCK, A);
	ck_assert_uint_eq(look(), 2);
	expect_guard(A);
	guards_close(guards);
	guards = NULL;
	begin();
	add(1, OP_RDLOCK, A);
	touch(1, OP_WRITE, SUM, 10);
	add(1, OP_RWUNLOCK, A);
	add(2, OP_RDLOCK, A);
	touch(2, OP_READ, SUM, 20);
	add(2, OP_RWUNLOCK, A);
	ck_assert_uint_eq(look(), 2);
	expect_gap(10, 20);
	end();
}
END_TEST

START_TEST(every_two_share_one_and_all_none)
{
	static const uint64_t locks[][2] = {{A, B}, {B, 0x3000}, {A, 0x3000}};
	size_t a, b;

	begin();
	wire->nthreads = 4;
	create(3);
	for (unsigned i = 0; i < 3; i++) {
		add(i + 1, OP_LOCK, locks[i][0]);
		under(i + 1, locks[i][1], OP_WRITE, SUM, 10 + i);
		add(i + 1, OP_UNLOCK, locks[i][0]);
	}
	ck_assert_uint_eq(look(), 3);
	ck_assert_uint_eq(guards_group(guards, 0), 3);
	ck_assert(!guards_gap(guards_get(guards, 0), 3, &a, &b));
	end();
}
END_TEST

START_TEST(atomics_exclude_each_other_and_nobody_else)
{
	size_t a, b;

	begin();
	touch(1, OP_ATOMIC_UPDATE, SUM, 10);
	touch(2, OP_ATOMIC_READ, SUM, 20);
	ck_assert_uint_eq(look(), 0);
	begin();
	touch(1, OP_ATOMIC_READ, SUM, 10);
	touch(2, OP_ATOMIC_WRITE, SUM, 20);
	ck_assert_uint_eq(look(), 2);
	ck_assert(!guards_gap(guards_get(guards, 0), 2, &a, &b));
	begin();
	touch(2, OP_WRITE, SUM, 30);
	touch(1, OP_ATOMIC_READ, SUM, 10);
	ck_assert_uint_eq(look(), 3);
	ck_assert(guards_gap(guards_get(guards, 0), 3, &a, &b));
	end();
}
END_TEST

START_TEST(a_wait_gives_the_lock_back)
{
	begin();
	add(1, OP_LOCK, A);
	add(1, OP_WAIT, 0x4000)->op.second = A;
	under(2, A, OP_WRITE, SUM, 20);
	add(1, OP_LOCK, A);
	touch(1, OP_READ, SUM, 10);
	add(1, OP_UNLOCK, A);
	ck_assert_uint_eq(look(), 2);
	expect_guard(A);
	end();
}
END_TEST

START_TEST(a_part_of_it_is_touched)
{
	begin();
	touch(1, OP_WRITE, SUM, 10);
	wire->events[wire->nevents - 1].op.size = 16;
	touch(2, OP_READ, LEN, 20);
	ck_assert_uint_eq(look(), 2);
	end();
}
END_TEST

/*
 * It lies elsewhere in another execution, and is the same. Who fills it in, and
 * has no lock yet, is alone with it.
 */
static void block(uint64_t from)
{
	begin();
	wire->nplaces = 1;
	wire->places[0] = (struct memory_place){
		.from = from, .to = from + 64, .pc = 99};
	touch(2, OP_WRITE, from + 8, 30);
	under(1, A, OP_WRITE, from + 8, 10);
	under(2, A, OP_READ, from + 8, 20);
}

START_TEST(what_malloc_gave_is_known_by_where_and_how_far_in)
{
	block(0x100000);
	ck_assert_uint_eq(look(), 2);
	block(0x200000);
	ck_assert_uint_eq(look(), 2);
	ck_assert_uint_eq(guards_nexecutions(guards), 2);
	ck_assert_uint_eq(guards_group(guards, 0), 2);
	block(0x100000);
	wire->places[0].pc = 77;
	ck_assert_uint_eq(look(), 4);
	end();
}
END_TEST

/* Two nodes, of one malloc, with a lock each. */
static void nodes(void)
{
	begin();
	wire->nplaces = 2;
	wire->places[0] = (struct memory_place){
		.from = 0x100000, .to = 0x100040, .pc = 99};
	wire->places[1] = (struct memory_place){
		.from = 0x200000, .to = 0x200040, .pc = 99};
	touch(2, OP_READ, 0x100008, 30);
	touch(2, OP_READ, 0x200008, 30);
}

START_TEST(the_lock_of_another_node_guards_nothing)
{
	struct guards_lock locks[WIRE_MAX_HELD];

	nodes();
	under(1, 0x100020, OP_WRITE, 0x100008, 10);
	under(2, 0x100020, OP_WRITE, 0x100008, 20);
	under(1, 0x200020, OP_WRITE, 0x200008, 10);
	ck_assert_uint_eq(look(), 2);
	ck_assert_uint_eq(guards_common(guards_get(guards, 0), 2, locks), 1);
	ck_assert_int_eq(locks[0].owner, GUARDS_OWN);
	nodes();
	under(1, 0x200020, OP_WRITE, 0x100008, 15);
	under(2, 0x100020, OP_WRITE, 0x100008, 20);
	ck_assert_uint_eq(look(), 3);
	ck_assert_uint_eq(guards_common(guards_get(guards, 0), 3, locks), 0);
	ck_assert_int_eq(guards_get(guards, 2)->locks[0].owner, GUARDS_OTHER);
	end();
}
END_TEST

START_TEST(too_much_is_refused)
{
	begin();
	wire->nevents = WIRE_MAX_EVENTS;
	ck_assert_int_lt(guards_add(guards, wire, NULL), 0);
	ck_assert_uint_eq(guards_nexecutions(guards), 0);
	end();
}
END_TEST

int main(void)
{
	return suite_run("explore_guards", 20,
		(const TTest *const[]){
			two_locks_for_one_variable,
			one_lock_for_one_variable,
			one_line_without_a_lock,
			one_line_with_two_locks,
			before_the_threads_and_after_them_says_nothing,
			what_is_only_read_meanwhile_needs_none,
			readers_share_a_lock_and_writers_do_not,
			every_two_share_one_and_all_none,
			atomics_exclude_each_other_and_nobody_else,
			a_wait_gives_the_lock_back,
			a_part_of_it_is_touched,
			what_malloc_gave_is_known_by_where_and_how_far_in,
			the_lock_of_another_node_guards_nothing,
			too_much_is_refused,
			NULL,
		});
}
