/* Two accesses that belong together, and somebody came between. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"
#include "lib/explore/atomicity.h"

#include <string.h>

bool explore_is_one_line(struct explore_view *view, const struct finding *pair)
{
	char from[EXPLORE_WORDS_SIZE], to[EXPLORE_WORDS_SIZE];

	return !strcmp(explore_place_name(view, pair->first.pc, from),
		explore_place_name(view, pair->third.pc, to));
}

/* Source text of where one of the two is. */
static const char *line_of(struct explore_view *view, uint64_t pc)
{
	struct place place;

	return symbols_place(view->symbols, pc, &place)
		       ? explore_line(view, &place)
		       : "";
}

static bool decides(const char *line)
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
	return decides(line);
}

static bool in_one_function(
	struct explore_view *view, const struct finding *pair)
{
	struct place first, third;

	return symbols_place(view->symbols, pair->first.pc, &first) &&
	       symbols_place(view->symbols, pair->third.pc, &third) &&
	       first.function && third.function &&
	       !strcmp(first.function, third.function);
}

/* What is written comes of what was read, and of no test. */
static bool is_update(struct explore_view *view, const struct finding *pair)
{
	return explore_is_one_line(view, pair)
		       ? !decides(line_of(view, pair->third.pc))
		       : in_one_function(view, pair) &&
				 pair->third.op != OP_ATOMIC_UPDATE &&
				 !compares(line_of(view, pair->first.pc));
}

/* As in n++ or n += 2: with an atomic type that is one step. */
bool explore_is_operator(struct explore_view *view, const struct finding *pair)
{
	static const char *const operators[] = {
		"++", "--", "+=", "-=", "|=", "&=", "^="};
	const char *line = line_of(view, pair->third.pc);

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
	const char *verb = side->op == OP_READ || side->op == OP_ATOMIC_READ
				   ? "reads"
				   : "writes";

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

/* What was read is out of date, or was not whole. */
static const char *pair_format(
	struct explore_view *view, const struct finding *finding)
{
	if (finding->code == ATOMICITY_READ_WRITE && is_update(view, finding))
		return "lost update on %s: ";
	return in_two_steps[finding->code];
}

const char *explore_pair_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	words[0] = '\0';
	text_append(words, size, pair_format(view, finding),
		explore_object_name(view, finding->first.object, name));
	access_words(view, &finding->first, words, size);
	text_append(words, size, ", ");
	access_words(view, &finding->second, words, size);
	text_append(words, size, " in between, ");
	access_words(view, &finding->third, words, size);
	return words;
}
