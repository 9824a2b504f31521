/* Where a schedule does not fit, told by how all threads stand there. */
#include "cmd/replay.h"

#include "cmd/msg.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

/* The first choice that could not be made; there is one. */
static const struct choice *wanted(
	const struct explore_view *view, const struct schedule *schedule)
{
	return &schedule->choices[view->wire->nchoices];
}

static bool is_flush(const struct schedule *schedule, unsigned pick)
{
	return schedule->memory == MEMORY_TSO && pick >= WIRE_FLUSHERS;
}

/* "a step of T1" */
static const char *choice_words(const struct schedule *schedule,
	const struct choice *choice, char *words)
{
	char name[EXPLORE_WORDS_SIZE];

	words[0] = '\0';
	if (choice->is_value && schedule->processes)
		text_append(words, EXPLORE_WORDS_SIZE, "to kill %s",
			explore_thread_name(choice->pick, name));
	else if (choice->is_value)
		text_append(words, EXPLORE_WORDS_SIZE,
			"to choose whom a signal wakes, or what a load reads");
	else if (is_flush(schedule, choice->pick))
		text_append(words, EXPLORE_WORDS_SIZE,
			"a store of %s to reach memory",
			explore_thread_name(
				choice->pick - WIRE_FLUSHERS, name));
	else
		text_append(words, EXPLORE_WORDS_SIZE, "a step of %s",
			explore_thread_name(choice->pick, name));
	return words;
}

/* The number of the thread's last step; 0: it has none. */
static uint32_t last_step(const struct wire *wire, unsigned thread)
{
	uint32_t i = wire->nevents;

	while (i > 0 && wire->events[i - 1].thread != thread)
		i--;
	return i;
}

static void ended_words(const struct wire *wire, unsigned thread, char *words)
{
	uint32_t step = last_step(wire, thread);

	text_append(words, EXPLORE_WORDS_SIZE, ", which has ended");
	if (step)
		text_append(words, EXPLORE_WORDS_SIZE, " at step %u", step);
}

/* What keeps a thread from its next step. */
static void standing_words(
	struct explore_view *view, unsigned thread, char *words)
{
	const struct wire *wire = view->wire;
	char wait[2 * EXPLORE_WORDS_SIZE];

	if (thread >= wire->nthreads)
		text_append(words, EXPLORE_WORDS_SIZE,
			", which nobody has started yet");
	else if (wire->standing[thread].state == STANDING_ENDED)
		ended_words(wire, thread, words);
	else if (explore_wait_words(view, thread, wait, sizeof(wait)))
		text_append(words, EXPLORE_WORDS_SIZE, ", but %s", wait);
	else
		text_append(words, EXPLORE_WORDS_SIZE,
			", which goes round in a loop until others have had "
			"their turn");
}

static void asked_words(
	const struct wire *wire, const struct finding *failure, char *words)
{
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, EXPLORE_WORDS_SIZE,
		", but the step of %s has one of %u to choose first",
		explore_thread_name(failure->first.thread, who), wire->asked);
}

static void why_words(struct explore_view *view,
	const struct schedule *schedule, const struct choice *choice,
	char *words)
{
	const struct wire *wire = view->wire;

	if (wire->asked)
		asked_words(wire, &view->result->failure, words);
	else if (choice->is_value && !schedule->processes)
		text_append(words, EXPLORE_WORDS_SIZE,
			", but here is nothing to choose");
	else if (is_flush(schedule, choice->pick))
		text_append(words, EXPLORE_WORDS_SIZE,
			", which has none that is on its way there");
	else
		standing_words(view, choice->pick, words);
}

/* The last step that fits, or that there is none. */
static void say_last_step(struct explore_view *view)
{
	uint32_t n = view->wire->nevents;
	char words[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	if (n == 0)
		msg_error("it does not fit from the beginning");
	else
		msg_error("it fits as far as step %u: %s %s", n,
			explore_thread_name(
				view->wire->events[n - 1].thread, name),
			explore_event_words(
				view, &view->wire->events[n - 1], words));
}

static void say_what_is_wanted(
	struct explore_view *view, const struct schedule *schedule)
{
	const struct choice *choice = wanted(view, schedule);
	char words[EXPLORE_WORDS_SIZE];

	choice_words(schedule, choice, words);
	why_words(view, schedule, choice, words);
	msg_error("then the schedule wants %s", words);
}

static void say_refused(
	struct explore_view *view, const struct finding *failure)
{
	char name[EXPLORE_WORDS_SIZE];

	msg_error("it cannot be carried out: it %s (%s)", failure->text,
		explore_place_name(view, failure->first.pc, name));
}

static void say_what_is_left(
	struct explore_view *view, const struct schedule *schedule)
{
	uint32_t n = schedule->nchoices - view->wire->nchoices;
	char words[EXPLORE_WORDS_SIZE];

	msg_error("then the program ends well; %u choice%s of the schedule "
		  "%s left, the first is %s",
		n, text_plural(n), n == 1 ? "is" : "are",
		choice_words(schedule, wanted(view, schedule), words));
}

void replay_say_where(
	struct explore_view *view, const struct schedule *schedule)
{
	const struct finding *failure = &view->result->failure;

	if (failure->kind == FOUND_REFUSED) {
		say_refused(view, failure);
	} else if (failure->kind == FOUND_DIVERGED) {
		say_last_step(view);
		say_what_is_wanted(view, schedule);
	} else if (view->wire->nchoices < schedule->nchoices) {
		say_last_step(view);
		say_what_is_left(view, schedule);
	} else {
		msg_error("all of it still fits, and leads to no failure");
	}
}

/* What is refused of one kind of programs may be one of the other. */
static bool wants_processes(
	const struct schedule *schedule, const struct finding *failure)
{
	if (failure->kind == FOUND_REFUSED &&
		strstr(failure->text, "--processes"))
		return !schedule->processes;
	return schedule->processes;
}

static bool wants_isolation(
	const struct schedule *schedule, const struct finding *failure)
{
	return schedule->isolate || (failure->kind == FOUND_REFUSED &&
					    strstr(failure->text, "--isolate"));
}

static unsigned count_kills(const struct schedule *schedule)
{
	unsigned n = 0;

	for (uint32_t i = 0; schedule->processes && i < schedule->nchoices; i++)
		n += schedule->choices[i].is_value;
	return n;
}

void replay_say_next(const struct schedule *schedule,
	const struct finding *failure, const char *file)
{
	char options[80] = "";
	unsigned nkills;

	if (wants_processes(schedule, failure)) {
		nkills = count_kills(schedule);
		if (nkills)
			text_append(options, sizeof(options), " --kills %u",
				nkills);
		msg_hint("try 'conc explore --processes%s %s'", options, file);
		return;
	}
	if (schedule->memory != MEMORY_SC)
		text_append(options, sizeof(options), "--memory %s ",
			explore_memory_names[schedule->memory]);
	if (wants_isolation(schedule, failure))
		text_append(options, sizeof(options), "--isolate ");
	if (schedule->wait_all)
		text_append(options, sizeof(options), "--wait-all ");
	msg_hint("try 'conc explore %s%s'", options, file);
}
