/* Too many, let in together by a semaphore that began with too much. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

/* "T1, T2 and T3" */
static void crowd_names(const struct crowd *crowd, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];
	unsigned left = crowd->nthreads;

	for (unsigned i = 0; left; i++) {
		if (!(crowd->threads >> i & 1))
			continue;
		left--;
		text_append(words, size, "%s%s", explore_thread_name(i, name),
			left > 1    ? ", "
			: left == 1 ? " and "
				    : "");
	}
}

/*
 * Of the execution that is shown, which may be another than the search has
 * found: play has the player's.
 */
static bool is_there(const struct explore_view *view,
	const struct finding *failure, struct crowd *crowd)
{
	const struct crowd *found = &view->result->crowd;

	return found->semaphore &&
	       failure->kind == view->result->failure.kind &&
	       failure->first.pc == view->result->failure.first.pc &&
	       crowd_find(view->wire, failure, crowd) &&
	       crowd->semaphore == found->semaphore &&
	       crowd->object == found->object;
}

bool explore_crowd_advice(struct explore_view *view,
	const struct finding *failure, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];
	struct crowd crowd;

	if (!is_there(view, failure, &crowd))
		return false;
	text_append(words, size, "%s has let in ",
		explore_object_name(view, crowd.semaphore, name));
	crowd_names(&crowd, words, size);
	text_append(words, size, " together, since it ");
	explore_began_words(view, crowd.semaphore, words, size);
	text_append(words, size, ": let it begin with ");
	if (crowd.fewer_pass)
		text_append(words, size, "%u, ", crowd.nthreads - 1);
	text_append(words, size, "as many as may be in at once");
	return true;
}
