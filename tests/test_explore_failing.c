/*
 * What is claimed of programs that fail, against brute force in which every
 * access is a step: the outcomes, that it fails in every order, and that it
 * does so from some step on.
 */
#include "tests/explore_search.h"
#include "tests/suite.h"

#include "lib/explore/build.h"
#include "lib/explore/portfolio.h"
#include "lib/explore/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NPROGRAMS = 100, /* that fail, and that brute force can do */
	NCLAIMS = 40,
	BRUTE_FORCE_MOST = 10 * 1000,
	MAX_STEPS = 1000,
};

static struct build build;

static const char *source = "tests/explore/mishaps.c";

static const struct build_options *sources(void)
{
	static struct build_options options = {.nfiles = 1};

	options.files[0] = source;
	options.compiler = getenv("CC") ? getenv("CC") : "cc";
	return &options;
}

static char number[16];
static const char *const arguments[] = {"mishaps", number, NULL};

static struct session *session_of(int seed)
{
	struct session_options options = {
		.program = build.program, .arguments = arguments};
	struct session *session;

	snprintf(number, sizeof(number), "%d", seed);
	ck_assert_int_eq(session_open(&options, &session), 0);
	return session;
}

struct answer {
	uint32_t noutcomes;
	struct outcome outcomes[WIRE_MAX_OUTCOMES];
	char text[WIRE_MAX_OUTPUT];
};

static void keep(const struct wire *wire, struct answer *answer)
{
	answer->noutcomes = wire->noutcomes;
	memcpy(answer->outcomes, wire->outcomes,
		wire->noutcomes * sizeof(wire->outcomes[0]));
	memcpy(answer->text, wire->outcome_text, wire->outcome_text_size);
}

static bool has(const struct answer *answer, const struct outcome *outcome)
{
	for (uint32_t i = 0; i < answer->noutcomes; i++) {
		if (answer->outcomes[i].hash == outcome->hash)
			return true;
	}
	return false;
}

static void check_has_all(int seed, const struct answer *all,
	const struct answer *some, const char *what)
{
	for (uint32_t i = 0; i < some->noutcomes; i++) {
		const struct outcome *outcome = &some->outcomes[i];

		ck_assert_msg(has(all, outcome), "program %d: %s: %.*s (%d)",
			seed, what, (int)outcome->output_size,
			some->text + outcome->output_at, outcome->code);
	}
}

static bool any_fails(const struct answer *answer)
{
	for (uint32_t i = 0; i < answer->noutcomes; i++) {
		if (answer->outcomes[i].code >= WIRE_FAILED)
			return true;
	}
	return false;
}

static const struct wire_config brute_force = {
	.search = SEARCH_BOUNDED,
	.max_steps = MAX_STEPS,
	.bound = UINT16_MAX,
	.max_executions = BRUTE_FORCE_MOST,
	.all_points = true,
	.go_on = GO_ON_ALL,
};

/* Returns whether there was something to compare. */
static bool compare_outcomes(int seed)
{
	static struct answer all, reduced;
	struct session *session = session_of(seed);
	struct wire_config config = brute_force;
	bool fails = false;

	config.outputs = config.outcomes = true;
	search_with(session, &config);
	keep(session_wire(session), &all);
	if (session_wire(session)->progress.end == END_EXHAUSTED &&
		any_fails(&all)) {
		fails = true;
		config.search = SEARCH_DPOR;
		config.all_points = false;
		session_wire(session)->nracy = 0;
		search_with(session, &config);
		ck_assert_int_eq(
			session_wire(session)->progress.end, END_EXHAUSTED);
		ck_assert_uint_eq(session_wire(session)->progress.doubts, 0);
		keep(session_wire(session), &reduced);
		check_has_all(seed, &reduced, &all, "missed");
		check_has_all(seed, &all, &reduced, "cannot be");
	}
	session_close(session);
	return fails;
}

START_TEST(q6_no_outcome_is_missed_where_some_fail)
{
	int n = 0;

	ck_assert_int_eq(build_make(sources(), &build), 0);
	for (int seed = 1; n < NPROGRAMS; seed++)
		n += compare_outcomes(seed);
	build_remove(&build);
}
END_TEST

/* As it is told of, with the steps that it then consists of. */
struct claim {
	struct portfolio_result result;
	struct choice choices[WIRE_MAX_CHOICES];
	uint32_t nranges, nracy;
	struct wire_range ranges[WIRE_MAX_RANGES];
	uint64_t racy[WIRE_MAX_RACY];
};

static bool explore(struct claim *claim)
{
	struct portfolio_options options = {
		.sources = sources(),
		.build = &build,
		.arguments = arguments,
		.limit_ns = UINT64_C(20000000000),
		.max_steps = MAX_STEPS,
		.max_bound = 3,
		.only = -1,
	};
	struct portfolio *portfolio;
	const struct wire *wire;

	ck_assert_int_eq(portfolio_open(&options, &portfolio), 0);
	ck_assert_int_eq(portfolio_explore(portfolio, &claim->result), 0);
	wire = portfolio_wire(portfolio);
	memcpy(claim->choices, claim->result.schedule.choices,
		claim->result.schedule.nchoices * sizeof(claim->choices[0]));
	claim->nranges = wire->nranges;
	memcpy(claim->ranges, wire->ranges, sizeof(claim->ranges));
	claim->nracy = wire->nracy;
	memcpy(claim->racy, wire->racy, sizeof(claim->racy));
	portfolio_close(portfolio);
	return claim->result.answer == ANSWER_FOUND &&
	       claim->result.failure.kind != FOUND_RACE;
}

static enum search_end look_for_good(
	struct session *session, const struct claim *claim, uint32_t n)
{
	struct wire *wire = session_wire(session);
	struct wire_config config = brute_force;
	int wait_status;

	config.stop_good = true;
	config.nchoices = n;
	session_reset(session);
	wire->config = config;
	wire->nranges = claim->nranges;
	memcpy(wire->ranges, claim->ranges, sizeof(wire->ranges));
	wire->nracy = claim->nracy;
	memcpy(wire->racy, claim->racy, sizeof(wire->racy));
	memcpy(wire->choices, claim->choices, n * sizeof(wire->choices[0]));
	ck_assert_int_eq(session_run(session, &wait_status), SESSION_ENDED);
	return wire->progress.end;
}

/* Nothing is claimed: there is a way out to the last. */
static void check_no_claim(
	struct session *session, int seed, const struct claim *claim)
{
	uint32_t n = claim->result.schedule.nchoices;

	ck_assert_msg(look_for_good(session, claim, n) != END_EXHAUSTED,
		"program %d fails in every order after %u choices", seed, n);
}

static void check_claim(
	struct session *session, int seed, const struct claim *claim)
{
	uint32_t lost = claim->result.lost_at;
	enum search_end from_lost = look_for_good(session, claim, lost);

	ck_assert_msg(from_lost != END_FOUND,
		"program %d does not fail in every order after %u choices",
		seed, lost);
	if (from_lost == END_EXHAUSTED && lost)
		ck_assert_msg(look_for_good(session, claim, lost - 1) !=
				      END_EXHAUSTED,
			"program %d is lost before %u choices", seed, lost);
}

/* Returns 1 where it fails, and adds what is claimed. */
static int compare_claims(int seed, int *nalways, int *nlost)
{
	static struct claim claim;
	struct session *session = session_of(seed);
	bool fails = explore(&claim);

	*nalways += fails && claim.result.always;
	*nlost += fails && claim.result.lost_at > 0;
	if (fails && (claim.result.always || claim.result.lost_at))
		check_claim(session, seed, &claim);
	else if (fails)
		check_no_claim(session, seed, &claim);
	session_close(session);
	return fails;
}

START_TEST(q6_what_fails_from_a_step_on_fails_in_every_order)
{
	int n = 0, nalways = 0, nlost = 0;

	ck_assert_int_eq(build_make(sources(), &build), 0);
	for (int seed = 1; n < NCLAIMS; seed++)
		n += compare_claims(seed, &nalways, &nlost);
	build_remove(&build);
	printf("%d fail, %d always, %d from some step on\n", n, nalways, nlost);
	ck_assert_int_gt(nalways, NCLAIMS / 20);
	ck_assert_int_gt(nlost, NCLAIMS / 20);
}
END_TEST

START_TEST(q6_whom_a_signal_wakes_is_chosen_after_it_has_come)
{
	int nalways = 0, nlost = 0;

	source = "tests/explore/programs/one_condition.c";
	ck_assert_int_eq(build_make(sources(), &build), 0);
	ck_assert(compare_claims(0, &nalways, &nlost));
	build_remove(&build);
	ck_assert_int_eq(nlost, 1);
}
END_TEST

int main(void)
{
	return suite_run("explore_failing", 400,
		(const TTest *const[]){q6_no_outcome_is_missed_where_some_fail,
			q6_what_fails_from_a_step_on_fails_in_every_order,
			q6_whom_a_signal_wakes_is_chosen_after_it_has_come,
			NULL});
}
