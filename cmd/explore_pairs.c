/* Two accesses that belong together, and somebody came between. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"
#include "lib/explore/atomicity.h"

#include <string.h>

bool explore_is_one_line(struct explore_view *view, const struct finding *pair)
{
	char from[EXPLORE_WORDS_SIZE], to[EXPLORE_WORDS_SIZE];

	return !strcmp(explore_place_name(view, pair->first.pc, from),
		explore_place_name(view, pair->third.pc, to));
}

bool explore_is_update(struct explore_view *view, const struct finding *pair)
{
	if (pair->code != ATOMICITY_READ_WRITE)
		return false;
	return explore_is_one_line(view, pair)
		       ? !explore_decides(explore_line_at(view, pair->third.pc))
		       : pair->third.op != OP_ATOMIC_UPDATE &&
				 !explore_stretch_tests(
					 view, &pair->first, &pair->third);
}

/* As in n++ or n += 2: with an atomic type that is one step. */
bool explore_is_operator(struct explore_view *view, const struct finding *pair)
{
	static const char *const operators[] = {
		"++", "--", "+=", "-=", "|=", "&=", "^="};
	const char *line = explore_line_at(view, pair->third.pc);

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (strstr(line, operators[i]))
			return true;
	}
	return false;
}

/* "T1 reads it at step 5 (x.c:12)" */
static void access_words(struct explore_view *view, const struct party *side,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	const char *verb = explore_reads(side->op) ? "reads" : "writes";

	text_append(words, size, "%s %s it at step %u (%s)",
		explore_thread_name(side->thread, name), verb, side->step,
		explore_place_name(view, side->pc, place));
}

static const char *const in_two_steps[ATOMICITY_NKINDS] = {
	"check-then-act on %s: ",
	"%s is read in two steps, and changes in between: ",
	"%s is written and read back in two steps, and changes in between: ",
	"%s is changed in two steps, and read in between: ",
};

/*
 * The step of the thread's next access to the same, unless another's write
 * comes before it; or 0.
 */
static uint32_t next_access(const struct wire *wire, const struct party *party)
{
	for (uint32_t i = party->step; party->step && i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.object != party->object)
			continue;
		if (event->thread == party->thread)
			return i + 1;
		if (explore_is_write(event))
			return 0;
	}
	return 0;
}

/* What was read is out of date, or was not whole. */
static const char *pair_format(struct explore_view *view,
	const struct finding *finding, const struct party *last)
{
	if (explore_is_update(view, finding))
		return "lost update on %s: ";
	if (last->step > finding->third.step)
		return in_two_steps[ATOMICITY_READ_WRITE];
	return in_two_steps[finding->code];
}

/* Who reads it again to change it has tested what is no longer so. */
static struct party last_of(
	struct explore_view *view, const struct finding *pair)
{
	struct party last = pair->third;
	uint32_t step = next_access(view->wire, &last);

	if (pair->code == ATOMICITY_READ_READ && step &&
		view->wire->events[step - 1].op.kind == OP_WRITE &&
		explore_stretch_tests(view, &pair->first, &last)) {
		last.step = step;
		last.op = OP_WRITE;
		last.pc = view->wire->events[step - 1].op.pc;
	}
	return last;
}

bool explore_is_read_again(
	struct explore_view *view, const struct finding *pair)
{
	return pair->code == ATOMICITY_READ_READ &&
	       last_of(view, pair).step == pair->third.step;
}

const char *explore_pair_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	struct party last = last_of(view, finding);
	char name[EXPLORE_WORDS_SIZE];

	words[0] = '\0';
	text_append(words, size, pair_format(view, finding, &last),
		explore_object_name(view, finding->first.object, name));
	access_words(view, &finding->first, words, size);
	text_append(words, size, ", ");
	access_words(view, &finding->second, words, size);
	text_append(words, size, " in between, ");
	access_words(view, &last, words, size);
	return words;
}

bool explore_has_cause(const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE ||
			wire->findings[i].kind == FOUND_ATOMICITY)
			return true;
	}
	return false;
}
