/* The lines that race on something, as where to hold a lock. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

#include <string.h>

enum {
	MOST_SITES = 4
};

/* Lines of one function, one after the other. */
struct site {
	uint64_t pc; /* in the first of them */
	struct place place;
	int last;
};

struct sites {
	unsigned n;
	bool more;
	struct site all[MOST_SITES];
};

static bool is_same_line(const struct site *a, const struct site *b)
{
	return a->place.line == b->place.line &&
	       (a->place.line ? !strcmp(a->place.file, b->place.file)
			      : a->pc == b->pc);
}

static void add_site(
	struct explore_view *view, struct sites *sites, uint64_t pc)
{
	struct site site = {.pc = pc};

	if (!symbols_place(view->symbols, pc, &site.place) || !site.place.file)
		site.place.line = 0;
	site.last = site.place.line;
	for (unsigned i = 0; i < sites->n; i++) {
		if (is_same_line(&sites->all[i], &site))
			return;
	}
	sites->more |= sites->n == MOST_SITES;
	if (sites->n < MOST_SITES)
		sites->all[sites->n++] = site;
}

static bool is_next(const struct site *a, const struct site *b)
{
	return a->last && a->last + 1 == b->place.line && a->place.function &&
	       b->place.function &&
	       !strcmp(a->place.function, b->place.function) &&
	       !strcmp(a->place.file, b->place.file);
}

/* The one that goes on where the other ends, if there are two such. */
static bool join_two(struct sites *sites)
{
	for (unsigned i = 0; i < sites->n; i++) {
		for (unsigned k = 0; k < sites->n; k++) {
			struct site *a = &sites->all[i], *b = &sites->all[k];
			unsigned last = i > k ? i : k;
			struct site both = *a;

			if (!is_next(a, b))
				continue;
			both.last = b->last;
			sites->all[i < k ? i : k] = both;
			memmove(&sites->all[last], &sites->all[last + 1],
				(--sites->n - last) * sizeof(both));
			return true;
		}
	}
	return false;
}

static void site_words(struct explore_view *view, const struct site *site,
	char *words, size_t size)
{
	struct place end = site->place;
	char place[EXPLORE_WORDS_SIZE];

	explore_place_name(view, site->pc, place);
	if (site->last == site->place.line) {
		text_append(words, size, "at %s", place);
		return;
	}
	end.line = site->last;
	text_append(words, size, "from %s to ", place);
	text_append(words, size, "%s", explore_place_words(view, &end, place));
}

bool explore_add_sites(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct sites sites = {0};
	bool joined = false;

	add_site(view, &sites, race->second.pc);
	add_site(view, &sites, race->first.pc);
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *other = &wire->findings[i];

		if (other->kind != FOUND_RACE ||
			other->first.object != race->first.object)
			continue;
		add_site(view, &sites, other->second.pc);
		add_site(view, &sites, other->first.pc);
	}
	while (join_two(&sites))
		joined = true;
	for (unsigned i = 0; i < sites.n; i++) {
		text_append(words, size, "%s",
			i == 0                          ? ""
			: i + 1 < sites.n || sites.more ? ", "
							: " and ");
		site_words(view, &sites.all[i], words, size);
	}
	if (sites.more)
		text_append(words, size, " and wherever else it is used");
	return joined;
}
