/* Failures that ended no search: what the answer is then. */
#include "lib/explore/portfolio_impl.h"

/*
 * A race is undefined behaviour even where every execution came to a good
 * end: then it is what is shown. So are others that end no execution.
 */
static void fall_back_on(struct portfolio *p, struct portfolio_result *result,
	enum finding_kind kind)
{
	const struct wire *wire = portfolio_wire(p);

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == kind &&
			result->answer != ANSWER_FOUND) {
			result->answer = ANSWER_FOUND;
			result->failure = wire->findings[i];
		}
	}
}

/* Where every outcome is asked for, one that fails ends no search. */
static void fall_back_on_outcomes(
	struct portfolio *p, struct portfolio_result *result)
{
	const struct wire *wire = portfolio_wire(p);

	for (uint32_t i = 0; i < wire->noutcomes; i++) {
		if (wire->outcomes[i].code >= WIRE_FAILED)
			fall_back_on(p, result,
				(enum finding_kind)(
					wire->outcomes[i].code - WIRE_FAILED));
	}
}

void portfolio_fall_back(struct portfolio *p, struct portfolio_result *result)
{
	static const enum finding_kind strict[] = {FOUND_MAIN_LEFT,
		FOUND_THREAD_LEFT, FOUND_LOCK_LEFT, FOUND_LEAK};

	fall_back_on_outcomes(p, result);
	fall_back_on(p, result, FOUND_RACE);
	fall_back_on(p, result, FOUND_WAIT_ONCE);
	for (size_t i = 0; i < sizeof(strict) / sizeof(strict[0]); i++) {
		if (p->options.strict)
			fall_back_on(p, result, strict[i]);
	}
}
