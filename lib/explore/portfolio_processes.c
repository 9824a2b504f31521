/* A program of several processes: another search, the same answer. */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"
#include "lib/explore/processes.h"

#include <string.h>

static int open_processes(struct portfolio *p, struct processes **result)
{
	const struct portfolio_options *options = &p->options;
	const struct processes_options todo = {
		.program = options->build->program,
		.shim = options->build->preload,
		.folder = options->build->folder,
		.box = options->sources->box,
		.arguments = options->arguments,
		.invariant = options->invariant,
		.deadline_ns = p->deadline_ns,
		.max_steps = options->max_steps,
		.max_bound = options->max_bound,
		.kills = options->kills,
		.has_frames = !options->sources->binary,
		.spare_first = options->spare_first,
		.tick = options->tick,
		.context = options->context,
	};

	return processes_open(&todo, session_wire(p->session), result);
}

/* Both kinds of choices: the trace shows which is which. */
static int npreemptions(const struct wire *wire, unsigned *nkills)
{
	int n = 0;

	*nkills = 0;
	for (uint32_t i = 0; i < wire->nchoices; i++)
		*nkills += wire->choices[i].is_value;
	for (uint32_t i = 1; i < wire->nchoices; i++)
		n += (wire->events[i - 1].flags & EVENT_PREEMPTED) != 0;
	return n;
}

static void keep(struct portfolio *p, struct portfolio_result *result,
	const struct processes_result *found)
{
	struct wire *wire = session_wire(p->session);

	symbols_move(p->symbols, wire->base);
	result->spurious = 0;
	result->nexecutions += found->nexecutions;
	result->nsteps += found->nsteps;
	if (found->unstable)
		result->doubts |= DOUBT_UNSTABLE;
	if (found->cut)
		result->doubts |= DOUBT_STEP_LIMIT;
	if (found->shares)
		result->doubts |= DOUBT_SHARED;
	if (found->over)
		result->doubts |= DOUBT_TIME;
	if (!found->found) {
		if (found->exhausted)
			result->nschedules = found->nexhausted;
		result->answer = found->stopped ? ANSWER_STOPPED
						: ANSWER_NONE_FOUND;
		return;
	}
	result->answer = ANSWER_FOUND;
	result->failure = wire->findings[0];
	result->preemptions = npreemptions(wire, &result->kills);
	p->nchoices = wire->nchoices;
	memcpy(p->choices, wire->choices,
		wire->nchoices * sizeof(wire->choices[0]));
}

static bool same_choices(const struct portfolio *p, const struct wire *wire)
{
	return wire->nchoices == p->nchoices &&
	       !memcmp(wire->choices, p->choices,
		       p->nchoices * sizeof(p->choices[0]));
}

/* Once more, from the beginning: does it fail again? */
static int confirm(struct portfolio *p, struct processes *processes,
	struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	struct processes_result again;
	int status = processes_replay(processes, p->nchoices, &again);

	result->confirmed = again.found && same_choices(p, wire) &&
			    wire->findings[0].kind == result->failure.kind;
	return status;
}

static void describe(struct portfolio *p, struct portfolio_result *result,
	const struct processes_result *found)
{
	result->bound = found->bound;
	result->complete = found->complete;
	portfolio_describe(p, result);
	result->schedule.processes = true;
}

int portfolio_explore_processes(
	struct portfolio *p, struct portfolio_result *result)
{
	struct processes *processes;
	struct processes_result found;
	uint64_t start = clock_now();
	int status = open_processes(p, &processes);

	if (status)
		return status;
	status = processes_explore(processes, &found);
	if (!status) {
		keep(p, result, &found);
		result->fewest = found.found;
	}
	if (!status && found.found)
		status = confirm(p, processes, result);
	processes_close(processes);
	describe(p, result, &found);
	result->elapsed_ns = clock_now() - start;
	return status;
}

int portfolio_replay_processes(struct portfolio *p,
	const struct schedule *schedule, struct portfolio_result *result)
{
	struct processes *processes;
	struct processes_result found;
	uint64_t start = clock_now();
	int status = open_processes(p, &processes);

	if (status)
		return status;
	memcpy(session_wire(p->session)->choices, schedule->choices,
		schedule->nchoices * sizeof(schedule->choices[0]));
	status = processes_replay(processes, schedule->nchoices, &found);
	processes_close(processes);
	if (!status)
		keep(p, result, &found);
	describe(p, result, &found);
	result->confirmed = found.found;
	result->elapsed_ns = clock_now() - start;
	return status;
}
