/* Executions that are looked at: replayed, or stopped on the way. */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"
#include "lib/explore/inspect.h"

#include <string.h>

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
