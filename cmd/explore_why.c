/* The thought that mends what is wrong, and the lesson that teaches it. */
#include "cmd/explore_lifetime.h"

#include "cmd/explore_api.h"
#include "cmd/explore_shared.h"
#include "cmd/explore_wait.h"
#include "cmd/lesson.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

struct kind {
	const char *name, *lesson, *advice;
};

static const struct kind kinds[FOUND_NKINDS] = {
	[FOUND_RACE] = {"data race", "05-data-race", NULL},
	[FOUND_ASSERT] = {"assertion failed", NULL, NULL},
	[FOUND_ABORT] = {"abort", NULL, NULL},
	[FOUND_SIGNAL] = {"crash", NULL, NULL},
	[FOUND_DEADLOCK] = {"deadlock", NULL, NULL},
	[FOUND_LIVELOCK] = {"livelock", NULL, NULL},
	[FOUND_HANG] = {"hang", "15-atomics",
		"what such a loop waits for must change in another thread: "
		"make it atomic, or wait on a condition"},
	[FOUND_STEP_LIMIT] = {"no end", "15-atomics",
		"a loop goes round without waiting for anybody"},
	[FOUND_OUTPUT_LIMIT] = {"endless output", NULL, NULL},
	[FOUND_MISUSE] = {"misuse", "06-mutex", NULL},
	[FOUND_USE_AFTER_FREE] = {"bad memory access", NULL, NULL},
	[FOUND_BAD_FREE] = {"bad free", NULL, NULL},
	[FOUND_LEAK] = {"memory leak", NULL,
		"free it before the last pointer to it goes"},
	[FOUND_MAIN_LEFT] = {"ended early", "05-data-race",
		"that ends every thread: join them first"},
	[FOUND_EXIT_CODE] = {"wrong exit status", NULL, NULL},
	[FOUND_REFUSED] = {"cannot be explored", NULL,
		"keep that out of what is explored: a function that only "
		"computes, with variables or --stdin in its place"},
	[FOUND_DIVERGED] = {"the schedule does not fit", NULL, NULL},
	[FOUND_WAIT_ONCE] = {"wait without a loop", "11-condition-variables",
		"a wake-up promises nothing: test what is waited for again, "
		"with while instead of if"},
	[FOUND_DEAD_FRAME] = {"dead local variable", NULL, NULL},
	[FOUND_THREAD_LEFT] = {"thread never joined", NULL,
		"what it leaves is kept until then: join it, or detach it"},
	[FOUND_LOCK_LEFT] = {"lock left locked", "06-mutex",
		"nobody can unlock it any more: unlock on every way out of the "
		"thread"},
	[FOUND_INVARIANT] = {"invariant broken", "07-atomicity",
		"this step broke it: hold one lock over all steps that the "
		"invariant must not see"},
	[FOUND_LOCK_ORDER] = {"possible deadlock", "08-deadlock",
		"let all take these locks in the same order"},
	[FOUND_ATOMICITY] = {"atomicity violation", "07-atomicity", NULL},
	[FOUND_OUTPUT_VARIES] = {"output varies", NULL,
		"that may be meant; conc explore --outcomes shows all that it "
		"can print"},
};

/* What is said of a misuse, and what it means. */
static const struct misuse {
	const char *text, *lesson, *advice;
} misuses[] = {
	{"with another mutex", "11-condition-variables",
		"one condition, one mutex: all that wait on it test under the "
		"same lock"},
	{"never initialised", "06-mutex",
		"what malloc gives is not initialised: call pthread_mutex_init "
		"(or that of its kind) before the threads start"},
	{"holds already", "06-mutex",
		"who holds a mutex waits for itself: unlock it first, or do "
		"not lock it again"},
	{"that nobody holds", "06-mutex",
		"each unlock belongs to one lock on the same path: look for "
		"the path that has none"},
	{"unlocks a mutex that", "06-mutex",
		"only who locked a mutex may unlock it: to let another thread "
		"go on, post a semaphore"},
	{"second time", NULL,
		"after the first join the thread is gone: one thread owns it, "
		"and that one joins it"},
	{"joins itself", NULL, "a thread cannot wait for its own end"},
	{"detached", NULL, "a thread is joined or detached, not both"},
	{"joined", NULL, "a thread is joined or detached, not both"},
	{"no thread", NULL,
		"pthread_create writes the handle: join only what it has "
		"given"},
	{"without holding the mutex", "11-condition-variables",
		"the wait gives the mutex back: hold it from the test of what "
		"is waited for to the wait"},
	{"barrier", "14-barrier",
		"initialise it before the threads start, and destroy it after "
		"the joins"},
	{"semaphore", "10-semaphores",
		"initialise it before the threads start, and destroy it after "
		"the joins"},
	{"condition", "11-condition-variables",
		"initialise it before the threads start, and destroy it after "
		"the joins"},
	{"rwlock", "13-readers-writer",
		"each unlock belongs to one lock, and nothing to what was "
		"destroyed"},
	{"destroy", "06-mutex",
		"destroy it when no thread can use it any more: after the "
		"joins"},
	{"initialises", "06-mutex",
		"initialise it once, before the threads start"},
};

const char *explore_finding_name(enum finding_kind kind)
{
	return kinds[kind].name;
}

static const struct misuse *misuse_of(const struct finding *finding)
{
	for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
		if (finding->kind == FOUND_MISUSE &&
			strstr(finding->text, misuses[i].text))
			return &misuses[i];
	}
	return NULL;
}

/* What a program says of itself, rather than what is seen of it. */
static bool is_its_own(const struct finding *finding)
{
	return finding->kind == FOUND_ASSERT || finding->kind == FOUND_ABORT ||
	       finding->kind == FOUND_SIGNAL;
}

/* A race leads to failures, too: then it is no failure of its own. */
static bool has_causes(
	const struct explore_view *view, const struct finding *finding)
{
	const struct finding *failure = &view->result->failure;

	switch (finding->kind) {
	case FOUND_RACE:
		return failure->kind == FOUND_RACE;
	case FOUND_ASSERT:
	case FOUND_ABORT:
	case FOUND_SIGNAL:
	case FOUND_DEADLOCK:
	case FOUND_EXIT_CODE:
	case FOUND_INVARIANT:
	case FOUND_USE_AFTER_FREE:
	case FOUND_BAD_FREE:
	case FOUND_WAIT_ONCE:
		return true;
	default:
		return false;
	}
}

const char *explore_habit(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	unsigned failing = is_its_own(finding) ? finding->first.thread
					       : WIRE_NOBODY;

	words[0] = '\0';
	if (view->result->schedule.processes || !has_causes(view, finding))
		return NULL;
	if (explore_untested_advice(view, failing, words, size))
		return "11-condition-variables";
	if (explore_permit_advice(view, words, size) ||
		explore_crowd_advice(view, finding, words, size))
		return "10-semaphores";
	if (finding->kind == FOUND_DEADLOCK)
		return NULL;
	return explore_entry_advice(view, finding, words, size)
		       ? "07-atomicity"
		       : explore_meant_advice(view, words, size);
}

static bool is_of_processes(const struct explore_view *view)
{
	return view->result->schedule.processes;
}

/* It goes round, and no other thread has been started. */
static bool is_alone(
	const struct explore_view *view, const struct finding *finding)
{
	return (finding->kind == FOUND_HANG ||
		       finding->kind == FOUND_STEP_LIMIT) &&
	       !is_of_processes(view) && view->wire->nthreads == 1;
}

static const char *race_lesson(
	struct explore_view *view, const struct finding *race)
{
	char words[EXPLORE_WORDS_SIZE] = "";

	if (explore_round_advice(
		    view, &race->first, &race->second, words, sizeof(words)))
		return "14-barrier";
	if (explore_handover_advice(view, race, words, sizeof(words)))
		return "10-semaphores";
	if (explore_writes_as_reader(race))
		return "13-readers-writer";
	if (explore_lost_advice(view, race->first.object, words, sizeof(words)))
		return "05-data-race";
	return race->first.nheld || race->second.nheld ? "06-mutex"
						       : "05-data-race";
}

static bool is_of_values(const struct finding *finding)
{
	switch (finding->kind) {
	case FOUND_ASSERT:
	case FOUND_ABORT:
	case FOUND_SIGNAL:
	case FOUND_EXIT_CODE:
	case FOUND_INVARIANT:
		return true;
	default:
		return false;
	}
}

bool explore_fails_always(
	const struct explore_view *view, const struct finding *finding)
{
	return is_of_values(finding) && view->result->always;
}

/* Where the order of steps does not matter, no lesson is about it. */
static bool is_untaught(
	const struct explore_view *view, const struct finding *finding)
{
	return is_of_values(finding) &&
	       (view->result->always || view->wire->nthreads == 1);
}

static const char *lesson_of(
	struct explore_view *view, const struct finding *finding)
{
	const struct misuse *misuse = misuse_of(finding);
	char words[EXPLORE_WORDS_SIZE];
	const char *habit;

	if (misuse)
		return misuse->lesson;
	if (is_of_processes(view) && finding->kind != FOUND_REFUSED)
		return explore_processes_lesson(view->wire, finding);
	if (is_untaught(view, finding) ||
		(view->wire->nthreads == 1 && is_alone(view, finding)))
		return NULL;
	if (explore_is_weak(view, finding))
		return "16-memory-order";
	habit = explore_habit(view, finding, words, sizeof(words));
	if (habit)
		return habit;
	words[0] = '\0';
	if (explore_early_advice(view, finding, words, sizeof(words)))
		return explore_early_lesson(view);
	if (explore_is_unmade(view, finding))
		return "05-data-race";
	if (explore_next_round_advice(view, finding, words, sizeof(words)))
		return "14-barrier";
	if (explore_overwritten_advice(view, finding, words, sizeof(words)))
		return "12-bounded-queue";
	if (!explore_left_advice(view, finding, words, sizeof(words)) &&
		explore_mixed_advice(view, finding, words, sizeof(words)))
		return "07-atomicity";
	switch (finding->kind) {
	case FOUND_RACE:
		return race_lesson(view, finding);
	case FOUND_ATOMICITY:
		return explore_round_advice(view, &finding->second,
			       &finding->third, words, sizeof(words))
			       ? "14-barrier"
			       : "07-atomicity";
	case FOUND_DEADLOCK:
	case FOUND_LIVELOCK:
		return explore_stuck_lesson(view, finding);
	case FOUND_USE_AFTER_FREE:
	case FOUND_BAD_FREE:
	case FOUND_DEAD_FRAME:
		return explore_lifetime_lesson(view, finding);
	default:
		return kinds[finding->kind].lesson
			       ? kinds[finding->kind].lesson
			       : explore_left_lesson(view, finding);
	}
}

const char *explore_finding_lesson(
	struct explore_view *view, const struct finding *finding)
{
	const char *slug = lesson_of(view, finding);

	return slug && lesson_is_there(slug) ? slug : NULL;
}

static bool endless_loop_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	if (!is_alone(view, finding))
		return false;
	text_append(words, size, "an endless loop ");
	explore_add_span(
		view, finding->first.pc, finding->first.pc, words, size);
	text_append(words, size,
		": no other thread has been started, so what the loop tests "
		"has to change in the loop itself");
	return true;
}

/* An option that the text names is what to do. */
static const char *refused_advice(const struct finding *finding)
{
	if (strstr(finding->text, "threads are explored without"))
		return "try it without --processes";
	if (strstr(finding->text, "--processes"))
		return "try it with --processes, which explores the order of "
		       "what several processes do";
	if (strstr(finding->text, "among processes"))
		return "explore it with threads in place of the processes: "
		       "what they share is seen";
	if (strstr(finding->text, "--isolate"))
		return "try it with --isolate, which gives each execution a "
		       "folder of its own";
	return kinds[FOUND_REFUSED].advice;
}

static bool thought(struct explore_view *view, const struct finding *finding,
	char *words, size_t size)
{
	const struct misuse *misuse = misuse_of(finding);
	const char *advice = misuse ? misuse->advice
				    : kinds[finding->kind].advice;

	words[0] = '\0';
	if (is_of_processes(view) &&
		explore_processes_advice(view, finding, words, size))
		return true;
	if (misuse && !strcmp(misuse->text, "holds already") &&
		(explore_again_advice(view, finding, words, size) ||
			explore_locked_advice(view, finding, words, size)))
		return true;
	if (explore_unlock_advice(view, finding, words, size) ||
		explore_mutexes_advice(view, finding, words, size))
		return true;
	if (explore_is_weak(view, finding)) {
		explore_weak_advice(view, finding, words, size);
		return true;
	}
	if (explore_habit(view, finding, words, size) ||
		explore_early_advice(view, finding, words, size) ||
		explore_lifetime_advice(view, finding, words, size) ||
		explore_null_advice(view, finding, words, size) ||
		explore_next_round_advice(view, finding, words, size) ||
		explore_overwritten_advice(view, finding, words, size) ||
		endless_loop_advice(view, finding, words, size))
		return true;
	if (finding->kind == FOUND_RACE)
		return explore_race_advice(view, finding, words, size);
	if (finding->kind == FOUND_ATOMICITY)
		return explore_atomicity_advice(view, finding, words, size);
	if (finding->kind == FOUND_DEADLOCK || finding->kind == FOUND_LIVELOCK)
		return !is_of_processes(view) &&
		       explore_stuck_advice(view, finding, words, size);
	if (explore_left_advice(view, finding, words, size) ||
		explore_mixed_advice(view, finding, words, size))
		return true;
	if (finding->kind == FOUND_REFUSED)
		advice = refused_advice(finding);
	if (explore_fails_always(view, finding) &&
		explore_has_cause(view->wire))
		advice = "no order of steps ends well, so that no lock and no "
			 "wait mends it: look at what the threads are given, "
			 "and at what they do with it";
	if (finding->kind == FOUND_INVARIANT && finding->first.nheld &&
		!view->sources->at_rest)
		advice = "this step broke it, under a lock: when only those "
			 "who hold that lock can see it so, say --at-rest";
	if (finding->kind == FOUND_MAIN_LEFT &&
		strstr(finding->text, "detached"))
		advice = "that ends every thread: do not detach it, but join "
			 "it first";
	if (finding->kind == FOUND_LOCK_LEFT && finding->code)
		advice = "nobody can unlock it any more: let it not be "
			 "cancelled while it holds a lock "
			 "(pthread_setcancelstate), or unlock that in what "
			 "pthread_cleanup_push is given";
	if (advice)
		text_append(words, size, "%s", advice);
	return advice != NULL;
}

bool explore_advice(struct explore_view *view, const struct finding *finding,
	char *words, size_t size)
{
	bool is_any = thought(view, finding, words, size);

	explore_use_its_names(view, words, size);
	return is_any;
}
