/*
 * A thousand failures, found by chance in all buggy programs, are written down
 * as schedules, read again, and carried out in a new process: each must come
 * to the same end by the same steps.
 */
#include "tests/suite.h"

#include "lib/explore/build.h"
#include "lib/explore/schedule.h"
#include "lib/explore/session.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NFAILURES = 1000,
	NPROGRAMS = 20, /* or more */
	EXECUTIONS = 20 * 1000, /* in which each strategy finds each mistake */
	TRIES = 50, /* for the set of racy accesses to settle */
	MAX_STEPS = 1000,
	SPURIOUS = 1
};

static const enum search_kind strategies[] = {
	SEARCH_RANDOM, SEARCH_PCT, SEARCH_POS};

enum {
	NSTRATEGIES = sizeof(strategies) / sizeof(strategies[0])
};

static struct choice choices[WIRE_MAX_CHOICES];
static char text[SCHEDULE_TEXT_SIZE];

static void run(struct session *session, const struct wire_config *config)
{
	int wait_status;

	session_reset(session);
	session_wire(session)->config = *config;
	memcpy(session_wire(session)->choices, choices,
		config->nchoices * sizeof(choices[0]));
	ck_assert_int_eq(session_run(session, &wait_status), SESSION_ENDED);
}

static enum finding_kind failure_of(const struct wire *wire)
{
	ck_assert_uint_ne(wire->failure, 0);
	return wire->findings[wire->failure - 1].kind;
}

static void search(const char *program, struct session *session,
	enum search_kind strategy, uint64_t seed)
{
	const struct wire *wire = session_wire(session);
	struct wire_config config = {
		.search = strategy,
		.seed = seed,
		.max_steps = MAX_STEPS,
		.max_executions = EXECUTIONS,
		.spurious = SPURIOUS,
		.stop = true,
		.ends_with = FOUND_RACE,
		.compiled = true,
	};
	int tries = 0;

	do
		run(session, &config);
	while (wire->progress.end == END_NEW_RACE && ++tries < TRIES);
	ck_assert_msg(wire->progress.end == END_FOUND, "%s", program);
}

/* As one word, and back. */
static uint32_t write_and_read(struct wire *wire)
{
	struct schedule schedule = {
		.nchoices = wire->nchoices, .choices = wire->choices};
	struct schedule again = {.choices = choices};
	const char *bad;

	schedule_format(&schedule, text, sizeof(text));
	ck_assert_int_eq(schedule_parse(&again, text, &bad), 0);
	ck_assert_uint_eq(again.nchoices, wire->nchoices);
	return again.nchoices;
}

static void find_and_replay(struct session *session, const char *program,
	enum search_kind strategy, uint64_t seed)
{
	struct wire *wire = session_wire(session);
	struct wire_config config = {
		.search = SEARCH_REPLAY,
		.max_steps = MAX_STEPS,
		.spurious = SPURIOUS,
		.ends_with = FOUND_RACE,
		.compiled = true,
	};
	enum finding_kind kind;
	uint64_t fingerprint;

	search(program, session, strategy, seed);
	kind = failure_of(wire);
	fingerprint = wire->fingerprint;
	config.nchoices = write_and_read(wire);
	run(session, &config);
	ck_assert_msg(
		failure_of(wire) == kind && wire->fingerprint == fingerprint,
		"%s: strategy %d, seed %lu, %s", program, (int)strategy,
		(unsigned long)seed, text);
}

static void many(const char *program, int nfailures)
{
	struct build_options options = {
		.compiler = getenv("CC") ? getenv("CC") : "cc",
		.nfiles = 1,
		.files = {program},
	};
	const char *const arguments[] = {"program", NULL};
	struct session_options session_options = {.arguments = arguments};
	struct session *session;
	struct build build;

	ck_assert_int_eq(build_make(&options, &build), 0);
	session_options.program = build.program;
	ck_assert_int_eq(session_open(&session_options, &session), 0);
	session_wire(session)->nmargins = build.nmargins;
	memcpy(session_wire(session)->margins, build.margins,
		sizeof(build.margins));
	for (int i = 0; i < nfailures; i++)
		find_and_replay(session, program, strategies[i % NSTRATEGIES],
			(uint64_t)i);
	session_close(session);
	build_remove(&build);
}

static const char *const kinds[] = {"assertion failed", "deadlock", "data race",
	"bad memory access", "bad free", "misuse"};

static bool says(const char *program, const char *what)
{
	char line[200];
	FILE *in = fopen(program, "r");
	bool found = false;

	ck_assert_ptr_nonnull(in);
	while (!found && fgets(line, sizeof(line), in) && line[0] == '/')
		found = strstr(line, what) != NULL;
	fclose(in);
	return found;
}

/* By itself, and without options: its first lines say so. */
static bool fails(const char *program)
{
	char line[100];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(line, sizeof(line), "finds: %s", kinds[i]);
		if (says(program, line))
			return !says(program, "with: ");
	}
	return false;
}

static size_t keep_failing(char **programs, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (fails(programs[i]))
			programs[kept++] = programs[i];
		else
			free(programs[i]);
	}
	return kept;
}

START_TEST(a_thousand_failures_come_again)
{
	glob_t programs;
	size_t n, done = 0;

	ck_assert_int_eq(
		glob("tests/explore/programs/*.c", 0, NULL, &programs), 0);
	n = keep_failing(programs.gl_pathv, programs.gl_pathc);
	for (size_t i = 0; i < n; i++) {
		size_t upto = (i + 1) * NFAILURES / n;

		many(programs.gl_pathv[i], (int)(upto - done));
		done = upto;
	}
	ck_assert_uint_ge(n, NPROGRAMS);
	ck_assert_uint_eq(done, NFAILURES);
	programs.gl_pathc = n;
	globfree(&programs);
}
END_TEST

int main(void)
{
	return suite_run("explore_replay", 60,
		(const TTest *const[]){a_thousand_failures_come_again, NULL});
}
