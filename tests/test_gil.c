#include "lib/gil.h"
#include "lib/team.h"
#include "tests/suite.h"

enum {
	SIZE = 3,
	ROUNDS = 2000,
};

struct interpreter {
	struct gil gil;
	uint64_t counter; /* guarded by the gil alone */
	atomic_int nrunning, most_running;
};

/* A thread that computes until every other has been let in. */
static void count(void *arg, unsigned index, unsigned size)
{
	struct interpreter *interpreter = arg;

	(void)size;
	gil_take(&interpreter->gil, index + 1);
	for (int i = 0; i < ROUNDS; i++) {
		if (atomic_fetch_add(&interpreter->nrunning, 1))
			atomic_store(&interpreter->most_running, 2);
		interpreter->counter++;
		atomic_fetch_sub(&interpreter->nrunning, 1);
		gil_check(&interpreter->gil, index + 1);
	}
	gil_release(&interpreter->gil, index + 1);
}

START_TEST(what_the_gil_guards_needs_no_other_lock)
{
	struct interpreter interpreter = {.counter = 0};
	struct team *team;

	gil_init(&interpreter.gil);
	ck_assert_int_eq(
		team_start(SIZE, "gil", count, &interpreter, &team), 0);
	team_destroy(team);
	ck_assert_uint_eq(interpreter.counter, SIZE * ROUNDS);
	ck_assert_int_eq(atomic_load(&interpreter.most_running), 0);
	ck_assert_uint_ge(gil_handovers(&interpreter.gil), SIZE - 1);
	gil_fini(&interpreter.gil);
}
END_TEST

static void hold_until_asked(void *arg, unsigned index, unsigned size)
{
	struct gil *gil = arg;
	uint64_t before;

	(void)size;
	gil_take(gil, index + 1);
	before = gil_handovers(gil);
	while (gil_handovers(gil) == before && before < 1)
		gil_check(gil, index + 1);
	gil_release(gil, index + 1);
}

/* Nobody waits, computes or sleeps: only a request can end the first turn. */
START_TEST(a_waiter_makes_the_holder_hand_over)
{
	struct gil gil;
	struct team *team;

	gil_init(&gil);
	ck_assert_int_eq(
		team_start(2, "gil", hold_until_asked, &gil, &team), 0);
	team_destroy(team);
	ck_assert_uint_ge(gil_handovers(&gil), 1);
	gil_fini(&gil);
}
END_TEST

int main(void)
{
	return suite_run("gil", 60,
		(const TTest *const[]){
			what_the_gil_guards_needs_no_other_lock,
			a_waiter_makes_the_holder_hand_over,
			NULL,
		});
}
