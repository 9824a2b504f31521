/* The two sides of a data race. */
#include "cmd/explore_way.h"

#include "cmd/text.h"

static const char *verb_of(const struct party *side)
{
	switch (side->op) {
	case OP_FREE:
		return "frees";
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
		return "writes";
	case OP_ATOMIC_UPDATE:
		return "changes";
	default:
		return "reads";
	}
}

/* "T1 writes it at x.c:5, holding a, b" */
static void side_words(struct explore_view *view, const struct party *side,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s %s it at %s",
		explore_thread_name(side->thread, name), verb_of(side),
		explore_place_name(view, side->pc, place));
	explore_add_way(view, side->pc, side->way, words, size);
	text_append(words, size, ", holding ");
	for (uint32_t i = 0; i < side->nheld; i++)
		text_append(words, size, "%s%s", i ? ", " : "",
			explore_object_name(view, side->held[i].object, name));
	if (side->nheld == 0)
		text_append(words, size, "no lock");
}

void explore_race_words(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	words[0] = '\0';
	side_words(view, &race->second, words, size);
	text_append(words, size, "; ");
	side_words(view, &race->first, words, size);
}
