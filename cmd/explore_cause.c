/* Of all that was seen, what the failure comes from. */
#include "cmd/explore_lifetime.h"

#include "cmd/explore_shared.h"

/*
 * Locks and waits leave out orders, and where all fail none of them helps; but
 * one variable for each thread may, and to read it anew.
 */
static bool mends(struct explore_view *view, const struct finding *failure,
	const struct finding *cause)
{
	char words[3 * EXPLORE_WORDS_SIZE] = "";

	if (!explore_fails_always(view, failure))
		return true;
	if (cause->kind == FOUND_ATOMICITY)
		return explore_wait_between(
			view->wire, &cause->first, &cause->third);
	return explore_own_advice(view, cause, words, sizeof(words)) ||
	       explore_local_advice(view, cause, words, sizeof(words));
}

/*
 * A habit lets all the rest happen; a pair that was broken lets races happen,
 * and both let the rest happen.
 */
const struct finding *explore_cause(
	struct explore_view *view, const struct finding *failure)
{
	const struct wire *wire = view->wire;
	const struct finding *race = explore_main_race(view, failure);
	char words[3 * EXPLORE_WORDS_SIZE];

	if (explore_habit(view, failure, words, sizeof(words)))
		return failure;
	words[0] = '\0';
	if (explore_early_advice(view, failure, words, sizeof(words)) ||
		explore_explains_itself(view, failure) ||
		explore_is_unmade(view, failure) ||
		explore_lifetime_is_certain(view, failure))
		return failure;
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *finding = &wire->findings[i];

		if (finding->kind == FOUND_ATOMICITY &&
			!explore_race_on(wire, finding->first.object) &&
			mends(view, failure, finding))
			return finding;
	}
	return race && mends(view, failure, race) ? race : failure;
}
