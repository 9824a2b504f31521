/* Two that test what the other sets, before they set their own: both go in. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

enum {
	MOST_READS = 8, /* before what is set: the last one that tests counts */
	MOST_SETS = 16, /* of a thread */
	MOST_LINES = 500, /* of a file with such functions */
};

/* It tests one, and sets another, and sets that back later; events. */
struct entry {
	uint32_t test, set;
	struct place back;
};

static const struct event *at(const struct wire *wire, uint32_t i)
{
	return &wire->events[i];
}

/* Nor has the thread set it to anything else since. */
static bool is_last_of(const struct wire *wire, uint32_t set, uint32_t end)
{
	const struct event *event = at(wire, set);

	for (uint32_t i = set + 1; i < end; i++) {
		if (at(wire, i)->thread == event->thread &&
			at(wire, i)->op.object == event->op.object &&
			explore_is_write(at(wire, i)))
			return false;
	}
	return event->before != event->after;
}

/* The last test of something else before that; or nevents. */
static uint32_t test_before(struct explore_view *view, uint32_t set)
{
	const struct wire *wire = view->wire;
	const struct event *event = at(wire, set);
	unsigned n = 0;

	for (uint32_t i = set; i-- > 0 && n < MOST_READS;) {
		if (at(wire, i)->thread != event->thread ||
			!explore_is_read(at(wire, i)))
			continue;
		n++;
		if (at(wire, i)->op.object != event->op.object &&
			explore_decides(
				explore_line_at(view, at(wire, i)->op.pc)))
			return i;
	}
	return wire->nevents;
}

/* "wants[me]" of "wants[me] = true", and the call of an atomic store. */
static size_t target_of(const char *line)
{
	const char *end = strstr(line, " = ");

	return end ? (size_t)(end - line) : strcspn(line, ",");
}

static bool sets_same(const char *line, const char *target, size_t n)
{
	return target_of(line) == n && !strncmp(line, target, n);
}

/* "1" or "true" behind what is set, rather than "head + 1"; and the reverse. */
static bool is_word(const char *rest, const char *number, const char *word)
{
	rest += strspn(rest, " =,");
	return !strncmp(rest, number, 1) || !strncmp(rest, word, strlen(word));
}

/* A function of its own, before main, unsets what this line sets. */
static bool is_unset_elsewhere(struct explore_view *view, const char *target,
	size_t n, struct place *back)
{
	if (!is_word(target + n, "1", "true"))
		return false;
	for (back->line = 1; back->line < MOST_LINES; back->line++) {
		const char *line = explore_line(view, back);

		if (!strncmp(line, "int main", 8))
			break;
		if (sets_same(line, target, n) &&
			is_word(line + n, "0", "false"))
			return true;
	}
	return false;
}

/* Below in the same function it is set once more, and that is to end it. */
static bool is_set_back(
	struct explore_view *view, uint64_t pc, struct place *back)
{
	char target[EXPLORE_WORDS_SIZE] = "";
	size_t n;
	int last;

	text_append(target, sizeof(target), "%s", explore_line_at(view, pc));
	n = target_of(target);
	if (!symbols_place(view->symbols, pc, back) || !back->function ||
		!target[n])
		return false;
	last = explore_end_of_function(view, *back);
	while (++back->line < last) {
		if (sets_same(explore_line(view, back), target, n))
			return true;
	}
	return is_unset_elsewhere(view, target, n, back);
}

/* As the thread tests and sets in one function, one after the other. */
static bool is_in_order(struct explore_view *view, const struct entry *entry)
{
	const struct wire *wire = view->wire;
	struct place test, set;

	return symbols_place(
		       view->symbols, at(wire, entry->test)->op.pc, &test) &&
	       symbols_place(
		       view->symbols, at(wire, entry->set)->op.pc, &set) &&
	       test.function && set.function &&
	       !strcmp(test.function, set.function) && test.line <= set.line;
}

static bool finish_entry(struct explore_view *view, struct entry *entry)
{
	return is_in_order(view, entry) &&
	       is_set_back(
		       view, at(view->wire, entry->set)->op.pc, &entry->back);
}

/* The other tests what this one sets, and sets what this one tests. */
static bool find_other(struct explore_view *view, unsigned thread, uint32_t end,
	const struct entry *one, struct entry *other)
{
	const struct wire *wire = view->wire;
	uint64_t tested = at(wire, one->test)->op.object;

	for (other->set = end; other->set-- > one->test;) {
		const struct event *event = at(wire, other->set);

		if (event->thread != thread || event->op.object != tested ||
			!explore_is_write(event) ||
			!is_last_of(wire, other->set, end))
			continue;
		other->test = test_before(view, other->set);
		return other->test < one->set &&
		       at(wire, other->test)->op.object ==
			       at(wire, one->set)->op.object;
	}
	return false;
}

/* Each has come in, and is there when it comes to that event. */
static bool find_both(struct explore_view *view, unsigned a, uint32_t a_end,
	unsigned b, uint32_t b_end, struct entry *one, struct entry *other)
{
	const struct wire *wire = view->wire;
	unsigned n = 0;

	for (one->set = a_end; a != b && n < MOST_SETS && one->set-- > 0;) {
		const struct event *event = at(wire, one->set);

		if (event->thread != a || !explore_is_write(event))
			continue;
		n++;
		if (!is_last_of(wire, one->set, a_end))
			continue;
		one->test = test_before(view, one->set);
		if (one->test < wire->nevents &&
			find_other(view, b, b_end, one, other) &&
			finish_entry(view, one) && finish_entry(view, other))
			return true;
	}
	return false;
}

static bool find_of_race(struct explore_view *view, const struct finding *race,
	struct entry *one, struct entry *other)
{
	const struct party *a = &race->first, *b = &race->second;

	return race->kind == FOUND_RACE && a->step && b->step &&
	       find_both(view, a->thread, a->step, b->thread, b->step, one,
		       other);
}

static bool find_of_failing(struct explore_view *view, unsigned failing,
	struct entry *one, struct entry *other)
{
	const struct wire *wire = view->wire;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (find_both(view, failing, wire->nevents, i, wire->nevents,
			    one, other))
			return true;
	}
	return false;
}

static bool find_entries(struct explore_view *view,
	const struct finding *finding, struct entry *one, struct entry *other)
{
	const struct wire *wire = view->wire;

	if (finding->kind == FOUND_RACE)
		return find_of_race(view, finding, one, other);
	if (finding->kind == FOUND_ASSERT &&
		find_of_failing(view, finding->first.thread, one, other))
		return true;
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (find_of_race(view, &wire->findings[i], one, other))
			return true;
	}
	return false;
}

static void place_words(struct explore_view *view, const struct entry *entry,
	char *words, size_t size)
{
	char place[EXPLORE_WORDS_SIZE];

	explore_add_span(view, at(view->wire, entry->test)->op.pc,
		at(view->wire, entry->set)->op.pc, words, size);
	text_append(words, size, ", and unlock it in place of %s",
		explore_place_words(view, &entry->back, place));
}

static void mend_words(struct explore_view *view, const struct entry *one,
	const struct entry *other, char *words, size_t size)
{
	const struct wire *wire = view->wire;

	text_append(words, size, "lock one mutex in place of what is ");
	place_words(view, one, words, size);
	if (at(wire, one->set)->op.pc == at(wire, other->set)->op.pc)
		return;
	text_append(words, size, "; and so ");
	place_words(view, other, words, size);
}

bool explore_entry_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct entry one, other;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	if (!find_entries(view, finding, &one, &other))
		return false;
	text_append(words, size, "%s tests %s at step %u ",
		explore_thread_name(at(wire, one.test)->thread, who),
		explore_object_name(view, at(wire, one.test)->op.object, name),
		one.test + 1);
	text_append(words, size, "and %s tests %s at step %u, ",
		explore_thread_name(at(wire, other.test)->thread, who),
		explore_object_name(
			view, at(wire, other.test)->op.object, name),
		other.test + 1);
	text_append(words, size,
		"each before the other sets it (steps %u and %u), and so both "
		"go on: ",
		other.set + 1, one.set + 1);
	mend_words(view, &one, &other, words, size);
	return true;
}
