#include "lib/explore/portfolio.h"

#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
	LEARNING_EXECUTIONS = 10,
	LEARNING_ROUNDS = 20,
	HUNTING_EXECUTIONS = 2000,
	MAX_DEATHS = 20, /* processes that a program may take with it */
};

static const uint64_t second_ns = 1000 * 1000 * 1000;

struct portfolio {
	struct portfolio_options options;
	struct session *session;
	struct symbols *symbols;
	uint64_t deadline_ns;
	struct schedule_line lines[SCHEDULE_MAX_LINES];
	unsigned nlines;
	struct choice choices[WIRE_MAX_CHOICES]; /* of the best failure */
	uint32_t nchoices;
	uint64_t fingerprint;
};

int portfolio_open(
	const struct portfolio_options *options, struct portfolio **result)
{
	struct session_options session = {
		.program = options->build->program,
		.arguments = options->arguments,
		.tick = options->tick,
		.context = options->context,
	};
	struct portfolio *p = calloc(1, sizeof(*p));
	int error;

	if (!p)
		return -ENOMEM;
	p->options = *options;
	error = session_open(&session, &p->session);
	if (!error)
		error = symbols_open(options->build->program, &p->symbols);
	if (error) {
		portfolio_close(p);
		return error;
	}
	*result = p;
	return 0;
}

void portfolio_close(struct portfolio *p)
{
	if (!p)
		return;
	session_close(p->session);
	symbols_close(p->symbols);
	free(p);
}

struct wire *portfolio_wire(struct portfolio *p)
{
	return session_wire(p->session);
}

struct symbols *portfolio_symbols(struct portfolio *p)
{
	return p->symbols;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The number of a source file on the command line, from 1; 0: another. */
static unsigned file_number(const struct portfolio *p, const char *file)
{
	const struct build_options *sources = p->options.sources;

	for (unsigned i = 0; i < sources->nfiles; i++) {
		if (!strcmp(base_name(sources->files[i]), base_name(file)))
			return i + 1;
	}
	return 0;
}

static void add_line(struct portfolio *p, unsigned file, unsigned line)
{
	for (unsigned i = 0; i < p->nlines; i++) {
		if (p->lines[i].file == file && p->lines[i].line == line)
			return;
	}
	if (p->nlines < SCHEDULE_MAX_LINES)
		p->lines[p->nlines++] = (struct schedule_line){
			.file = file, .line = line};
}

static void mark_line(struct portfolio *p, const struct schedule_line *line)
{
	struct wire *wire = session_wire(p->session);
	struct code_range ranges[64];
	size_t n = symbols_ranges(p->symbols,
		p->options.sources->files[line->file - 1], (int)line->line,
		ranges, 64);

	for (size_t i = 0; i < n && i < 64; i++) {
		if (wire->nranges < WIRE_MAX_RANGES)
			wire->ranges[wire->nranges++] = (struct wire_range){
				ranges[i].from, ranges[i].to};
	}
}

/* Addresses become lines, which mean the same to another compiler. */
static void learn_lines(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < wire->nracy; i++) {
		struct place place;
		unsigned file = 0;

		if (symbols_place(p->symbols, wire->racy[i], &place))
			file = file_number(p, place.file);
		if (file)
			add_line(p, file, (unsigned)place.line);
		else
			wire->racy[kept++] = wire->racy[i];
	}
	wire->nracy = kept;
	wire->nranges = 0;
	for (unsigned i = 0; i < p->nlines; i++)
		mark_line(p, &p->lines[i]);
}

static struct wire_config config_of(
	const struct portfolio *p, enum search_kind search)
{
	const struct portfolio_options *options = &p->options;

	return (struct wire_config){
		.version = WIRE_VERSION,
		.search = (uint32_t)search,
		.seed = options->seed,
		.max_steps = options->max_steps,
		.spurious = options->spurious,
		.memory = (uint32_t)options->memory,
		.wait_all = options->wait_all,
		.outputs = options->outcomes,
		.check_exit = options->check_exit,
		.deadline_ns = p->deadline_ns,
	};
}

/* The process did not come to the end of an execution: nobody else tells. */
static void note_end(struct portfolio *p, int status, int wait_status)
{
	bool silent = status == SESSION_SILENT;
	struct wire *wire = session_wire(p->session);
	struct finding finding = {
		.kind = silent ? FOUND_HANG : FOUND_SIGNAL,
		.code = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0,
		.execution = wire->progress.executions + 1,
		.first.thread = WIRE_NOBODY,
		.second.thread = WIRE_NOBODY,
	};

	snprintf(finding.text, sizeof(finding.text), "%s",
		silent ? "runs on and on" : "the program ended its process");

	wire->progress.executions++;
	wire->progress.failures++;
	wire->progress.end = END_FOUND;
	if (wire->nfindings < WIRE_MAX_FINDINGS) {
		wire->findings[wire->nfindings++] = finding;
		wire->failure = wire->nfindings;
	}
}

/* Run a search to its end, through races that make it begin anew. */
static int search(struct portfolio *p, const struct wire_config *config,
	struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	int status, wait_status;

	do {
		session_reset(p->session);
		learn_lines(p);
		wire->config = *config;
		status = session_run(p->session, &wait_status);
		if ((status == SESSION_DIED || status == SESSION_SILENT) &&
			wire->progress.running)
			note_end(p, status, wait_status);
		else if (status == SESSION_DIED)
			return -ECHILD;
		result->nexecutions += wire->progress.executions;
		result->nsteps += wire->progress.steps;
		if (status < 0)
			return status;
	} while (wire->progress.end == END_NEW_RACE);
	result->doubts |= wire->progress.doubts & ~(uint32_t)DOUBT_BOUND;
	return status;
}

static void keep(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);

	p->nchoices = wire->nchoices;
	p->fingerprint = wire->fingerprint;
	memcpy(p->choices, wire->choices,
		wire->nchoices * sizeof(wire->choices[0]));
	result->answer = ANSWER_FOUND;
	if (wire->failure && wire->failure <= WIRE_MAX_FINDINGS)
		result->failure = wire->findings[wire->failure - 1];
}

static bool over(const struct portfolio *p)
{
	return clock_now() >= p->deadline_ns;
}

/* Returns SESSION_STOPPED or a negative errno to give up, else 0. */
static int try(struct portfolio *p, struct wire_config *config,
	struct portfolio_result *result)
{
	int status;

	config->stop = !p->options.outcomes;
	status = search(p, config, result);
	if (status < 0 || status == SESSION_STOPPED)
		return status;
	if (session_wire(p->session)->progress.end == END_FOUND) {
		result->found_by = (int)config->search;
		keep(p, result);
	}
	return 0;
}

static int learn(struct portfolio *p, struct portfolio_result *result)
{
	struct wire_config config = config_of(p, SEARCH_RANDOM);

	config.max_executions = LEARNING_EXECUTIONS;
	return try(p, &config, result);
}

static int hunt(struct portfolio *p, struct portfolio_result *result)
{
	static const enum search_kind hunters[] = {
		SEARCH_POS, SEARCH_PCT, SEARCH_RANDOM};
	int status = 0;

	for (size_t i = 0; i < sizeof(hunters) / sizeof(hunters[0]); i++) {
		struct wire_config config = config_of(p, hunters[i]);

		config.max_executions = HUNTING_EXECUTIONS;
		status = try(p, &config, result);
		if (status || result->answer == ANSWER_FOUND || over(p))
			break;
	}
	return status;
}

static int prove(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	struct wire_config config = config_of(p, SEARCH_DPOR);
	int status;

	status = try(p, &config, result);
	if (status || result->answer == ANSWER_FOUND)
		return status;
	if (wire->progress.end == END_EXHAUSTED) {
		result->nschedules = wire->progress.executions;
		if (!result->doubts)
			result->answer = ANSWER_NONE_POSSIBLE;
	} else {
		result->doubts |= DOUBT_TIME;
	}
	return 0;
}

/* Returns SESSION_STOPPED or a negative errno to give up, else 0. */
static int simplify_within(struct portfolio *p, struct portfolio_result *result,
	unsigned bound, unsigned spurious)
{
	struct wire_config config = config_of(p, SEARCH_BOUNDED);
	int status;

	config.bound = bound;
	config.spurious = spurious;
	config.deadline_ns = clock_now() + second_ns / 2;
	config.stop = true;
	config.races_end = result->failure.kind == FOUND_RACE;
	status = search(p, &config, result);
	if (status < 0 || status == SESSION_STOPPED)
		return status;
	if (session_wire(p->session)->progress.end == END_FOUND) {
		keep(p, result);
		result->preemptions = (int)bound;
		result->spurious = spurious;
	}
	return 0;
}

/*
 * With the fewest preemptions: what the bug needs, and no more. A wake-up that
 * nobody signalled counts as much as all of these.
 */
static int simplify(struct portfolio *p, struct portfolio_result *result)
{
	for (unsigned spurious = 0; spurious <= p->options.spurious;
		spurious++) {
		for (unsigned bound = 0; bound <= p->options.max_bound;
			bound++) {
			int status = simplify_within(
				p, result, bound, spurious);

			if (status || result->preemptions >= 0)
				return status;
		}
	}
	return 0;
}

static int show(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	struct wire_config config = config_of(p, SEARCH_REPLAY);
	int status, wait_status;

	session_reset(p->session);
	config.trace = true;
	config.spurious = result->spurious;
	config.races_end = result->failure.kind == FOUND_RACE;
	config.deadline_ns = clock_now() + 10 * second_ns;
	config.nchoices = p->nchoices;
	memcpy(wire->choices, p->choices, p->nchoices * sizeof(p->choices[0]));
	wire->config = config;
	status = session_run(p->session, &wait_status);
	result->confirmed = status == SESSION_ENDED &&
			    wire->fingerprint == p->fingerprint;
	return status < 0 ? status : 0;
}

/*
 * A race is undefined behaviour even where every execution came to a good
 * end: then it is what is shown.
 */
static void fall_back_on_races(
	const struct portfolio *p, struct portfolio_result *result)
{
	const struct wire *wire = session_wire(p->session);

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE &&
			result->answer != ANSWER_FOUND) {
			result->answer = ANSWER_FOUND;
			result->failure = wire->findings[i];
		}
	}
}

static void describe_schedule(
	struct portfolio *p, struct portfolio_result *result)
{
	result->schedule = (struct schedule){
		.hash = p->options.build->hash,
		.spurious = result->spurious,
		.memory = p->options.memory,
		.wait_all = p->options.wait_all,
		.outputs = p->options.outcomes,
		.nlines = p->nlines,
		.nchoices = p->nchoices,
		.choices = p->choices,
	};
	memcpy(result->schedule.lines, p->lines,
		p->nlines * sizeof(p->lines[0]));
}

static int only(struct portfolio *p, struct portfolio_result *result)
{
	struct wire_config config = config_of(
		p, (enum search_kind)p->options.only);
	int status;

	config.bound = p->options.bound;
	config.max_executions = p->options.max_executions;
	status = try(p, &config, result);
	if (!status && session_wire(p->session)->progress.end == END_EXHAUSTED)
		result->nschedules =
			session_wire(p->session)->progress.executions;
	return status;
}

static int all(struct portfolio *p, struct portfolio_result *result)
{
	int status = hunt(p, result);

	if (status == 0 && result->answer != ANSWER_FOUND && !over(p))
		status = prove(p, result);
	return status;
}

int portfolio_explore(struct portfolio *p, struct portfolio_result *result)
{
	uint64_t start = clock_now();
	int status;

	*result = (struct portfolio_result){
		.answer = ANSWER_NONE_FOUND,
		.preemptions = -1,
		.found_by = -1,
		.spurious = p->options.spurious,
	};
	p->deadline_ns = start + p->options.limit_ns;
	status = learn(p, result);
	if (status == 0 && result->answer != ANSWER_FOUND)
		status = p->options.only >= 0 ? only(p, result)
					      : all(p, result);
	if (status == 0)
		fall_back_on_races(p, result);
	if (status == 0 && result->answer == ANSWER_FOUND)
		status = simplify(p, result);
	if (status >= 0 && result->answer == ANSWER_FOUND)
		status = show(p, result);
	if (status == SESSION_STOPPED && result->answer != ANSWER_FOUND)
		result->answer = ANSWER_STOPPED;
	describe_schedule(p, result);
	result->elapsed_ns = clock_now() - start;
	return status < 0 ? status : 0;
}

int portfolio_replay(struct portfolio *p, const struct schedule *schedule,
	struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	uint64_t start = clock_now();
	int status;

	*result = (struct portfolio_result){
		.answer = ANSWER_NONE_FOUND,
		.preemptions = -1,
		.found_by = -1,
		.spurious = schedule->spurious,
	};
	p->options.spurious = schedule->spurious;
	p->options.memory = schedule->memory;
	p->options.wait_all = schedule->wait_all;
	p->options.outcomes = schedule->outputs;
	p->nlines = schedule->nlines;
	memcpy(p->lines, schedule->lines,
		schedule->nlines * sizeof(schedule->lines[0]));
	learn_lines(p);
	p->nchoices = schedule->nchoices;
	memcpy(p->choices, schedule->choices,
		schedule->nchoices * sizeof(schedule->choices[0]));
	status = show(p, result);
	if (status)
		return status;
	result->nexecutions = 1;
	if (wire->failure)
		keep(p, result);
	describe_schedule(p, result);
	result->elapsed_ns = clock_now() - start;
	return 0;
}
