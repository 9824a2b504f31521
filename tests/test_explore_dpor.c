/*
 * The reduction against brute force, over hundreds of generated programs: it
 * must come by every class of executions and every outcome, and should come
 * by few of them twice.
 */
#include "tests/suite.h"

#include "lib/explore/build.h"
#include "lib/explore/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NPROGRAMS = 300, /* that brute force can do */
	BRUTE_FORCE_MOST = 20 * 1000,
	TRIES = 50, /* for the set of racy accesses to settle */
};

static struct build build;

static void build_generated(void)
{
	struct build_options options = {
		.compiler = getenv("CC") ? getenv("CC") : "cc",
		.nfiles = 1,
		.files = {"tests/explore/generated.c"},
	};

	ck_assert_int_eq(build_make(&options, &build), 0);
}

static void run(struct session *session, enum search_kind search)
{
	struct wire *wire = session_wire(session);
	int wait_status, tries = 0;

	do {
		session_reset(session);
		wire->noutcomes = 0;
		wire->outcome_text_size = 0;
		wire->config = (struct wire_config){
			.search = search,
			.max_steps = 1000,
			.bound = UINT16_MAX,
			.max_executions = BRUTE_FORCE_MOST,
			.outputs = true,
			.outcomes = true,
			.classes = true,
		};
		ck_assert_int_eq(
			session_run(session, &wait_status), SESSION_ENDED);
	} while (wire->progress.end == END_NEW_RACE && ++tries < TRIES);
}

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

static void compare(int seed, struct totals *totals)
{
	static struct answer all, reduced;
	char number[16];
	const char *const arguments[] = {"generated", number, NULL};
	struct session_options options = {
		.program = build.program, .arguments = arguments};
	struct session *session;

	snprintf(number, sizeof(number), "%d", seed);
	ck_assert_int_eq(session_open(&options, &session), 0);
	run(session, SEARCH_BOUNDED);
	if (session_wire(session)->progress.end == END_EXHAUSTED) {
		keep(session_wire(session), &all);
		run(session, SEARCH_DPOR);
		ck_assert_int_eq(
			session_wire(session)->progress.end, END_EXHAUSTED);
		keep(session_wire(session), &reduced);
		ck_assert_msg(all.classes == reduced.classes,
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

START_TEST(dpor_comes_by_every_class)
{
	struct totals totals = {0};

	build_generated();
	for (int seed = 1; totals.nprograms < NPROGRAMS; seed++)
		compare(seed, &totals);
	build_remove(&build);
	printf("%u programs, %lu executions for %lu classes, %.2f each\n",
		totals.nprograms, (unsigned long)totals.executions,
		(unsigned long)totals.classes, totals.ratio / totals.nprograms);
	ck_assert(totals.ratio / totals.nprograms <= 1.5);
}
END_TEST

int main(void)
{
	return suite_run("explore_dpor", 120,
		(const TTest *const[]){dpor_comes_by_every_class, NULL});
}
