/*
 * The memory models against what is known of them: of each small program, all
 * that it can print, found by the reduction and by brute force.
 */
#include "tests/suite.h"

#include "lib/explore/build.h"
#include "lib/explore/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SIZE = 1024,
	BRUTE_FORCE_MOST = 20 * 1000,
};

static struct build build;

/* Once for all tests, each of which is a process of its own. */
static int build_litmus(void)
{
	struct build_options options = {
		.compiler = getenv("CC") ? getenv("CC") : "cc",
		.nfiles = 1,
		.files = {"tests/explore/litmus/litmus.c"},
	};

	return build_make(&options, &build);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* "0010/11 1000/11": what was printed, in order. */
static void list_outcomes(const struct wire *wire, char *list)
{
	char outcomes[WIRE_MAX_OUTCOMES][16];
	size_t length = 0;

	for (uint32_t i = 0; i < wire->noutcomes; i++) {
		const struct outcome *outcome = &wire->outcomes[i];

		ck_assert_int_eq(outcome->code, 0);
		ck_assert_uint_eq(outcome->output_size, 7);
		snprintf(outcomes[i], 16, "%.4s/%.2s",
			wire->outcome_text + outcome->output_at,
			wire->outcome_text + outcome->output_at + 5);
	}
	qsort(outcomes, wire->noutcomes, sizeof(outcomes[0]), by_text);
	list[0] = '\0';
	for (uint32_t i = 0; i < wire->noutcomes; i++)
		length += (size_t)snprintf(list + length, SIZE - length, "%s%s",
			i ? " " : "", outcomes[i]);
}

struct row {
	const char *name, *store, *load, *fence;
	enum memory_model weakest; /* up to this one the outcomes are these */
	const char *outcomes;
};

/* Whether all was explored, which brute force cannot always do. */
static bool explore(const struct row *row, enum memory_model memory,
	enum search_kind search, char *list)
{
	const char *const arguments[] = {
		"litmus", row->name, row->store, row->load, row->fence, NULL};
	struct session_options options = {
		.program = build.program, .arguments = arguments};
	struct session *session;
	struct wire *wire;
	int wait_status;
	bool all;

	ck_assert_int_eq(session_open(&options, &session), 0);
	wire = session_wire(session);
	session_reset(session);
	wire->config = (struct wire_config){
		.search = search,
		.memory = memory,
		.max_steps = 1000,
		.bound = UINT16_MAX,
		.max_executions = BRUTE_FORCE_MOST,
		.outcomes = true,
	};
	ck_assert_int_eq(session_run(session, &wait_status), SESSION_ENDED);
	all = wire->progress.end == END_EXHAUSTED;
	ck_assert_uint_eq(wire->progress.doubts & ~(uint32_t)DOUBT_BOUND, 0);
	list_outcomes(wire, list);
	session_close(session);
	return all;
}

static const char *const models[] = {
	[MEMORY_SC] = "sc", [MEMORY_TSO] = "tso", [MEMORY_C11] = "c11"};

static void expect(const struct row *row, enum memory_model memory)
{
	char list[SIZE];

	ck_assert(explore(row, memory, SEARCH_DPOR, list));
	ck_assert_msg(!strcmp(list, row->outcomes),
		"%s %s %s %s under %s: %s, not %s", row->name, row->store,
		row->load, row->fence, models[memory], list, row->outcomes);
	if (explore(row, memory, SEARCH_BOUNDED, list))
		ck_assert_msg(!strcmp(list, row->outcomes),
			"%s under %s, by brute force: %s", row->name,
			models[memory], list);
}

/*
 * Rows of one program and orders follow each other from the strongest model
 * to the weakest; each holds for those that are not yet told of.
 */
static void expect_all(const struct row *rows)
{
	int memory = MEMORY_SC;

	for (const struct row *row = rows; row->name; row++) {
		for (; memory <= (int)row->weakest; memory++)
			expect(row, (enum memory_model)memory);
		if (row->weakest == MEMORY_C11)
			memory = MEMORY_SC;
	}
}

/* Registers a, b, c, d / x and y at the end. */
#define SB "0100/11 1000/11 1100/11"
#define SB_WEAK "0000/11 " SB
#define MP "0000/11 0100/11 1100/11"
#define MP_WEAK "0000/11 0100/11 1000/11 1100/11"
#define LB "0000/11 0100/11 1000/11"

START_TEST(store_buffering)
{
	static const struct row rows[] = {
		{"sb", "rlx", "rlx", "-", MEMORY_SC, SB},
		{"sb", "rlx", "rlx", "-", MEMORY_C11, SB_WEAK},
		{"sb", "rel", "acq", "-", MEMORY_SC, SB},
		{"sb", "rel", "acq", "-", MEMORY_C11, SB_WEAK},
		{"sb", "rlx", "rlx", "ar", MEMORY_SC, SB},
		{"sb", "rlx", "rlx", "ar", MEMORY_C11, SB_WEAK},
		{"sb", "sc", "rlx", "-", MEMORY_TSO, SB},
		{"sb", "sc", "rlx", "-", MEMORY_C11, SB_WEAK},
		{"sb", "sc", "sc", "-", MEMORY_C11, SB},
		{"sb", "rlx", "rlx", "sc", MEMORY_C11, SB},
		{"sb+xchg", "rlx", "rlx", "-", MEMORY_TSO, SB},
		{"sb+xchg", "rlx", "rlx", "-", MEMORY_C11, SB_WEAK},
		{"sb+xchg", "sc", "sc", "-", MEMORY_C11, SB},
		{0},
	};

	expect_all(rows);
}
END_TEST

START_TEST(message_passing)
{
	static const struct row rows[] = {
		{"mp", "rlx", "rlx", "-", MEMORY_TSO, MP},
		{"mp", "rlx", "rlx", "-", MEMORY_C11, MP_WEAK},
		{"mp", "rel", "rlx", "-", MEMORY_TSO, MP},
		{"mp", "rel", "rlx", "-", MEMORY_C11, MP_WEAK},
		{"mp", "rlx", "acq", "-", MEMORY_TSO, MP},
		{"mp", "rlx", "acq", "-", MEMORY_C11, MP_WEAK},
		{"mp", "rel", "acq", "-", MEMORY_C11, MP},
		{"mp", "sc", "sc", "-", MEMORY_C11, MP},
		{"mp", "rlx", "rlx", "ar", MEMORY_C11, MP},
		{"mp", "rlx", "rlx", "sc", MEMORY_C11, MP},
		{0},
	};

	expect_all(rows);
}
END_TEST

START_TEST(no_load_buffering)
{
	static const struct row rows[] = {
		{"lb", "rlx", "rlx", "-", MEMORY_C11, LB},
		{"lb", "sc", "sc", "-", MEMORY_C11, LB},
		{0},
	};

	expect_all(rows);
}
END_TEST

/* 2+2W, S and R: what comes later in the order of stores to a place. */
START_TEST(modification_order)
{
	static const struct row rows[] = {
		{"2+2w", "rlx", "rlx", "-", MEMORY_TSO,
			"0000/12 0000/21 0000/22"},
		{"2+2w", "rlx", "rlx", "-", MEMORY_C11,
			"0000/11 0000/12 0000/21 0000/22"},
		{"2+2w", "sc", "sc", "-", MEMORY_C11,
			"0000/12 0000/21 0000/22"},
		{"2+2w", "rlx", "rlx", "sc", MEMORY_C11,
			"0000/12 0000/21 0000/22"},
		{"s", "rlx", "rlx", "-", MEMORY_TSO, "0000/11 0000/21 1000/11"},
		{"s", "rlx", "rlx", "-", MEMORY_C11,
			"0000/11 0000/21 1000/11 1000/21"},
		{"s", "rel", "acq", "-", MEMORY_C11, "0000/11 0000/21 1000/11"},
		{"r", "rlx", "rlx", "-", MEMORY_SC, "0000/11 1000/11 1000/12"},
		{"r", "rlx", "rlx", "-", MEMORY_C11,
			"0000/11 0000/12 1000/11 1000/12"},
		{"r", "rel", "acq", "-", MEMORY_SC, "0000/11 1000/11 1000/12"},
		{"r", "rel", "acq", "-", MEMORY_C11,
			"0000/11 0000/12 1000/11 1000/12"},
		{"r", "sc", "sc", "-", MEMORY_C11, "0000/11 1000/11 1000/12"},
		{"r", "rlx", "rlx", "sc", MEMORY_C11,
			"0000/11 1000/11 1000/12"},
		{0},
	};

	expect_all(rows);
}
END_TEST

#define IRIW_TO_1001                                                       \
	"0000/11 0001/11 0010/11 0011/11 0100/11 0101/11 0110/11 0111/11 " \
	"1000/11 1001/11 "
#define IRIW_FROM_1011 "1011/11 1100/11 1101/11 1110/11 1111/11"
#define IRIW IRIW_TO_1001 IRIW_FROM_1011
#define IRIW_WEAK IRIW_TO_1001 "1010/11 " IRIW_FROM_1011

/* Whether two readers may see two stores in different orders. */
START_TEST(independent_reads)
{
	static const struct row rows[] = {
		{"iriw", "rlx", "rlx", "-", MEMORY_TSO, IRIW},
		{"iriw", "rlx", "rlx", "-", MEMORY_C11, IRIW_WEAK},
		{"iriw", "rel", "acq", "-", MEMORY_TSO, IRIW},
		{"iriw", "rel", "acq", "-", MEMORY_C11, IRIW_WEAK},
		{"iriw", "sc", "sc", "-", MEMORY_C11, IRIW},
		{"iriw", "rlx", "rlx", "sc", MEMORY_C11, IRIW},
		{0},
	};

	expect_all(rows);
}
END_TEST

START_TEST(coherence)
{
	static const struct row rows[] = {
		{"corr", "rlx", "rlx", "-", MEMORY_C11,
			"0000/20 0100/20 0200/20 1100/20 1200/20 2200/20"},
		{"coww", "rlx", "rlx", "-", MEMORY_C11,
			"1000/10 1010/10 1020/10 1110/10 1210/10 1220/10 "
			"2000/10 2000/20 2010/10 2010/20 2020/10 2020/20 "
			"2110/10 2110/20 2120/20 2210/10 2220/10 2220/20"},
		{0},
	};

	expect_all(rows);
}
END_TEST

#define WRC "0000/11 0010/11 0100/11 0110/11 1000/11 1010/11 1110/11"

START_TEST(causality)
{
	static const struct row rows[] = {
		{"wrc", "rlx", "rlx", "-", MEMORY_TSO, WRC},
		{"wrc", "rlx", "rlx", "-", MEMORY_C11,
			"0000/11 0010/11 0100/11 0110/11 1000/11 1010/11 "
			"1100/11 1110/11"},
		{"wrc", "rel", "acq", "-", MEMORY_C11, WRC},
		{"wrc", "rlx", "rlx", "ar", MEMORY_C11, WRC},
		{0},
	};

	expect_all(rows);
}
END_TEST

START_TEST(release_sequences)
{
	static const struct row rows[] = {
		{"rs+update", "rel", "acq", "-", MEMORY_C11,
			"0000/11 0000/12 0100/11 0100/12 1000/11 1100/11 "
			"1100/12 2100/12"},
		{"rs+store", "rel", "acq", "-", MEMORY_TSO,
			"0000/12 0100/12 1100/12 2100/12"},
		{"rs+store", "rel", "acq", "-", MEMORY_C11,
			"0000/12 0100/12 1100/12 2000/12 2100/12"},
		{0},
	};

	expect_all(rows);
}
END_TEST

START_TEST(updates_are_one_step)
{
	static const struct row rows[] = {
		{"add", "rlx", "rlx", "-", MEMORY_C11, "0000/30"},
		{"cas", "rlx", "rlx", "-", MEMORY_C11, "0100/20 1000/10"},
		{0},
	};

	expect_all(rows);
}
END_TEST

int main(void)
{
	int status;

	if (build_litmus() != 0)
		return EXIT_FAILURE;
	status = suite_run("explore_memory", 120,
		(const TTest *const[]){store_buffering, message_passing,
			no_load_buffering, modification_order,
			independent_reads, coherence, causality,
			release_sequences, updates_are_one_step, NULL});
	build_remove(&build);
	return status;
}
