/* Executions that are looked at: replayed, stopped on the way, looked ahead. */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"
#include "lib/explore/inspect.h"

#include <string.h>

enum {
	LOOK_EXECUTIONS = 3000,
	MOST_AHEAD = 3, /* preemptions that are tried one after the other */
};

/* A search after these choices, to its end or the first that it stops at. */
static struct wire_config ahead(
	struct portfolio *p, const struct choice *choices, uint32_t n)
{
	struct wire_config config = portfolio_config(p, SEARCH_DPOR);

	p->prefix = choices;
	config.nchoices = n;
	config.frozen = p->shown != NULL;
	config.spurious = p->spurious;
	config.ends_with = p->ends_with;
	config.max_executions = LOOK_EXECUTIONS;
	config.deadline_ns = clock_now() + portfolio_second_ns / 4;
	return config;
}

/* Returns as portfolio_look_ahead. */
static int look(
	struct portfolio *p, const struct wire_config *config, bool *none_left)
{
	const struct wire *wire = session_wire(p->session);
	struct portfolio_result ignored = {0};
	int status = portfolio_search(p, config, &ignored);

	*none_left = status == SESSION_ENDED &&
		     wire->progress.end == END_EXHAUSTED &&
		     !(ignored.doubts & ~(uint32_t)DOUBT_UNSEEN);
	if (status < 0)
		return status;
	return status == SESSION_ENDED && wire->progress.end == END_FOUND;
}

int portfolio_look_ahead(struct portfolio *p, const struct choice *choices,
	uint32_t n, bool good, bool *none_left)
{
	struct wire_config config = ahead(p, choices, n);

	config.stop = !good;
	config.stop_good = good;
	return look(p, &config, none_left);
}

int portfolio_look_for_failure(struct portfolio *p,
	const struct choice *choices, uint32_t n, bool *none_left)
{
	int found = 0;

	for (unsigned bound = 0; bound <= MOST_AHEAD && !found; bound++) {
		struct wire_config config = ahead(p, choices, n);

		config.search = SEARCH_BOUNDED;
		config.bound = bound;
		config.stop = true;
		found = look(p, &config, none_left);
	}
	return found ? found
		     : portfolio_look_ahead(p, choices, n, false, none_left);
}

/* free, destroy and return are no steps: their other orders are not seen. */
static bool is_of_steps(const struct finding *failure)
{
	switch (failure->kind) {
	case FOUND_MISUSE:
	case FOUND_BAD_FREE:
	case FOUND_DEAD_FRAME:
		return false;
	case FOUND_USE_AFTER_FREE:
		return failure->second.op != OP_FREE;
	default:
		return true;
	}
}

/*
 * The point of no return: the first step after which every continuation
 * fails. Looked for from the end, where that is soon known.
 */
void portfolio_find_no_return(
	struct portfolio *p, struct portfolio_result *result)
{
	for (uint32_t lost = p->nchoices;; lost--) {
		bool none_left;
		int found = portfolio_look_ahead(
			p, p->choices, lost ? lost - 1 : 0, true, &none_left);

		if (found > 0) {
			result->lost_at = lost;
			portfolio_learn_good(p, &result->failure);
		}
		if (found != 0 || !none_left || portfolio_over(p))
			return;
		if (lost <= 1) {
			result->always = is_of_steps(&result->failure);
			return;
		}
	}
}

enum finding_kind portfolio_ends_with(const struct finding *failure)
{
	switch (failure->kind) {
	case FOUND_RACE:
	case FOUND_WAIT_ONCE:
	case FOUND_MAIN_LEFT:
	case FOUND_THREAD_LEFT:
	case FOUND_LOCK_LEFT:
	case FOUND_LEAK:
		return (enum finding_kind)failure->kind;
	default:
		return FOUND_NOTHING;
	}
}

static int replay(struct portfolio *p, const struct wire_config *config,
	const struct choice *choices)
{
	struct wire *wire = session_wire(p->session);
	int wait_status;

	session_reset(p->session);
	portfolio_learn_lines(p);
	memcpy(wire->choices, choices, config->nchoices * sizeof(*choices));
	wire->config = *config;
	return portfolio_run(p, &wait_status);
}

int portfolio_trace(
	struct portfolio *p, const struct choice *choices, uint32_t n)
{
	struct wire_config config = portfolio_config(p, SEARCH_REPLAY);

	config.trace = true;
	config.spurious = p->spurious;
	config.ends_with = p->ends_with;
	config.deadline_ns = clock_now() + 10 * portfolio_second_ns;
	config.nchoices = n;
	return replay(p, &config, choices);
}

/* Of a failure all that an answer tells of it. */
static void inspect_pause(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	struct portfolio_result shown = {0};

	if (!wire->paused && wire->failure &&
		wire->failure <= wire->nfindings) {
		shown.failure = wire->findings[wire->failure - 1];
		portfolio_inspect(p, &shown);
	} else {
		inspect_growing(wire, p->shown);
		portfolio_drop_temporaries(p);
	}
}

int portfolio_pause(
	struct portfolio *p, const struct choice *choices, uint32_t n)
{
	struct wire_config config = portfolio_config(p, SEARCH_REPLAY);
	int status;

	config.trace = true;
	config.pause = true;
	config.frozen = true;
	config.spurious = p->spurious;
	config.ends_with = p->ends_with;
	config.deadline_ns = clock_now() + 10 * portfolio_second_ns;
	config.nchoices = n;
	session_wire(p->session)->nfindings = 0;
	status = replay(p, &config, choices);
	if (status >= 0)
		inspect_pause(p);
	return status < 0 ? status : 0;
}

/*
 * As the execution that is shown has it, with its threads. Where a hang was
 * after a long time tells more than where it was after a short one.
 */
static void name_failure(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	struct finding *shown;

	if (!result->confirmed || !wire->failure ||
		wire->failure > wire->nfindings)
		return;
	shown = &wire->findings[wire->failure - 1];
	if (wire->config.hangs)
		shown->first.pc = result->failure.first.pc;
	result->failure = *shown;
}

int portfolio_show(struct portfolio *p, struct portfolio_result *result)
{
	struct wire_config config = portfolio_config(p, SEARCH_REPLAY);
	int status;

	config.trace = true;
	config.spurious = result->spurious;
	config.ends_with = portfolio_ends_with(&result->failure);
	config.deadline_ns = clock_now() + 10 * portfolio_second_ns;
	config.nchoices = p->nchoices;
	config.hangs = result->failure.kind == FOUND_HANG;
	status = replay(p, &config, p->choices);
	result->confirmed = status == SESSION_ENDED &&
			    session_wire(p->session)->fingerprint ==
				    p->fingerprint;
	name_failure(p, result);
	if (status >= 0)
		portfolio_inspect(p, result);
	return status < 0 ? status : 0;
}

/* A status other than 0 is a failure only where that was asked for. */
static enum finding_kind asked_end(
	const struct portfolio *p, const struct finding *failure)
{
	if (failure->kind == FOUND_EXIT_CODE && p->options.check_exit)
		return FOUND_EXIT_CODE;
	return portfolio_ends_with(failure);
}

void portfolio_describe(struct portfolio *p, struct portfolio_result *result)
{
	result->memory = p->memory;
	result->schedule = (struct schedule){
		.hash = p->options.build->hash,
		.spurious = result->spurious,
		.memory = p->memory,
		.wait_all = p->options.wait_all,
		.isolate = p->options.isolate,
		.outputs = p->options.outcomes,
		.ends_with = asked_end(p, &result->failure),
		.nlines = p->nlines,
		.nchoices = p->nchoices,
		.choices = p->choices,
	};
	memcpy(result->schedule.lines, p->lines,
		p->nlines * sizeof(p->lines[0]));
}

/* Once to see how it ends, once more to show it with all that explains it. */
static int show_again(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	int status = portfolio_show(p, result);

	if (status == 0 && wire->failure) {
		portfolio_keep(p, result);
		if (result->failure.kind == FOUND_DIVERGED)
			return 0;
		if (result->failure.kind != FOUND_HANG)
			portfolio_excuse(p, &result->failure);
		status = portfolio_show(p, result);
		if (!status)
			status = portfolio_find_early(p, result);
	} else if (status == 0) {
		result->failure.kind = FOUND_NOTHING;
	}
	return status;
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
	p->memory = schedule->memory;
	result->asked_memory = schedule->memory;
	p->options.wait_all = schedule->wait_all;
	p->options.isolate = schedule->isolate;
	p->options.check_exit |= schedule->ends_with == FOUND_EXIT_CODE;
	if (schedule->processes)
		return portfolio_replay_processes(p, schedule, result);
	p->options.outcomes = schedule->outputs;
	p->nlines = schedule->nlines;
	memcpy(p->lines, schedule->lines,
		schedule->nlines * sizeof(schedule->lines[0]));
	portfolio_learn_lines(p);
	p->nchoices = schedule->nchoices;
	memcpy(p->choices, schedule->choices,
		schedule->nchoices * sizeof(schedule->choices[0]));
	result->failure.kind = (uint8_t)schedule->ends_with;
	status = show_again(p, result);
	if (status)
		return status;
	result->nexecutions = wire->progress.executions;
	result->nsteps = wire->progress.steps;
	portfolio_describe(p, result);
	result->elapsed_ns = clock_now() - start;
	return 0;
}
