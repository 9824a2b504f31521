/*
 * The failure with the fewest preemptions. All schedules with none are tried,
 * then all with one, ...: the first that fails needs no fewer. A wake-up that
 * nobody signalled counts as much as all of these. In a large program this has
 * no end in time; then switches are taken away from the schedule that failed,
 * and what is left may be more than needed.
 */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"

#include <string.h>

enum {
	RACE_EXECUTIONS = 2000,
	LONG = 40, /* choices: there may be one with as few, and shorter */
};

static const uint64_t half_a_second_ns = 500 * 1000 * 1000;

/* Those with so many wake-ups and fewer preemptions do not fail. */
struct tried {
	unsigned nearly, npreemptions;
};

/* What it leaves in doubt concerns the search, and not the answer. */
static int search(struct portfolio *p, struct wire_config *config,
	struct portfolio_result *result)
{
	struct portfolio_result own = {0};
	int status;

	config->deadline_ns = clock_now() + half_a_second_ns;
	config->ends_with = portfolio_ends_with(&result->failure);
	status = portfolio_search(p, config, &own);
	result->nexecutions += own.nexecutions;
	result->nsteps += own.nsteps;
	return status;
}

static bool found(struct portfolio *p)
{
	return session_wire(p->session)->progress.end == END_FOUND;
}

/* Every schedule within the bound was tried. */
static bool exhausted(struct portfolio *p)
{
	const struct wire_progress *progress =
		&session_wire(p->session)->progress;

	return progress->end == END_EXHAUSTED &&
	       !(progress->doubts & ~(uint32_t)DOUBT_BOUND);
}

static void settle(struct portfolio *p, struct portfolio_result *result,
	const struct tried *tried)
{
	result->preemptions = (int)p->npreemptions;
	result->spurious = p->nearly;
	result->fewest = p->nearly == tried->nearly &&
			 p->npreemptions == tried->npreemptions;
}

/* Returns SESSION_STOPPED or a negative errno to give up, else 0. */
static int raise_bound(struct portfolio *p, struct portfolio_result *result,
	struct tried *tried)
{
	while (tried->npreemptions <= p->options.max_bound) {
		struct wire_config config = portfolio_config(p, SEARCH_BOUNDED);
		int status;

		config.bound = tried->npreemptions;
		config.spurious = tried->nearly;
		config.stop = true;
		status = search(p, &config, result);
		if (status < 0 || status == SESSION_STOPPED)
			return status;
		if (found(p)) {
			portfolio_keep(p, result);
			settle(p, result, tried);
			return 0;
		}
		if (!exhausted(p))
			return 0;
		tried->npreemptions++;
	}
	return 0;
}

/* A race is told of by executions that came to a good end: get one. */
static int find_race(struct portfolio *p, struct portfolio_result *result)
{
	struct wire_config config = portfolio_config(p, SEARCH_RANDOM);
	int status;

	config.stop = true;
	config.max_executions = RACE_EXECUTIONS;
	status = search(p, &config, result);
	if (status >= 0 && found(p))
		portfolio_keep(p, result);
	return status;
}

static void keep_least(struct portfolio *p)
{
	const void *state = session_wire(p->session)->search;
	const struct wire_least *least = state;

	if (least->nchoices == 0)
		return;
	p->nchoices = least->nchoices;
	p->npreemptions = least->npreemptions;
	p->nearly = least->nearly;
	p->fingerprint = least->fingerprint;
	memcpy(p->choices, least->choices,
		least->nchoices * sizeof(least->choices[0]));
}

static int take_switches_away(struct portfolio *p,
	struct portfolio_result *result, const struct tried *tried)
{
	struct wire_config config = portfolio_config(p, SEARCH_MINIMISE);
	int status;

	p->prefix = p->choices;
	config.nchoices = p->nchoices;
	config.wanted = result->failure.kind;
	config.frozen = true;
	status = search(p, &config, result);
	if (status < 0)
		return status;
	keep_least(p);
	settle(p, result, tried);
	return status;
}

int portfolio_simplify(struct portfolio *p, struct portfolio_result *result)
{
	unsigned most = p->nchoices && !p->nearly ? 0 : p->options.spurious;
	struct tried tried;
	int status = 0;

	for (unsigned nearly = 0; nearly <= most; nearly++) {
		tried = (struct tried){nearly, 0};
		status = raise_bound(p, result, &tried);
		if (status || result->fewest)
			return status || p->nchoices < LONG
				       ? status
				       : take_switches_away(p, result, &tried);
	}
	if (p->nchoices == 0)
		status = find_race(p, result);
	if (status >= 0 && status != SESSION_STOPPED && p->nchoices)
		status = take_switches_away(p, result, &tried);
	return status;
}
