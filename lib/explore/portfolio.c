#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"
#include "lib/explore/shown.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
	LEARNING_EXECUTIONS = 10,
	LEARNING_ROUNDS = 20,
	HUNTING_EXECUTIONS = 2000,
};

int portfolio_open(
	const struct portfolio_options *options, struct portfolio **result)
{
	struct session_options session = {
		.program = options->build->program,
		.preload = options->build->preload,
		.box = options->sources->box,
		.folder = options->build->folder,
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
	if (!error)
		error = atomicity_open(&p->atomicity);
	if (!error && options->locks && !options->processes)
		error = guards_open(&p->guards);
	if (error) {
		portfolio_close(p);
		return error;
	}
	snprintf(session_wire(p->session)->scratch, WIRE_PATH_SIZE,
		"%.480s/scratch", options->build->folder);
	portfolio_wire(p)->nmargins = options->build->nmargins;
	memcpy(portfolio_wire(p)->margins, options->build->margins,
		options->build->nmargins * sizeof(struct wire_margin));
	portfolio_wire(p)->input_size = options->input_size;
	if (options->input_size)
		memcpy(portfolio_wire(p)->input, options->input,
			options->input_size);
	*result = p;
	return 0;
}

void portfolio_close(struct portfolio *p)
{
	if (!p)
		return;
	session_close(p->session);
	symbols_close(p->symbols);
	atomicity_close(p->atomicity);
	early_fini(&p->twin);
	guards_close(p->guards);
	shown_close(p->shown);
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

const struct guards *portfolio_guards(const struct portfolio *p)
{
	return p->guards;
}

/* Another's object may be without frame pointers. */
static bool sources_only(const struct build_options *sources)
{
	if (sources->binary)
		return false;
	for (unsigned i = 0; i < sources->nfiles; i++) {
		if (build_is_object(sources->files[i]))
			return false;
	}
	return true;
}

struct wire_config portfolio_config(
	const struct portfolio *p, enum search_kind search)
{
	const struct portfolio_options *options = &p->options;

	return (struct wire_config){
		.version = WIRE_VERSION,
		.search = (uint32_t)search,
		.seed = options->seed,
		.max_steps = options->max_steps,
		.spurious = options->spurious,
		.memory = (uint32_t)p->memory,
		.wait_all = options->wait_all,
		.outputs = options->outcomes,
		.check_exit = options->check_exit,
		.unseen = options->build->unseen,
		.isolate = options->isolate,
		.deadline_ns = p->deadline_ns,
		.at_rest = options->sources->at_rest,
		.compiled = sources_only(options->sources),
		.frozen = p->settled,
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
		.third.thread = WIRE_NOBODY,
	};

	if (silent)
		snprintf(finding.text, sizeof(finding.text), "runs on and on");
	else if (finding.code)
		snprintf(finding.text, sizeof(finding.text),
			"the program ended its process, by signal %d",
			finding.code);
	else
		snprintf(finding.text, sizeof(finding.text),
			"the program ended its process, with status %d",
			WEXITSTATUS(wait_status));

	wire->progress.executions++;
	wire->progress.failures++;
	wire->progress.doubts |= DOUBT_CUT;
	wire->progress.end = END_FOUND;
	if (wire->nfindings < WIRE_MAX_FINDINGS) {
		wire->findings[wire->nfindings++] = finding;
		wire->failure = wire->nfindings;
	}
}

int portfolio_run(struct portfolio *p, int *wait_status)
{
	int status = session_run(p->session, wait_status);

	symbols_move(p->symbols, session_wire(p->session)->base);
	return status;
}

static bool is_late(const struct wire_config *config)
{
	return config->deadline_ns && clock_now() >= config->deadline_ns;
}

/* Run a search to its end, through races that make it begin anew. */
int portfolio_search(struct portfolio *p, const struct wire_config *config,
	struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	int status, wait_status;

	do {
		session_reset(p->session);
		portfolio_learn_lines(p);
		wire->config = *config;
		for (uint32_t i = 0; i < config->nchoices; i++)
			wire->choices[i] = p->prefix[i];
		status = portfolio_run(p, &wait_status);
		if ((status == SESSION_DIED || status == SESSION_SILENT) &&
			wire->progress.running)
			note_end(p, status, wait_status);
		else if (status == SESSION_DIED)
			return -ECHILD;
		else if (status == SESSION_SILENT && !wire->progress.executions)
			return -ETIME;
		result->nexecutions += wire->progress.executions;
		result->nsteps += wire->progress.steps;
		if (status < 0)
			return status;
	} while (wire->progress.end == END_NEW_RACE && !is_late(config));
	result->doubts |= wire->progress.doubts & ~(uint32_t)DOUBT_BOUND;
	if (config->unseen)
		result->doubts |= DOUBT_UNSEEN;
	if (p->options.build->calls.nunknown)
		result->doubts |= DOUBT_UNKNOWN_CALL;
	return status;
}

void portfolio_keep(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);

	p->nchoices = wire->nchoices;
	p->npreemptions = wire->npreemptions;
	p->nearly = wire->nearly;
	p->fingerprint = wire->fingerprint;
	memcpy(p->choices, wire->choices,
		wire->nchoices * sizeof(wire->choices[0]));
	result->answer = ANSWER_FOUND;
	if (wire->failure && wire->failure <= WIRE_MAX_FINDINGS)
		result->failure = wire->findings[wire->failure - 1];
}

bool portfolio_over(const struct portfolio *p)
{
	return clock_now() >= p->deadline_ns;
}

/* SESSION_STOPPED or a negative errno to give up, else 0. */
static int given_up(int status)
{
	return status < 0 || status == SESSION_STOPPED ? status : 0;
}

static int try(struct portfolio *p, struct wire_config *config,
	struct portfolio_result *result)
{
	int status;

	config->stop = !p->options.outcomes;
	config->outcomes = p->options.outcomes;
	config->go_on = config->stop ? GO_ON_ONCE : GO_ON_ALL;
	status = given_up(portfolio_search(p, config, result));
	if (status)
		return status;
	if (session_wire(p->session)->progress.end == END_FOUND) {
		result->found_by = (int)config->search;
		portfolio_keep(p, result);
	}
	return 0;
}

/* A search of somebody's choice finds what it finds by itself. */
static int learn(struct portfolio *p, struct portfolio_result *result)
{
	struct wire_config config = portfolio_config(p, SEARCH_RANDOM);
	int status;

	config.max_executions = LEARNING_EXECUTIONS;
	if (p->options.only < 0)
		return try(p, &config, result);
	config.stop = true;
	config.go_on = GO_ON_ONCE;
	status = given_up(portfolio_search(p, &config, result));
	result->nlearning = result->nexecutions;
	session_wire(p->session)->nfindings = 0;
	return status;
}

static int hunt(struct portfolio *p, struct portfolio_result *result)
{
	static const enum search_kind hunters[] = {
		SEARCH_POS, SEARCH_PCT, SEARCH_RANDOM};
	int status = 0;

	for (size_t i = 0; i < sizeof(hunters) / sizeof(hunters[0]); i++) {
		struct wire_config config = portfolio_config(p, hunters[i]);

		config.max_executions = HUNTING_EXECUTIONS;
		status = try(p, &config, result);
		if (status || result->answer == ANSWER_FOUND ||
			portfolio_over(p))
			break;
	}
	return status;
}

/* What the search came to the end of, it is the whole answer of. */
static void count_schedules(
	const struct portfolio *p, struct portfolio_result *result)
{
	const struct wire *wire = session_wire(p->session);

	if (wire->progress.end != END_EXHAUSTED)
		return;
	result->nschedules = wire->progress.executions;
	result->within_bound = wire->progress.doubts & DOUBT_BOUND;
	result->weak_orders = wire->progress.weak_orders;
	if (!result->doubts && !result->within_bound)
		result->answer = ANSWER_NONE_POSSIBLE;
}

static int prove(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	struct wire_config config = portfolio_config(p, SEARCH_DPOR);
	int status;

	if (p->options.outcomes)
		config.deadline_ns -= p->options.limit_ns / 4;
	status = try(p, &config, result);
	if (status || result->answer == ANSWER_FOUND)
		return status;
	if (wire->progress.end == END_EXHAUSTED)
		count_schedules(p, result);
	else
		result->doubts |= DOUBT_TIME;
	return 0;
}

/* All schedules under MEMORY_SC, to the first that ends with such a finding. */
static int search_sc(struct portfolio *p, enum finding_kind kind, bool *all)
{
	struct portfolio_result own = {0};
	struct wire_config config;
	int status;

	p->memory = MEMORY_SC;
	config = portfolio_config(p, SEARCH_DPOR);
	config.deadline_ns = clock_now() + portfolio_second_ns +
			     p->options.limit_ns / 4;
	config.stop = true;
	config.ends_with = kind;
	status = given_up(portfolio_search(p, &config, &own));
	*all = !own.doubts &&
	       session_wire(p->session)->progress.end == END_EXHAUSTED;
	return status;
}

/*
 * A failure that comes about under MEMORY_SC, too, is shown there; with a race
 * there, it is not the memory alone. Returns SESSION_STOPPED or a negative
 * errno to give up, else 0.
 */
static int weigh_memory(struct portfolio *p, struct portfolio_result *result)
{
	const struct wire *wire = session_wire(p->session);
	bool all;
	int status = search_sc(p, portfolio_ends_with(&result->failure), &all);

	if (status)
		return status;
	if (wire->progress.end == END_FOUND) {
		portfolio_keep(p, result);
		return 0;
	}
	result->weak = all;
	if (all && result->failure.kind != FOUND_RACE)
		status = search_sc(p, FOUND_RACE, &result->weak);
	p->memory = p->options.memory;
	return status;
}

static int only(struct portfolio *p, struct portfolio_result *result)
{
	struct wire_config config = portfolio_config(
		p, (enum search_kind)p->options.only);
	int status;

	config.bound = p->options.bound;
	config.max_executions = p->options.max_executions;
	status = try(p, &config, result);
	if (session_wire(p->session)->progress.end == END_TIME)
		result->doubts |= DOUBT_TIME;
	if (!status && result->answer != ANSWER_FOUND)
		count_schedules(p, result);
	return status;
}

/* Where not all schedules can be tried, those by chance may have others. */
static int find_outcomes(struct portfolio *p, struct portfolio_result *result)
{
	int status = prove(p, result);

	return status || result->nschedules ? status : hunt(p, result);
}

static int all(struct portfolio *p, struct portfolio_result *result)
{
	int status;

	if (p->options.outcomes)
		return find_outcomes(p, result);
	status = hunt(p, result);
	if (status || result->answer == ANSWER_FOUND)
		return status;
	if (portfolio_over(p)) {
		result->doubts |= DOUBT_TIME;
		return 0;
	}
	return prove(p, result);
}

/*
 * Each execution that hangs takes seconds: one is shown as it was found. So is
 * the endless loop of the only thread, which nothing can make shorter.
 */
static bool is_quick(const struct portfolio *p, const struct finding *failure)
{
	if (failure->kind == FOUND_STEP_LIMIT)
		return session_wire(p->session)->nthreads > 1;
	return failure->kind != FOUND_HANG;
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
		.asked_memory = p->options.memory,
	};
	p->deadline_ns = start + p->options.limit_ns;
	p->settled = false;
	portfolio_wire(p)->noutcomes = 0;
	portfolio_wire(p)->nunlisted = 0;
	portfolio_wire(p)->outcome_text_size = 0;
	if (p->options.processes)
		return portfolio_explore_processes(p, result);
	p->spurious = p->options.spurious;
	p->memory = p->options.memory;
	status = learn(p, result);
	if (status == 0 && result->answer != ANSWER_FOUND)
		status = p->options.only >= 0 ? only(p, result)
					      : all(p, result);
	if (status == 0)
		portfolio_fall_back(p, result);
	if (status == 0)
		status = portfolio_collect_locks(p);
	if (status == 0 && result->answer == ANSWER_NONE_FOUND &&
		!p->options.outcomes)
		status = portfolio_look_for_cycles(p, result);
	if (status == 0 && result->answer == ANSWER_FOUND &&
		!p->options.outcomes && is_quick(p, &result->failure)) {
		status = p->memory == MEMORY_SC ? 0 : weigh_memory(p, result);
		if (status == 0)
			status = portfolio_find_simplest(p, result);
	}
	if (status >= 0 && result->answer == ANSWER_FOUND &&
		!p->options.outcomes) {
		p->spurious = result->spurious;
		p->ends_with = portfolio_ends_with(&result->failure);
		p->settled = true;
		if (is_quick(p, &result->failure))
			portfolio_excuse(p, &result->failure);
		status = portfolio_show(p, result);
		if (!status)
			status = portfolio_find_early(p, result);
		portfolio_add_locks(p);
	}
	if (status == SESSION_STOPPED && result->answer != ANSWER_FOUND)
		result->answer = ANSWER_STOPPED;
	portfolio_describe(p, result);
	result->elapsed_ns = clock_now() - start;
	return status < 0 ? status : 0;
}
