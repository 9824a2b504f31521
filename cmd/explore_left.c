/* Who leaves, though there is more to do, for it has seen that it is to end. */
#include "cmd/explore_wait.h"

#include "cmd/explore_shared.h"
#include "cmd/text.h"

#include <string.h>

enum {
	MOST_TEXT = 80,
};

/* What did not hold when it left, as the program has it, and where. */
struct undone {
	char text[MOST_TEXT];
	uint32_t step;
	bool unlooked; /* or whether it did is not known */
};

static uint32_t seen_step(
	const struct wire *wire, const struct early_left *left)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == left->thread &&
			wire->events[i].op.pc == left->seen_pc)
			return i + 1;
	}
	return 0;
}

/* What stands in the parentheses after that word; false: it is not there. */
static bool condition_of(const char *line, const char *word, char *text)
{
	const char *p = strstr(line, word), *end;
	unsigned depth = 0;

	if (!p)
		return false;
	p += strlen(word);
	p += strspn(p, " \t");
	for (end = p; *end; end++) {
		depth += *end == '(';
		if (*end == ')' && --depth == 0)
			break;
		if (!depth)
			return false;
	}
	if (!*end || end - p > MOST_TEXT)
		return false;
	memcpy(text, p + 1, (size_t)(end - p - 1));
	text[end - p - 1] = '\0';
	return true;
}

/* The only && outside of all parentheses; NULL: there are others, or none. */
static char *only_and(char *text)
{
	char *found = NULL;
	unsigned depth = 0;

	for (char *p = text; *p; p++) {
		depth += *p == '(';
		depth -= *p == ')' && depth;
		if (depth || (strncmp(p, "&&", 2) && strncmp(p, "||", 2)))
			continue;
		if (found || *p == '|')
			return NULL;
		found = p++;
	}
	return found;
}

/* "closed", of what is called p->closed or queue.closed somewhere. */
static const char *last_part(const char *name)
{
	const char *part = name;

	for (const char *p = name; *p; p++) {
		if (*p == '.' || *p == '>')
			part = p + 1;
	}
	return part;
}

/* It is the sign, or what is not it; and whether it holds. */
static bool is_of_sign(
	const char *text, const char *sign, uint64_t value, bool *holds)
{
	bool is_not = text[0] == '!';

	*holds = (value != 0) != is_not;
	return !strcmp(last_part(text + is_not), sign);
}

/* Of "while (A && B)", both, in that text. */
static bool split_loop(const char *line, char *text, char **second)
{
	char *and;

	if (!condition_of(line, "while", text))
		return false;
	and = only_and(text);
	if (!and)
		return false;
	*second = and+2 + strspn(and+2, " ");
	while (and > text && and[-1] == ' ')
		and--;
	*and = '\0';
	return true;
}

/* It looked at the sign first, which made it leave the loop: B is unknown. */
static bool is_unlooked(struct explore_view *view, const struct event *event,
	const char *sign, struct undone *undone)
{
	char text[MOST_TEXT], *second;
	bool holds;

	if (!split_loop(explore_line_at(view, event->op.pc), text, &second) ||
		!is_of_sign(text, sign, event->before, &holds) || holds ||
		text_has_word(second, sign))
		return false;
	strcpy(undone->text, second);
	return true;
}

/* It did not look at the sign, which comes second: A does not hold. */
static bool is_undone(struct explore_view *view, const struct event *event,
	const char *sign, struct undone *undone)
{
	char text[MOST_TEXT], *second;

	if (!split_loop(explore_line_at(view, event->op.pc), text, &second) ||
		text_has_word(text, sign) || !text_has_word(second, sign))
		return false;
	strcpy(undone->text, text);
	return true;
}

/* A loop that the thread came through since it has the lock. */
static bool find_undone(struct explore_view *view, uint32_t seen,
	const char *sign, struct undone *undone)
{
	const struct event *events = view->wire->events;
	const char *own = explore_line_at(view, events[seen].op.pc);

	*undone = (struct undone){.step = 0};
	for (uint32_t i = seen; i-- > 0;) {
		const struct event *event = &events[i];

		if (event->thread != events[seen].thread)
			continue;
		if (event->op.kind == OP_LOCK &&
			!(event->flags & EVENT_BLOCKED))
			return undone->step > 0;
		if (!explore_is_read(event) ||
			explore_line_at(view, event->op.pc) == own)
			continue;
		if (event->op.object == events[seen].op.object) {
			undone->step = i + 1;
			undone->unlooked = true;
			return is_unlooked(view, event, sign, undone);
		}
		if (!undone->step && is_undone(view, event, sign, undone))
			undone->step = i + 1;
	}
	return false;
}

/* "if (closed && head == tail)", where the sign alone decided. */
static void mended_words(struct explore_view *view, const struct event *seen,
	const char *sign, const struct undone *undone, char *words, size_t size)
{
	char text[MOST_TEXT];
	bool holds;

	if (condition_of(explore_line_at(view, seen->op.pc), "if", text) &&
		is_of_sign(text, sign, seen->before, &holds) && holds)
		text_append(words, size, ": if (%s && %s)", text, undone->text);
}

static void undone_words(struct explore_view *view, const struct event *seen,
	const char *sign, const struct undone *undone, char *words, size_t size)
{
	const struct event *loop = &view->wire->events[undone->step - 1];
	char place[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		undone->unlooked ? "and has not looked whether %s"
				 : "though more is to be done: %s does not "
				   "hold",
		undone->text);
	text_append(words, size,
		" (step %u, %s). Let it leave only when that holds, too",
		undone->step, explore_place_name(view, loop->op.pc, place));
	mended_words(view, seen, sign, undone, words, size);
}

static void left_words(struct explore_view *view, uint32_t step,
	const struct early_left *left, char *words, size_t size)
{
	const struct event *seen = &view->wire->events[step - 1];
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE], reads[EXPLORE_WORDS_SIZE];
	const char *sign;
	struct undone undone;

	text_append(words, size, "%s %s at step %u (%s) and leaves, ",
		explore_thread_name(left->thread, who),
		explore_event_words(view, seen, reads), step,
		explore_place_name(view, left->seen_pc, place));
	sign = last_part(explore_object_name(view, seen->op.object, name));
	if (find_undone(view, step - 1, sign, &undone)) {
		undone_words(view, seen, sign, &undone, words, size);
		return;
	}
	text_append(words, size,
		"and so never comes to %s, where it writes %s in orders that "
		"end well: let it leave only when nothing is left to do there",
		explore_place_name(view, left->write_pc, place),
		explore_object_name(view, left->object, who));
}

bool explore_left_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct early_left *left = &view->result->left;
	const struct finding *failure = &view->result->failure;
	uint32_t step = left->seen_pc ? seen_step(view->wire, left) : 0;

	if (!step || explore_has_cause(view->wire) ||
		finding->kind != failure->kind ||
		finding->first.pc != failure->first.pc)
		return false;
	left_words(view, step, left, words, size);
	return true;
}

const char *explore_left_lesson(
	struct explore_view *view, const struct finding *finding)
{
	char words[3 * EXPLORE_WORDS_SIZE] = "";

	if (!explore_left_advice(view, finding, words, sizeof(words)))
		return NULL;
	for (uint32_t i = 0; i < view->wire->nevents; i++) {
		unsigned kind = view->wire->events[i].op.kind;

		if (kind == OP_WAIT || kind == OP_SIGNAL ||
			kind == OP_BROADCAST)
			return "12-bounded-queue";
	}
	return NULL;
}
