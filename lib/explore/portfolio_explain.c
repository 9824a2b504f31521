/* What explore knows of a failure beyond its execution, for a replay. */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"

#include <string.h>

static bool same_choices(const struct schedule *a, const struct schedule *b)
{
	if (a->nchoices != b->nchoices)
		return false;
	for (uint32_t i = 0; i < a->nchoices; i++) {
		if (a->choices[i].pick != b->choices[i].pick ||
			a->choices[i].is_value != b->choices[i].is_value)
			return false;
	}
	return true;
}

static bool same_lines(const struct schedule *a, const struct schedule *b)
{
	if (a->nlines != b->nlines)
		return false;
	for (unsigned i = 0; i < a->nlines; i++) {
		if (a->lines[i].file != b->lines[i].file ||
			a->lines[i].line != b->lines[i].line)
			return false;
	}
	return true;
}

static bool same(const struct schedule *a, const struct schedule *b)
{
	return a->memory == b->memory && a->spurious == b->spurious &&
	       a->ends_with == b->ends_with && same_lines(a, b) &&
	       same_choices(a, b);
}

static unsigned nkills(const struct schedule *schedule)
{
	unsigned n = 0;

	for (uint32_t i = 0; schedule->processes && i < schedule->nchoices; i++)
		n += schedule->choices[i].is_value;
	return n;
}

/* As they were when the schedule was found. */
static void set_options(struct portfolio *p, const struct schedule *schedule)
{
	struct portfolio_options *options = &p->options;

	options->memory = schedule->memory;
	options->wait_all = schedule->wait_all;
	options->isolate = schedule->isolate;
	options->outcomes = false;
	options->kills = nkills(schedule);
	if (options->spurious < schedule->spurious)
		options->spurious = schedule->spurious;
	options->check_exit |= schedule->ends_with == FOUND_EXIT_CODE;
	options->strict |= schedule->ends_with == FOUND_MAIN_LEFT ||
			   schedule->ends_with == FOUND_THREAD_LEFT ||
			   schedule->ends_with == FOUND_LOCK_LEFT ||
			   schedule->ends_with == FOUND_LEAK;
}

/* Another schedule than explore comes to: what is known of that counts. */
static int describe_other(struct portfolio *p, const struct schedule *schedule,
	const struct portfolio_result *explored,
	struct portfolio_result *result)
{
	bool alike = explored->answer == ANSWER_FOUND &&
		     explored->failure.kind == result->failure.kind &&
		     explored->memory == result->memory;

	p->deadline_ns = clock_now() + 2 * portfolio_second_ns;
	if (result->failure.kind == FOUND_HANG)
		return 0;
	result->preemptions = (int)p->npreemptions;
	result->fewest = alike && explored->fewest &&
			 explored->preemptions == result->preemptions;
	result->weak = alike && explored->weak;
	p->settled = false;
	if (!portfolio_ends_with(&result->failure))
		portfolio_find_no_return(p, result);
	p->nlines = schedule->nlines;
	return portfolio_show(p, result);
}

int portfolio_explain(struct portfolio *p, const struct schedule *schedule,
	struct portfolio_result *result)
{
	struct portfolio_result explored;
	int status;

	set_options(p, schedule);
	status = portfolio_explore(p, &explored);
	if (status || explored.answer == ANSWER_STOPPED)
		return status;
	if (explored.answer == ANSWER_FOUND &&
		same(schedule, &explored.schedule)) {
		explored.asked_memory = explored.memory;
		explored.nschedules = 0;
		explored.nexecutions = result->nexecutions;
		explored.nsteps = result->nsteps;
		explored.elapsed_ns = result->elapsed_ns;
		*result = explored;
		return 0;
	}
	status = portfolio_replay(p, schedule, result);
	if (status || result->answer != ANSWER_FOUND || schedule->processes)
		return status;
	return describe_other(p, schedule, &explored, result);
}
