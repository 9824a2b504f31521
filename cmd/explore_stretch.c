/* Two accesses that belong together, and the function that both come from. */
#include "cmd/explore_stretch.h"

#include "cmd/text.h"
#include "lib/explore/ways.h"

#include <string.h>

enum {
	MOST_FUNCTIONS = 64,
	MOST_LINES = 200, /* of a function, from where a thread is in it */
};

/* The functions of a way, counted from the one that the thread began with. */
struct way {
	size_t n;
	struct place functions[MOST_FUNCTIONS];
};

static const struct place *outer(const struct way *way, size_t i)
{
	return &way->functions[way->n - 1 - i];
}

/* False of one that may go on beyond what there is room for, too. */
static bool follow(
	struct explore_view *view, const struct party *party, struct way *way)
{
	way->n = ways_to(view->wire, view->symbols, party->pc, party->way,
		way->functions, MOST_FUNCTIONS);
	return way->n > 0 && way->n < MOST_FUNCTIONS;
}

static bool is_same_function(const struct way *a, const struct way *b, size_t i)
{
	return i < a->n && i < b->n &&
	       !strcmp(outer(a, i)->function, outer(b, i)->function);
}

bool explore_stretch(struct explore_view *view, const struct party *first,
	const struct party *last, struct stretch *stretch)
{
	struct way from, to;
	size_t i = 0;

	if (!follow(view, first, &from) || !follow(view, last, &to) ||
		!is_same_function(&from, &to, 0))
		return false;
	while (outer(&from, i)->line == outer(&to, i)->line &&
		is_same_function(&from, &to, i + 1))
		i++;
	stretch->first = *outer(&from, i);
	stretch->last = *outer(&to, i);
	stretch->depth = i;
	stretch->calls = i + 1 < from.n || i + 1 < to.n;
	return true;
}

/* The function that the thread began with goes on: it is no other call. */
static bool is_round(const struct stretch *stretch)
{
	return !stretch->depth &&
	       explore_goes_back(&stretch->first, &stretch->last);
}

void explore_add_stretch(struct explore_view *view, const struct party *first,
	const struct party *last, char *words, size_t size)
{
	char from[EXPLORE_WORDS_SIZE], to[EXPLORE_WORDS_SIZE];
	struct stretch stretch;

	bool known = explore_stretch(view, first, last, &stretch);
	bool loop = known && is_round(&stretch);

	if (!known || (!stretch.calls && !loop)) {
		explore_add_span(view, first->pc, last->pc, words, size);
		return;
	}
	explore_place_words(view, &stretch.first, from);
	explore_place_words(view, &stretch.last, to);
	if (stretch.calls)
		text_append(words, size, "in %.60s() ",
			explore_function_name(stretch.first.function));
	if (loop)
		text_append(
			words, size, "from %s round the loop to %s", from, to);
	else if (explore_goes_back(&stretch.first, &stretch.last))
		text_append(words, size,
			"from %s until it comes to %s after that", from, to);
	else if (strcmp(from, to))
		text_append(words, size, "from %s to %s", from, to);
	else
		text_append(words, size, "over all of %s", from);
}

/* The event that took the lock, or NULL. */
static const struct event *taking_of(const struct wire *wire,
	const struct party *party, const struct held_lock *lock)
{
	for (uint32_t i = party->step; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == party->thread &&
			event->op.pc == lock->pc &&
			event->op.object == lock->object)
			return event;
	}
	return NULL;
}

bool explore_stretch_locks(struct explore_view *view,
	const struct stretch *stretch, const struct party *party,
	const struct held_lock *lock, bool last, struct place *where)
{
	const struct place *access = last ? &stretch->last : &stretch->first;
	const struct event *taking = taking_of(view->wire, party, lock);
	struct party taker = {.pc = lock->pc};
	struct way way;

	if (!taking)
		return false;
	taker.way = taking->way;
	if (!follow(view, &taker, &way) || stretch->depth >= way.n)
		return false;
	*where = *outer(&way, stretch->depth);
	if (where->line != access->line)
		return last;
	return symbols_place(view->symbols, lock->pc, where);
}

bool explore_decides(const char *line)
{
	return strstr(line, "if (") || strstr(line, "if(") ||
	       strstr(line, "while") || strchr(line, '?');
}

/* As in "ok = n > 0": what is read may be decided about later. */
static bool compares(const char *line)
{
	for (const char *p = line; *p; p++) {
		if (*p == '<' || (*p == '>' && p > line && p[-1] != '-') ||
			!strncmp(p, "==", 2) || !strncmp(p, "!=", 2))
			return true;
	}
	return explore_decides(line);
}

bool explore_stretch_tests(struct explore_view *view, const struct party *first,
	const struct party *last)
{
	struct stretch stretch;
	struct place line;

	if (compares(explore_line_at(view, first->pc)))
		return true;
	if (!explore_stretch(view, first, last, &stretch) || !stretch.calls)
		return false;
	for (line = stretch.first; line.line <= stretch.last.line;
		line.line++) {
		if (explore_decides(explore_line(view, &line)))
			return true;
	}
	return false;
}

static int braces_of(const char *line)
{
	int n = 0;

	for (; *line; line++)
		n += (*line == '{') - (*line == '}');
	return n;
}

int explore_begin_of_function(struct explore_view *view, struct place place)
{
	while (place.line > 0 &&
		!text_has_word(explore_line(view, &place), place.function))
		place.line--;
	return place.line;
}

int explore_end_of_function(struct explore_view *view, struct place place)
{
	int depth = 0, from = place.line, last = from + MOST_LINES;

	place.line = explore_begin_of_function(view, place);
	for (; place.line > 0 && place.line < last; place.line++) {
		depth += braces_of(explore_line(view, &place));
		if (!depth && place.line > from)
			return place.line;
	}
	return 0;
}
