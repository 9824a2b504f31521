/* Whether a failure is one of order: a thread came too early. */
#include "lib/explore/portfolio_impl.h"

#include "lib/clock.h"
#include "lib/explore/inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* It ends where a thread found a value that is not right. */
static bool is_of_values(const struct finding *failure)
{
	switch (failure->kind) {
	case FOUND_ASSERT:
	case FOUND_ABORT:
	case FOUND_SIGNAL:
	case FOUND_EXIT_CODE:
		return failure->first.thread != WIRE_NOBODY;
	default:
		return false;
	}
}

int portfolio_learn_good(struct portfolio *p, const struct finding *failure)
{
	struct wire *wire = session_wire(p->session);
	uint32_t n = wire->nchoices;
	struct choice *choices;
	int status;

	if (!is_of_values(failure) || p->memory != MEMORY_SC)
		return 0;
	choices = malloc((n + 1) * sizeof(*choices));
	if (!choices)
		return -ENOMEM;
	memcpy(choices, wire->choices, n * sizeof(*choices));
	status = portfolio_trace(p, choices, n);
	if (status == SESSION_ENDED && !wire->failure) {
		inspect_trace(wire);
		portfolio_drop_temporaries(p);
		status = early_learn(&p->twin, wire);
	}
	free(choices);
	return status < 0 ? status : 0;
}

static bool is_writer(const struct early *early, unsigned thread)
{
	for (unsigned i = 0; i < early->nwriters; i++) {
		if (early->writers[i].thread == thread)
			return true;
	}
	return false;
}

/* The way to the read, and none of those whom it did not wait for goes on. */
static uint32_t way_without_writers(const struct portfolio *p,
	const struct early *early, uint32_t end, struct choice *way)
{
	uint32_t n = 0;
	bool left_out = false;

	for (uint32_t i = 0; i < end && i < p->nchoices; i++) {
		const struct choice *choice = &p->choices[i];

		if (!choice->is_value)
			left_out = is_writer(early, choice->pick) &&
				   choice->pick != 0;
		if (!left_out)
			way[n++] = *choice;
	}
	return n;
}

/* Look for a good end; from earlier on where the way cannot be gone. */
static int look_for_good(
	struct portfolio *p, const struct choice *way, uint32_t n)
{
	const struct wire *wire = session_wire(p->session);
	bool none_left;
	int found;

	do {
		found = portfolio_look_ahead(p, way, n, true, &none_left);
	} while (!found && wire->failure &&
		 wire->findings[wire->failure - 1].kind == FOUND_DIVERGED &&
		 n-- > 0);
	return found;
}

enum verdict {
	VERDICT_EARLY, /* so early it always fails */
	VERDICT_TOLD, /* it does not come there unless it is told to */
	VERDICT_OTHER, /* it may come early: something else is wrong */
};

/* Returns an enum verdict or a negative errno. */
static int judge(struct portfolio *p, const struct early *early)
{
	struct wire *wire = session_wire(p->session);
	struct choice *way = malloc(WIRE_MAX_CHOICES * sizeof(*way));
	uint32_t n;
	int found, status = 0;

	if (!way)
		return -ENOMEM;
	n = way_without_writers(
		p, early, wire->events[early->step - 1].choice, way);
	found = look_for_good(p, way, n);
	if (found > 0) {
		n = wire->nchoices;
		memcpy(way, wire->choices, n * sizeof(*way));
		status = portfolio_trace(p, way, n);
	}
	free(way);
	if (found < 0 || status < 0)
		return found < 0 ? found : status;
	if (!found)
		return VERDICT_EARLY;
	return early_is_kept(wire, early) ? VERDICT_TOLD : VERDICT_OTHER;
}

static void find_crowd(struct portfolio *p, struct portfolio_result *result)
{
	if (!crowd_find(session_wire(p->session), &result->failure,
		    &result->crowd) ||
		!crowd_is_counted(&p->twin, &result->crowd))
		result->crowd = (struct crowd){0};
}

int portfolio_find_early(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);
	uint32_t nfindings = wire->nfindings;
	struct early early, first;
	int verdict;
	bool is_told;

	result->crowd = (struct crowd){0};
	result->left.thread = WIRE_NOBODY;
	if (!is_of_values(&result->failure) || p->memory != MEMORY_SC ||
		!p->twin.events)
		return 0;
	find_crowd(p, result);
	early_find_left(&p->twin, wire, &result->failure, &result->left);
	if (!early_find(&p->twin, wire, &result->failure, &early))
		return 0;
	is_told = early_find_sign(wire, &early);
	first = early;
	early_to_first(wire, &first);
	verdict = judge(p, &early);
	if (verdict < 0)
		return verdict;
	if (verdict == VERDICT_EARLY) {
		result->early = first;
		result->early.sign = 0;
	} else if (verdict == VERDICT_TOLD && is_told) {
		result->early = early;
	}
	wire->nfindings = nfindings;
	return portfolio_show(p, result);
}
