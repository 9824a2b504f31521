/* What somebody who plays scheduler sees. */
#include "cmd/play.h"

#include "cmd/explore_trace.h"
#include "cmd/page.h"
#include "cmd/term.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	LAST_STEPS = 6, /* of those so far, where nothing says how many fit */
	FEWEST_STEPS = 3,
	MOST_STEPS = 100, /* where it fails: what is said names them */
	OTHER_LINES = 6, /* an empty one, three headings, a word, the prompt */
	LINE_SIZE = 1000,
	PROMPT = 2, /* columns, where input is not echoed */
	WORDS_AT = 5, /* in the line of a thread */
};

static void put(const char *text)
{
	text_print(stdout, text, strlen(text));
}

/* An event that has not come yet: what it would do, without its value. */
static void pending_words(
	struct explore_view *view, const struct standing *standing, char *words)
{
	struct event event = {.op = standing->pending, .other = WIRE_NOBODY};
	char name[EXPLORE_WORDS_SIZE];

	if (standing->state == STANDING_BLOCKED)
		event.flags = EVENT_BLOCKED;
	switch (standing->pending.kind) {
	case OP_READ:
	case OP_ATOMIC_READ:
		snprintf(words, EXPLORE_WORDS_SIZE, "reads %.100s",
			explore_object_in_step(view, event.op.object, name));
		break;
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
		snprintf(words, EXPLORE_WORDS_SIZE, "writes %.100s",
			explore_object_in_step(view, event.op.object, name));
		break;
	case OP_ATOMIC_UPDATE:
		snprintf(words, EXPLORE_WORDS_SIZE, "changes %.100s",
			explore_object_in_step(view, event.op.object, name));
		break;
	case OP_SIGNAL:
		snprintf(words, EXPLORE_WORDS_SIZE, "signals %.100s",
			explore_object_in_step(view, event.op.object, name));
		break;
	case OP_FENCE:
		snprintf(words, EXPLORE_WORDS_SIZE, "%s",
			event.op.second
				? "goes on when its stores have reached memory"
				: "passes a fence");
		break;
	case OP_JOIN:
		event.other = (uint16_t)event.op.object;
		explore_event_words(view, &event, words);
		break;
	case OP_WAKE:
		snprintf(words, EXPLORE_WORDS_SIZE,
			"is asleep on %.60s, could wake up without a signal",
			explore_object_in_step(view, event.op.object, name));
		break;
	default:
		explore_event_words(view, &event, words);
	}
}

static void add_holds(struct explore_view *view,
	const struct standing *standing, char *line, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < standing->nheld; i++)
		text_append(line, size, "%s%s", i ? ", " : "  [holds ",
			explore_object_name(
				view, standing->held[i].object, name));
	if (standing->nheld)
		text_append(line, size, "]");
}

/* Behind what is there. */
static void add_source(
	struct explore_view *view, uint64_t pc, char *line, size_t size)
{
	char number[EXPLORE_WORDS_SIZE];
	struct place place;

	if (symbols_place(view->symbols, pc, &place))
		text_append(line, size, "   %s: %s",
			explore_line_number(view, &place, number),
			explore_line(view, &place));
}

/* Cut where the page ends. */
static void put_cut(const char *line)
{
	size_t n = strlen(line);
	unsigned width = term_page_width(STDOUT_FILENO);

	while (n && text_width(line, n) > width)
		n--;
	text_print(stdout, line, n);
	putchar('\n');
}

/* A thread's line that is too long without its source goes on below. */
static void put_wrapped(const char *line)
{
	unsigned width = term_page_width(STDOUT_FILENO);

	printf("%.*s", WORDS_AT, line);
	page_wrap_within(
		stdout, width, line + WORDS_AT, WORDS_AT, WORDS_AT + 6);
}

/* How the thread stands, without its source. */
static void thread_line(struct play *play, unsigned i, char *line, size_t size)
{
	struct explore_view *view = play->view;
	const struct standing *standing = &view->wire->standing[i];
	char name[EXPLORE_WORDS_SIZE], words[2 * EXPLORE_WORDS_SIZE];

	explore_thread_name(i, name);
	line[0] = '\0';
	if (standing->state == STANDING_ENDED) {
		text_append(line, size, "     %-5s has ended", name);
		return;
	}
	if (play_can(play, i) && play->state == PLAY_ON)
		text_append(line, size, "%3u  ", i);
	else
		text_append(line, size, "  -  ");
	if (standing->state == STANDING_BLOCKED &&
		explore_wait_words(view, i, words, sizeof(words))) {
		text_append(line, size, "%s", words);
	} else {
		pending_words(view, standing, words);
		text_append(line, size, "%-5s %s", name, words);
	}
	add_holds(view, standing, line, size);
}

/* Who waits says where in words. */
static bool has_source(const struct standing *standing)
{
	return standing->state != STANDING_ENDED &&
	       standing->state != STANDING_BLOCKED &&
	       standing->pending.kind != OP_START;
}

static void print_thread(struct play *play, unsigned i)
{
	struct explore_view *view = play->view;
	const struct standing *standing = &view->wire->standing[i];
	char line[LINE_SIZE];

	thread_line(play, i, line, sizeof(line));
	if (text_width(line, strlen(line)) >= term_page_width(STDOUT_FILENO)) {
		put_wrapped(line);
		return;
	}
	if (has_source(standing))
		add_source(view, standing->pending.pc, line, sizeof(line));
	put_cut(line);
}

/* The oldest store in the buffer of a thread. */
static void print_flush(struct play *play, unsigned thread)
{
	struct explore_view *view = play->view;
	const struct standing *standing =
		&view->wire->standing[WIRE_FLUSHERS + thread];
	struct event event = {
		.op = standing->pending,
		.after = standing->value,
		.flags = EVENT_DELAYED,
	};
	char name[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];

	printf(" m%-2u %-5s ", thread, explore_thread_name(thread, name));
	put(explore_event_words(view, &event, words));
	putchar('\n');
}

static bool can_flush(const struct play *play, unsigned thread)
{
	return play->known->memory == MEMORY_TSO &&
	       play_can(play, WIRE_FLUSHERS + thread);
}

/* Lines of a terminal so wide that the question takes. */
static unsigned nlines_of_question(struct play *play, unsigned width)
{
	char line[LINE_SIZE];
	unsigned n = 0;

	if (play->state == PLAY_ASKS)
		return play->view->wire->asked;
	for (unsigned i = 0; i < play->view->wire->nthreads; i++) {
		thread_line(play, i, line, sizeof(line));
		n += 1 + (unsigned)text_width(line, strlen(line)) / width;
		n += can_flush(play, i);
	}
	return n;
}

/* As many as fit above the question. */
static uint32_t nsteps_shown(struct play *play)
{
	unsigned width = term_width(STDOUT_FILENO);
	unsigned height = term_height(STDOUT_FILENO);
	uint32_t most = LAST_STEPS;

	if (play->state == PLAY_FAILED) {
		most = MOST_STEPS;
	} else if (width && height) {
		unsigned used = OTHER_LINES + nlines_of_question(play, width);

		most = height > used + FEWEST_STEPS ? height - used
						    : FEWEST_STEPS;
	}
	return play->view->wire->nevents < most ? play->view->wire->nevents
						: most;
}

static void print_step(struct explore_view *view, uint32_t i)
{
	const struct event *event = &view->wire->events[i];
	char name[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];
	char line[LINE_SIZE] = "";

	text_append(line, sizeof(line), "%5u%c %-5s %s", i + 1,
		explore_is_stuck(event) ? 'x' : ' ',
		explore_thread_name(event->thread, name),
		explore_event_words(view, event, words));
	add_source(view, event->op.pc, line, sizeof(line));
	put_cut(line);
}

static void print_steps(struct play *play)
{
	const struct wire *wire = play->view->wire;
	uint32_t before = wire->nevents - nsteps_shown(play);

	if (before)
		printf("\nSo far, after %u step%s before:\n", before,
			text_plural(before));
	else
		printf("\nSo far:\n");
	if (explore_print_columns(
		    play->view, before, term_page_width(STDOUT_FILENO)))
		return;
	for (uint32_t i = before; i < wire->nevents; i++)
		print_step(play->view, i);
}

static void print_stores(struct play *play)
{
	const struct wire *wire = play->view->wire;
	bool reads = wire->asked_kind == ASKED_READ;
	char name[EXPLORE_WORDS_SIZE];

	printf(reads ? "Which store does it read? The newest comes first.\n"
		     : "Where does it go in the order of stores?\n");
	for (unsigned i = 0; i < wire->asked && i < WIRE_MAX_ASKED; i++) {
		const struct asked_store *store = &wire->asked_stores[i];

		printf("%3u  ", i);
		if (store->last) {
			printf("behind all others\n");
			continue;
		}
		printf("%s%lld, ", reads ? "" : "before ",
			(long long)store->value);
		if (store->thread == WIRE_NOBODY)
			printf("as it was at first\n");
		else
			printf("stored by %s\n",
				explore_thread_name(store->thread, name));
	}
}

static void print_sleepers(const struct play *play)
{
	char name[EXPLORE_WORDS_SIZE];

	printf("Which of those who wait is woken? By number:\n");
	for (unsigned i = 0; i < play->nsleepers; i++)
		printf("%3u  %s\n", play->sleepers[i],
			explore_thread_name(play->sleepers[i], name));
}

void play_print(struct play *play)
{
	print_steps(play);
	if (play->state == PLAY_ASKS) {
		if (play->nsleepers)
			print_sleepers(play);
		else
			print_stores(play);
		return;
	}
	printf("Next, by number:\n");
	for (unsigned i = 0; i < play->view->wire->nthreads; i++)
		print_thread(play, i);
	for (unsigned i = 0; i < play->view->wire->nthreads; i++) {
		if (can_flush(play, i))
			print_flush(play, i);
	}
}

void play_print_why_not(struct play *play, unsigned pick)
{
	const struct wire *wire = play->view->wire;
	bool flush = play_is_flush(play, pick);
	char words[2 * EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char line[LINE_SIZE] = "";

	text_append(line, sizeof(line), "%s%u cannot be chosen here",
		flush ? "m" : "", flush ? pick - WIRE_FLUSHERS : pick);
	if (play->state == PLAY_ASKS && wire->asked_kind == ASKED_WAITER)
		text_append(
			line, sizeof(line), ": that is none of those who wait");
	else if (play->state == PLAY_ASKS)
		text_append(line, sizeof(line), ": say one of 0 to %u",
			wire->asked - 1);
	else if (play->state != PLAY_ON)
		text_append(line, sizeof(line), ": the program has ended");
	else if (flush)
		text_append(
			line, sizeof(line), ": there is no store that waits");
	else if (pick >= wire->nthreads)
		text_append(line, sizeof(line), ": there is no such thread");
	else if (wire->standing[pick].state == STANDING_ENDED)
		text_append(line, sizeof(line), ": %s has ended",
			explore_thread_name(pick, name));
	else if (explore_wait_words(play->view, pick, words, sizeof(words)))
		text_append(line, sizeof(line), ": %s", words);
	text_append(line, sizeof(line), ".");
	page_wrap_within(
		stdout, term_page_width(STDOUT_FILENO), line, PROMPT, 0);
}
