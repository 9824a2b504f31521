/*
 * The reduction against brute force, over hundreds of generated programs: it
 * must come by every class of executions and every outcome, and should come
 * by few of them twice.
 */
#include "tests/explore_search.h"
#include "tests/suite.h"

#include "lib/explore/build.h"
#include "lib/explore/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NPROGRAMS = 300, /* that brute force can do */
	NWAITING = 80, /* with loops that wait */
	NWEAK = 120, /* under weak memory models */
	NROUNDS = 60, /* with barriers, signals and posts again and again */
	NCALLS = 100, /* with all kinds of locks, and threads that join */
	BRUTE_FORCE_MOST = 20 * 1000,
	CALLS_MOST = 1500, /* of calls */
	LOOPS_MOST = 4000, /* brute force, where loops wait */
	RUNS_MOST = 1500, /* and where they run */
};

static struct build build;

static void build_generated(void)
{
	struct build_options options = {
		.compiler = getenv("CC") ? getenv("CC") : "cc",
		.nfiles = 3,
		.files = {"tests/explore/generated.c",
			"tests/explore/generated_ops.c",
			"tests/explore/generated_calls.c"},
		.nflags = 1,
		.flags = {"-I."},
	};

	ck_assert_int_eq(build_make(&options, &build), 0);
}

static const struct wire_config exhaustive = {
	.search = SEARCH_BOUNDED,
	.max_steps = 1000,
	.bound = UINT16_MAX,
	.max_executions = BRUTE_FORCE_MOST,
	.outputs = true,
	.outcomes = true,
	.classes = true,
};

static int by_hash(const void *a, const void *b)
{
	uint64_t x = ((const struct outcome *)a)->hash;
	uint64_t y = ((const struct outcome *)b)->hash;

	return (x > y) - (x < y);
}

struct answer {
	uint64_t classes, executions, blocked;
	uint32_t noutcomes;
	struct outcome outcomes[WIRE_MAX_OUTCOMES];
};

static void keep(const struct wire *wire, struct answer *answer)
{
	answer->classes = wire->progress.classes;
	answer->executions = wire->progress.executions;
	answer->blocked = wire->progress.blocked;
	answer->noutcomes = wire->noutcomes;
	memcpy(answer->outcomes, wire->outcomes,
		wire->noutcomes * sizeof(wire->outcomes[0]));
	qsort(answer->outcomes, answer->noutcomes, sizeof(answer->outcomes[0]),
		by_hash);
}

static void compare_outcomes(
	int seed, const struct answer *all, const struct answer *reduced)
{
	ck_assert_msg(all->noutcomes == reduced->noutcomes,
		"program %d: %u outcomes instead of %u", seed,
		reduced->noutcomes, all->noutcomes);
	for (uint32_t i = 0; i < all->noutcomes; i++)
		ck_assert_msg(
			all->outcomes[i].hash == reduced->outcomes[i].hash,
			"program %d: another outcome", seed);
}

struct totals {
	unsigned nprograms;
	double ratio;
	uint64_t executions, classes;
};

/* `kind`: an argument of the program, or NULL. */
static struct session *session_of(int seed, const char *kind)
{
	static char number[16];
	static const char *arguments[] = {"generated", number, NULL, NULL};
	struct session_options options = {
		.program = build.program, .arguments = arguments};
	struct session *session;

	arguments[2] = kind;
	snprintf(number, sizeof(number), "%d", seed);
	ck_assert_int_eq(session_open(&options, &session), 0);
	return session;
}

static void compare(int seed, const char *kind,
	const struct wire_config *brute_force, struct totals *totals)
{
	static struct answer all, reduced;
	struct session *session = session_of(seed, kind);
	struct wire_config config = *brute_force;

	search_with(session, &config);
	if (session_wire(session)->progress.end == END_EXHAUSTED) {
		keep(session_wire(session), &all);
		config.search = SEARCH_DPOR;
		search_with(session, &config);
		ck_assert_int_eq(
			session_wire(session)->progress.end, END_EXHAUSTED);
		keep(session_wire(session), &reduced);
		/* Early wake-ups are taken to conflict with all: where one
		   comes makes classes of what is the same. */
		ck_assert_msg(
			all.classes == reduced.classes || brute_force->spurious,
			"program %d: %lu classes instead of %lu", seed,
			(unsigned long)reduced.classes,
			(unsigned long)all.classes);
		compare_outcomes(seed, &all, &reduced);
		totals->nprograms++;
		totals->executions += reduced.executions;
		totals->classes += all.classes;
		totals->ratio += (double)reduced.executions /
				 (double)all.classes;
	}
	session_close(session);
}

static void compare_many(
	unsigned n, const char *kind, const struct wire_config *config)
{
	struct totals totals = {0};

	build_generated();
	for (int seed = 1; totals.nprograms < n; seed++)
		compare(seed, kind, config, &totals);
	build_remove(&build);
	printf("%u programs, %lu executions for %lu classes, %.2f each\n",
		totals.nprograms, (unsigned long)totals.executions,
		(unsigned long)totals.classes, totals.ratio / totals.nprograms);
	ck_assert(totals.ratio / totals.nprograms <= 1.5);
}

START_TEST(dpor_comes_by_every_class)
{
	compare_many(NPROGRAMS, NULL, &exhaustive);
}
END_TEST

START_TEST(dpor_comes_by_every_class_of_rounds)
{
	compare_many(NROUNDS, "rounds", &exhaustive);
}
END_TEST

START_TEST(dpor_comes_by_every_class_of_rounds_and_early_wakeups)
{
	struct wire_config config = exhaustive;

	config.spurious = 1;
	compare_many(NROUNDS / 2, "rounds", &config);
}
END_TEST

/* So often, threads wake though nobody signalled, or run out of time. */
static void compare_calls(uint32_t spurious, enum memory_model memory)
{
	struct wire_config config = exhaustive;

	config.spurious = spurious;
	config.memory = memory;
	config.max_executions = CALLS_MOST;
	compare_many(NCALLS, "calls", &config);
}

START_TEST(dpor_comes_by_every_class_of_calls)
{
	compare_calls(0, MEMORY_SC);
}
END_TEST

START_TEST(dpor_comes_by_every_class_of_calls_and_one_early)
{
	compare_calls(1, MEMORY_SC);
}
END_TEST

START_TEST(dpor_comes_by_every_class_of_calls_and_two_early)
{
	compare_calls(2, MEMORY_SC);
}
END_TEST

START_TEST(dpor_comes_by_every_class_of_calls_under_tso)
{
	compare_calls(0, MEMORY_TSO);
}
END_TEST

START_TEST(dpor_comes_by_every_class_with_waiting_loops)
{
	struct wire_config config = exhaustive;

	config.max_executions = LOOPS_MOST;
	compare_many(NWAITING, "loops", &config);
}
END_TEST

START_TEST(dpor_comes_by_every_class_under_tso)
{
	struct wire_config config = exhaustive;

	config.memory = MEMORY_TSO;
	compare_many(NWEAK, "weak", &config);
}
END_TEST

START_TEST(dpor_comes_by_every_class_with_waiting_loops_under_tso)
{
	struct wire_config config = exhaustive;

	config.memory = MEMORY_TSO;
	config.max_executions = LOOPS_MOST;
	compare_many(NWAITING / 2, "loops", &config);
}
END_TEST

START_TEST(dpor_comes_by_every_class_under_c11)
{
	struct wire_config config = exhaustive;

	config.memory = MEMORY_C11;
	compare_many(NWEAK, "weak", &config);
}
END_TEST

START_TEST(dpor_comes_by_every_class_with_waiting_loops_under_c11)
{
	struct wire_config config = exhaustive;

	config.memory = MEMORY_C11;
	config.max_executions = LOOPS_MOST;
	compare_many(NWAITING, "weak-loops", &config);
}
END_TEST

static bool has(const struct answer *answer, const struct outcome *outcome)
{
	for (uint32_t i = 0; i < answer->noutcomes; i++) {
		if (answer->outcomes[i].hash == outcome->hash)
			return true;
	}
	return false;
}

/* No good end may be among them that the reduction did not come by. */
static unsigned compare_good(
	int seed, const struct wire *wire, const struct answer *reduced)
{
	static struct answer all;
	unsigned ngood = 0;

	keep(wire, &all);
	for (uint32_t i = 0; i < all.noutcomes; i++) {
		if (all.outcomes[i].code)
			continue;
		ngood++;
		ck_assert_msg(has(reduced, &all.outcomes[i]),
			"program %d: an outcome is missing", seed);
	}
	return ngood;
}

/*
 * Loops that go round as often as there are steps, in schedules with few
 * preemptions, and in any.
 */
static unsigned let_loops_run(
	int seed, const char *kind, enum memory_model memory)
{
	static struct answer reduced;
	struct session *session = session_of(seed, kind);
	struct wire_config config = exhaustive;
	unsigned ngood;

	config.search = SEARCH_DPOR;
	config.memory = memory;
	search_with(session, &config);
	ck_assert_uint_eq(session_wire(session)->progress.doubts, 0);
	keep(session_wire(session), &reduced);
	config.search = SEARCH_BOUNDED;
	config.loops_run = true;
	config.bound = 3;
	config.max_steps = 50;
	config.max_executions = RUNS_MOST;
	search_with(session, &config);
	ngood = compare_good(seed, session_wire(session), &reduced);
	config.search = SEARCH_RANDOM;
	config.max_steps = 100;
	search_with(session, &config);
	compare_good(seed, session_wire(session), &reduced);
	session_close(session);
	return ngood;
}

static void let_many_loops_run(const char *kind, enum memory_model memory)
{
	unsigned ngood = 0;

	build_generated();
	for (int seed = 1; seed <= NWAITING; seed++)
		ngood += let_loops_run(seed, kind, memory);
	build_remove(&build);
	printf("%u outcomes\n", ngood);
	ck_assert_uint_gt(ngood, NWAITING / 4);
}

START_TEST(waiting_loops_hide_no_outcome)
{
	let_many_loops_run("loops", MEMORY_SC);
}
END_TEST

START_TEST(waiting_loops_hide_no_outcome_under_c11)
{
	let_many_loops_run("weak-loops", MEMORY_C11);
}
END_TEST

int main(void)
{
	return suite_run("explore_dpor", 400,
		(const TTest *const[]){dpor_comes_by_every_class,
			dpor_comes_by_every_class_of_rounds,
			dpor_comes_by_every_class_of_rounds_and_early_wakeups,
			dpor_comes_by_every_class_of_calls,
			dpor_comes_by_every_class_of_calls_and_one_early,
			dpor_comes_by_every_class_of_calls_and_two_early,
			dpor_comes_by_every_class_of_calls_under_tso,
			dpor_comes_by_every_class_with_waiting_loops,
			waiting_loops_hide_no_outcome,
			dpor_comes_by_every_class_under_tso,
			dpor_comes_by_every_class_with_waiting_loops_under_tso,
			dpor_comes_by_every_class_under_c11,
			dpor_comes_by_every_class_with_waiting_loops_under_c11,
			waiting_loops_hide_no_outcome_under_c11, NULL});
}
