/* What each thread needs for itself, and all have only once. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

#include <string.h>

/* Functions of the C library that keep something for all threads together. */
static const struct {
	const char *kept, *advice;
} library[] = {
	{"strtok's own", "strtok keeps its place in one variable for all "
			 "threads: call strtok_r, which keeps it in yours"},
	{"localtime's", "localtime and gmtime put their result in one place "
			"for all threads: call localtime_r or gmtime_r, which "
			"put it in yours"},
	{"asctime's", "asctime and ctime put their result in one place for all "
		      "threads: call asctime_r or ctime_r, which put it in "
		      "yours"},
};

static bool library_advice(const char *name, char *words, size_t size)
{
	for (size_t i = 0; i < sizeof(library) / sizeof(library[0]); i++) {
		if (!strstr(name, library[i].kept))
			continue;
		text_append(words, size, "%s", library[i].advice);
		return true;
	}
	return false;
}

enum {
	NEAR = 4096, /* bytes */
};

enum use {
	USE_NONE,
	USE_WRITTEN,
	USE_READ_BACK, /* after that */
	USE_OTHER, /* it has read what another made */
};

static enum use next_use(enum use use, const struct event *event)
{
	bool write = event->op.kind == OP_WRITE ||
		     event->op.kind == OP_ATOMIC_WRITE;

	switch (use) {
	case USE_NONE:
		return write ? USE_WRITTEN : USE_OTHER;
	case USE_WRITTEN:
		return write ? USE_WRITTEN : USE_READ_BACK;
	default:
		return use;
	}
}

/* Where the variable begins that has this byte. */
static uint64_t variable_of(struct explore_view *view, uint64_t object)
{
	struct symbols_spot spot;

	return explore_spot(view, object, &spot) ? object - spot.offset
						 : object;
}

static bool is_access(const struct event *event)
{
	return event->op.kind >= OP_READ && event->op.kind <= OP_ATOMIC_UPDATE;
}

/* Looked for only near by: to look a name up takes its time. */
static bool touches(
	struct explore_view *view, const struct event *event, uint64_t variable)
{
	return is_access(event) && event->op.object >= variable &&
	       event->op.object - variable < NEAR &&
	       variable_of(view, event->op.object) == variable;
}

/* All write it before they read it: it is for nobody else. */
static unsigned nusers(struct explore_view *view, uint64_t object)
{
	const struct wire *wire = view->wire;
	uint64_t variable = variable_of(view, object);
	enum use uses[WIRE_MAX_THREADS] = {USE_NONE};
	unsigned n = 0;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		enum use *use = &uses[event->thread];

		if (touches(view, event, variable))
			*use = next_use(*use, event);
	}
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (uses[i] == USE_OTHER)
			return 0;
		n += uses[i] == USE_READ_BACK;
	}
	return n;
}

static bool scratch_advice(struct explore_view *view,
	const struct finding *race, const char *name, char *words, size_t size)
{
	char place[EXPLORE_WORDS_SIZE], local[EXPLORE_WORDS_SIZE];
	int n = (int)strcspn(name, "[");

	if (nusers(view, race->first.object) < 2 ||
		explore_owner_of_local(view, race->first.object, local))
		return false;
	explore_place_name(view,
		race->second.op == OP_WRITE ? race->second.pc : race->first.pc,
		place);
	text_append(words, size,
		"each thread writes %.*s (%s) and then reads what it wrote, "
		"but there is one %.*s for all: give each thread its own "
		"(a buffer of whoever calls, or _Thread_local)",
		n, name, place, n, name);
	return true;
}

bool explore_own_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	explore_object_name(view, race->first.object, name);
	return library_advice(name, words, size) ||
	       (!race->first.nheld && !race->second.nheld &&
		       scratch_advice(view, race, name, words, size));
}
