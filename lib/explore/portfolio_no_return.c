/*
 * The point of no return: the first step of a failure after which every way
 * leads to one. It is looked for from the end, where that is soon known, and
 * claimed only where all ways were tried.
 */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"

enum {
	LOOK_EXECUTIONS = 3000,
	MOST_AHEAD = 3, /* preemptions that are tried one after the other */
	MOST_WAKES = 3, /* of those that nobody signals */
	MOST_ROUNDS = 3 /* of learning which accesses race */
};

/* A search after these choices, to its end or the first that it stops at. */
static struct wire_config after(
	struct portfolio *p, const struct choice *choices, uint32_t n)
{
	struct wire_config config = portfolio_config(p, SEARCH_DPOR);

	p->prefix = choices;
	config.nchoices = n;
	config.frozen |= p->rehearsed;
	config.spurious = p->spurious;
	config.wakes_last = p->wakes_last;
	config.ends_with = p->ends_with;
	config.max_executions = LOOK_EXECUTIONS;
	config.deadline_ns = clock_now() + portfolio_second_ns / 4;
	return config;
}

/* Returns as portfolio_look_ahead; *doubts: why there may be more. */
static int look(
	struct portfolio *p, const struct wire_config *config, uint32_t *doubts)
{
	const struct wire *wire = portfolio_wire(p);
	struct portfolio_result ignored = {0};
	int status = portfolio_search(p, config, &ignored);

	*doubts = (ignored.doubts & ~(uint32_t)DOUBT_UNSEEN) |
		  (wire->progress.doubts & DOUBT_BOUND);
	if (status != SESSION_ENDED || wire->progress.end != END_EXHAUSTED)
		*doubts |= DOUBT_TIME;
	if (status < 0)
		return status;
	return status == SESSION_ENDED && wire->progress.end == END_FOUND;
}

int portfolio_look_ahead(struct portfolio *p, const struct choice *choices,
	uint32_t n, bool good, bool *none_left)
{
	struct wire_config config = after(p, choices, n);
	uint32_t doubts;
	int found;

	config.stop = !good;
	config.stop_good = good;
	found = look(p, &config, &doubts);
	*none_left = !doubts;
	return found;
}

int portfolio_look_everywhere(struct portfolio *p, const struct choice *choices,
	uint32_t n, bool good, bool *none_left)
{
	struct wire_config config = after(p, choices, n);
	uint32_t doubts;
	int found;

	config.search = SEARCH_BOUNDED;
	config.bound = WIRE_MAX_CHOICES;
	config.deadline_ns = clock_now() + 2 * portfolio_second_ns;
	config.stop = !good;
	config.stop_good = good;
	found = look(p, &config, &doubts);
	*none_left = !doubts;
	return found;
}

int portfolio_look_with_wakeups(struct portfolio *p,
	const struct choice *choices, uint32_t n, bool *none_left)
{
	unsigned spurious = p->spurious;
	int found = 0;

	*none_left = true;
	if (p->options.spurious > spurious) {
		p->spurious = p->options.spurious;
		found = portfolio_look_everywhere(
			p, choices, n, false, none_left);
		p->spurious = spurious;
	}
	return found;
}

int portfolio_look_for_failure(struct portfolio *p,
	const struct choice *choices, uint32_t n, bool *none_left)
{
	uint32_t doubts;
	int found = 0;

	*none_left = false;
	for (unsigned bound = 0; bound <= MOST_AHEAD && !found && !*none_left;
		bound++) {
		struct wire_config config = after(p, choices, n);

		config.search = SEARCH_BOUNDED;
		config.bound = bound;
		config.stop = true;
		found = look(p, &config, &doubts);
		*none_left = !doubts;
	}
	return found || *none_left
		       ? found
		       : portfolio_look_ahead(p, choices, n, false, none_left);
}

enum ahead {
	AHEAD_GOOD, /* some way leads to a good end */
	AHEAD_NONE, /* no way does */
	AHEAD_UNKNOWN
};

static enum ahead look_for_good(
	struct portfolio *p, uint32_t n, enum go_on go_on, uint32_t *doubts)
{
	struct wire_config config = after(p, p->choices, n);
	int found;

	config.stop_good = true;
	config.go_on = (uint8_t)go_on;
	found = look(p, &config, doubts);
	if (found > 0)
		return AHEAD_GOOD;
	return found == 0 && !*doubts ? AHEAD_NONE : AHEAD_UNKNOWN;
}

/* After n choices of the failure. */
static enum ahead ahead_of(struct portfolio *p, uint32_t n)
{
	uint32_t doubts;
	enum ahead ahead = look_for_good(p, n, GO_ON_ONCE, &doubts);

	if (ahead == AHEAD_UNKNOWN && doubts == DOUBT_CUT)
		ahead = look_for_good(p, n, GO_ON_ALL, &doubts);
	return ahead;
}

/* What others do after a failure was only seen in one order. */
static bool stands(struct portfolio *p, uint32_t n)
{
	uint32_t doubts;

	return look_for_good(p, n, GO_ON_ALL, &doubts) != AHEAD_GOOD;
}

/* Where no way is left without a wake-up that nobody signals. */
static bool look_in_vain(struct portfolio *p, uint32_t n)
{
	bool none_left;
	int found;

	p->spurious = MOST_WAKES;
	found = portfolio_look_everywhere(p, p->choices, n, true, &none_left);
	p->spurious = 1;
	return !found && (none_left || ahead_of(p, n) == AHEAD_NONE);
}

/* After n choices of a deadlock, and at its end: do those who sleep do so? */
static bool wakes_in_vain(
	struct portfolio *p, const struct finding *failure, uint32_t n)
{
	unsigned spurious = p->spurious;
	bool in_vain;

	if (failure->kind != FOUND_DEADLOCK || spurious)
		return false;
	p->wakes_last = true;
	in_vain = look_in_vain(p, p->nchoices) && look_in_vain(p, n);
	p->wakes_last = false;
	p->spurious = spurious;
	return in_vain;
}

/* The return of a function is no step: its other orders are not seen. */
static bool is_of_steps(const struct finding *failure)
{
	return failure->kind != FOUND_MISUSE &&
	       failure->kind != FOUND_DEAD_FRAME;
}

/* What is a step changes with these. */
static uint32_t nknown(struct portfolio *p)
{
	const struct wire *wire = portfolio_wire(p);

	return p->nlines + wire->nracy + wire->nwatched;
}

bool portfolio_find_no_return(
	struct portfolio *p, struct portfolio_result *result)
{
	uint32_t known = nknown(p), n = p->nchoices;
	enum ahead ahead = ahead_of(p, n);
	bool lost = ahead == AHEAD_NONE;

	while (ahead == AHEAD_NONE && n > 0 && !portfolio_over(p) &&
		nknown(p) == known)
		ahead = ahead_of(p, --n);
	if (ahead == AHEAD_GOOD) {
		portfolio_learn_good(p, &result->failure);
		n++;
	} else if (ahead == AHEAD_UNKNOWN || n > 0)
		lost = false;
	lost = lost && stands(p, n);
	result->early_in_vain = wakes_in_vain(
		p, &result->failure, lost ? n : p->nchoices);
	if (nknown(p) != known)
		return false;
	result->lost_at = lost ? n : 0;
	result->always = lost && n == 0 && is_of_steps(&result->failure);
	return true;
}

/* The failure as the steps are now. It stays as it was when none is found. */
static int simplify_again(struct portfolio *p, struct portfolio_result *result)
{
	uint32_t nchoices = p->nchoices;
	unsigned nlines = p->nlines;
	int status;

	p->nchoices = 0;
	result->fewest = false;
	status = portfolio_simplify(p, result);
	if (p->nchoices == 0) {
		p->nchoices = nchoices;
		p->nlines = nlines;
	}
	return status;
}

/*
 * The simplest failure, and from where on it is one. Where more races are seen
 * on the way, there are more steps, and both are looked for anew.
 */
int portfolio_find_simplest(
	struct portfolio *p, struct portfolio_result *result)
{
	int status = portfolio_simplify(p, result);

	for (int round = 1; status == 0; round++) {
		p->spurious = result->spurious;
		if (portfolio_ends_with(&result->failure) ||
			portfolio_find_no_return(p, result) ||
			round == MOST_ROUNDS)
			break;
		status = simplify_again(p, result);
	}
	return status;
}
