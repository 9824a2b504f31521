/* Why what was not found may be there all the same. */
#include "cmd/explore_doubts.h"

#include "cmd/text.h"

#include <stdio.h>

static void tell_unknown_calls(
	const struct calls *calls, explore_doubt_fn tell, void *context)
{
	char words[EXPLORE_WORDS_SIZE];

	snprintf(words, sizeof(words),
		"it calls %s: what that does is not known here",
		calls->unknown);
	tell(context, words);
}

/* A lesson has one seed. */
static void tell_stopped(
	const struct explore_view *view, explore_doubt_fn tell, void *context)
{
	char words[EXPLORE_WORDS_SIZE];

	if (view->lesson)
		snprintf(words, sizeof(words),
			"it was stopped, and nothing is decided: run it again");
	else
		snprintf(words, sizeof(words),
			"it was stopped: go on with --seed %llu",
			(unsigned long long)view->todo->seed + 1);
	tell(context, words);
}

const char *explore_bounded(const struct portfolio_options *todo)
{
	return todo->only == SEARCH_DELAY ? "delay" : "preemption";
}

/* Beside other reasons. */
static void tell_bound(const struct portfolio_options *todo,
	explore_doubt_fn tell, void *context)
{
	char words[EXPLORE_WORDS_SIZE];

	snprintf(words, sizeof(words),
		"it was tried with at most %u %s%s (--bound)", todo->bound,
		explore_bounded(todo), text_plural(todo->bound));
	tell(context, words);
}

void explore_each_doubt(
	struct explore_view *view, explore_doubt_fn tell, void *context)
{
	static const struct {
		uint32_t doubt;
		const char *text;
	} table[] = {
		{DOUBT_STEP_LIMIT, "an execution was cut at the step limit"},
		{DOUBT_TRYING, "threads went on trying for locks up to the "
			       "step limit, one for long before another had "
			       "its turn: that is no livelock by a fair "
			       "scheduler"},
		{DOUBT_SPINNING, "a loop that waits for another thread was "
				 "cut short"},
		{DOUBT_TIME, "time ran out: give it more with --time, or the "
			     "program less to do"},
		{DOUBT_CLOCK, "it reads a clock, which here moves only when it "
			      "looks or sleeps"},
		{DOUBT_UNSTABLE, "the same choices did not always lead to the "
				 "same calls: time, random numbers or process "
				 "numbers play a part"},
		{DOUBT_SHARED,
			"its processes share memory (mmap): what they do to "
			"that is no step, so explore it with threads in their "
			"place"},
		{DOUBT_CUT, "an execution ended while its threads had more to "
			    "do, which is not known"},
		{DOUBT_NO_STEP,
			"what destroys a lock, or detaches a thread, is "
			"no step: its other orders are not seen"},
		{DOUBT_FILES, "it uses files, and not at each call for one are "
			      "the threads switched"},
		{DOUBT_UNSEEN, "what it does to memory between its calls is "
			       "not seen: no lost update, no data race (build "
			       "it with gcc -fsanitize=thread)"},
		{DOUBT_THREADS, "a thread could not be made: an execution has "
				"room for 255 beside main"},
		{DOUBT_TABLE_FULL, "there was more than the explorer can note"},
		{DOUBT_MEMORY, "not every store was delayed, or kept, as long "
			       "as it could be"},
	};
	uint32_t doubts = view->result->doubts;

	if (view->result->answer == ANSWER_STOPPED)
		tell_stopped(view, tell, context);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (doubts & table[i].doubt)
			tell(context, table[i].text);
	}
	if (doubts & DOUBT_UNKNOWN_CALL)
		tell_unknown_calls(view->calls, tell, context);
	if (view->result->within_bound)
		tell_bound(view->todo, tell, context);
	if (view->result->schedule.processes && !view->todo->invariant &&
		explore_changes_files(view->wire))
		tell(context, "what it leaves in files was not looked at: "
			      "--invariant COMMAND does, such as "
			      "'grep -q done result'");
}
