/*
 * How many preemptions a mistake needs, by its kind: every schedule with none,
 * with one and with two is tried, and the first bound that finds the mistake
 * is the one that is expected. Its correct twin fails within none of them.
 */
#include "tests/explore_search.h"
#include "tests/suite.h"

#include "lib/explore/build.h"
#include "lib/explore/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NBOUNDS = 3,
	MAX_STEPS = 1000
};

static const struct row {
	const char *program; /* of tests/explore/programs */
	unsigned bound; /* the first that finds it */
	unsigned spurious; /* wake-ups that it needs besides */
} rows[] = {
	{"rendezvous", 0, 0},
	{"pool_of_one", 0, 0},
	{"barrier_once", 0, 0},
	{"missed_signal", 0, 0},
	{"if_alone", 0, 1},
	{"lost_update", 1, 0},
	{"wrong_lock", 1, 0},
	{"get_put", 1, 0},
	{"lost_wakeup", 1, 0},
	{"two_locks", 1, 0},
	{"philosophers", 1, 0},
	{"one_condition", 1, 0},
	{"publish_early", 1, 0},
	{"aba", 1, 0},
	{"flags", 2, 0},
	{"if_wait", 2, 0},
};

struct count {
	unsigned long schedules, failures, first;
};

static void build_program(
	const char *name, bool fixed, struct build *build, char *path)
{
	struct build_options options = {
		.compiler = getenv("CC") ? getenv("CC") : "cc",
		.nfiles = 1,
		.files = {path},
		.nflags = fixed,
		.flags = {"-DFIXED"},
	};

	sprintf(path, "tests/explore/programs/%.60s.c", name);
	ck_assert_int_eq(build_make(&options, build), 0);
}

/* Every schedule, whatever it comes to. */
static void run(
	struct session *session, unsigned bound, unsigned spurious, bool stop)
{
	const struct wire *wire = session_wire(session);
	const struct wire_config config = {
		.search = SEARCH_BOUNDED,
		.max_steps = MAX_STEPS,
		.bound = bound,
		.spurious = spurious,
		.stop = stop,
	};

	search_with(session, &config);
	ck_assert(wire->progress.end == END_EXHAUSTED ||
		  wire->progress.end == END_FOUND);
}

static struct count explore(
	struct session *session, unsigned bound, unsigned spurious)
{
	const struct wire *wire = session_wire(session);
	struct count count = {0};

	run(session, bound, spurious, false);
	count.schedules = wire->progress.executions;
	count.failures = wire->progress.failures;
	if (count.failures) {
		run(session, bound, spurious, true);
		count.first = wire->progress.executions;
	}
	return count;
}

static void print(const struct count *count)
{
	if (count->failures)
		printf(" %7lu %5lu #%-5lu", count->schedules, count->failures,
			count->first);
	else
		printf(" %7lu %5s %6s", count->schedules, "-", "");
}

/* Returns the first bound that finds something; NBOUNDS when none does. */
static unsigned first_bound(
	const char *name, const struct build *build, unsigned spurious)
{
	const char *const arguments[] = {"program", NULL};
	struct session_options options = {
		.program = build->program, .arguments = arguments};
	struct session *session;
	unsigned first = NBOUNDS;

	ck_assert_int_eq(session_open(&options, &session), 0);
	printf("%-14s", name);
	for (unsigned bound = 0; bound < NBOUNDS; bound++) {
		struct count count = explore(session, bound, spurious);

		print(&count);
		if (count.failures && first == NBOUNDS)
			first = bound;
	}
	printf("\n");
	session_close(session);
	return first;
}

static void check_row(const struct row *row)
{
	struct build build, twin;
	char path[100], twin_path[100];

	build_program(row->program, false, &build, path);
	build_program(row->program, true, &twin, twin_path);
	ck_assert_uint_eq(
		first_bound(row->program, &build, row->spurious), row->bound);
	ck_assert_uint_eq(
		first_bound("  its twin", &twin, row->spurious), NBOUNDS);
	if (row->spurious)
		ck_assert_uint_eq(
			first_bound("  unless woken", &build, 0), NBOUNDS);
	build_remove(&build);
	build_remove(&twin);
}

START_TEST(each_kind_of_mistake_needs_its_preemptions)
{
	printf("schedules, bad ones, first bad one with at most ...\n%-14s",
		"");
	for (int bound = 0; bound < NBOUNDS; bound++)
		printf("  %d preemption%s      ", bound,
			bound == 1 ? " " : "s");
	printf("\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}
END_TEST

int main(void)
{
	return suite_run("explore_bounds", 60,
		(const TTest *const[]){
			each_kind_of_mistake_needs_its_preemptions, NULL});
}
