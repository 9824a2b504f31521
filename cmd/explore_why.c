/* The thought that mends what is wrong, and the lesson that teaches it. */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

struct kind {
	const char *name, *lesson, *advice;
};

static const struct kind kinds[FOUND_NKINDS] = {
	[FOUND_RACE] = {"data race", "05-data-race", NULL},
	[FOUND_ASSERT] = {"assertion failed", "07-atomicity", NULL},
	[FOUND_ABORT] = {"abort", "07-atomicity", NULL},
	[FOUND_SIGNAL] = {"crash", "07-atomicity", NULL},
	[FOUND_DEADLOCK] = {"deadlock", "08-deadlock", NULL},
	[FOUND_LIVELOCK] = {"livelock", "08-deadlock",
		"each gives way to the other forever: take the locks in one "
		"order, or sleep until somebody signals"},
	[FOUND_HANG] = {"hang", "15-atomics",
		"what such a loop waits for must change in another thread: "
		"make it atomic, or wait on a condition"},
	[FOUND_STEP_LIMIT] = {"no end", "15-atomics",
		"a loop goes round without waiting for anybody"},
	[FOUND_OUTPUT_LIMIT] = {"endless output", NULL, NULL},
	[FOUND_MISUSE] = {"misuse", "06-mutex", NULL},
	[FOUND_USE_AFTER_FREE] = {"bad memory access", "24-cancellation",
		"free it when no thread can use it any more: after the joins"},
	[FOUND_BAD_FREE] = {"bad free", "24-cancellation",
		"one thread owns it, and that one frees it, once"},
	[FOUND_LEAK] = {"memory leak", "24-cancellation",
		"free it before the last pointer to it goes"},
	[FOUND_MAIN_LEFT] = {"main left early", "24-cancellation",
		"the return of main ends every thread: join them first"},
	[FOUND_EXIT_CODE] = {"wrong exit status", "07-atomicity", NULL},
	[FOUND_REFUSED] = {"cannot be explored", NULL, NULL},
	[FOUND_DIVERGED] = {"the schedule does not fit", NULL, NULL},
	[FOUND_WAIT_ONCE] = {"wait without a loop", "11-condition-variables",
		"a wake-up promises nothing: test what is waited for again, "
		"with while instead of if"},
	[FOUND_DEAD_FRAME] = {"dead local variable", "24-cancellation",
		"a local variable ends with its function: give the thread one "
		"that lives as long as the thread does"},
	[FOUND_THREAD_LEFT] = {"thread never joined", "24-cancellation",
		"what it leaves is kept until then: join it, or detach it"},
	[FOUND_OUTPUT_VARIES] = {"output varies", "05-data-race",
		"conc explore --outcomes shows all that it can print"},
};

/* What is said of a misuse, and what it means. */
static const struct misuse {
	const char *text, *lesson, *advice;
} misuses[] = {
	{"holds already", "06-mutex",
		"who holds a mutex waits for itself: lock in the outer "
		"function, and let the inner one expect that"},
	{"that nobody holds", "06-mutex",
		"each unlock belongs to one lock on the same path: look for "
		"the path that has none"},
	{"unlocks a mutex that", "06-mutex",
		"only who locked a mutex may unlock it: to let another thread "
		"go on, post a semaphore"},
	{"second time", "24-cancellation",
		"after the first join the thread is gone: one thread owns it, "
		"and that one joins it"},
	{"joins itself", "24-cancellation",
		"a thread cannot wait for its own end"},
	{"detached", "24-cancellation",
		"a thread is joined or detached, not both"},
	{"joined", "24-cancellation",
		"a thread is joined or detached, not both"},
	{"no thread", "24-cancellation",
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

/* A thread that nobody can wake tells what the deadlock is about. */
static bool blocked_at(const struct wire *wire, enum op_kind kind)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];

		if ((standing->state == STANDING_BLOCKED ||
			    standing->state == STANDING_EARLY) &&
			standing->pending.kind == kind)
			return true;
	}
	return false;
}

static const struct {
	enum op_kind waits;
	const char *lesson;
} deadlocks[] = {
	{OP_WAKE, "11-condition-variables"},
	{OP_SEM_WAIT, "10-semaphores"},
	{OP_BARRIER_LEAVE, "14-barrier"},
	{OP_WRLOCK, "13-readers-writer"},
	{OP_RDLOCK, "13-readers-writer"},
};

const char *explore_finding_lesson(
	const struct explore_view *view, const struct finding *finding)
{
	const struct misuse *misuse = misuse_of(finding);

	if (misuse)
		return misuse->lesson;
	if (finding->kind == FOUND_RACE && finding->first.nheld)
		return "06-mutex";
	for (size_t i = 0; i < sizeof(deadlocks) / sizeof(deadlocks[0]); i++) {
		if (finding->kind == FOUND_DEADLOCK &&
			blocked_at(view->wire, deadlocks[i].waits))
			return deadlocks[i].lesson;
	}
	return kinds[finding->kind].lesson;
}

/* The event of the traced execution that is the earlier side of a race. */
static bool event_of(
	const struct wire *wire, const struct party *party, uint32_t *at)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == party->thread &&
			event->op.pc == party->pc) {
			*at = i;
			return true;
		}
	}
	return false;
}

static bool held_in(const struct party *party, uint64_t lock)
{
	for (uint32_t i = 0; i < party->nheld; i++) {
		if (party->held[i].object == lock)
			return true;
	}
	return false;
}

static void list_locks(struct explore_view *view, const uint64_t *locks,
	uint32_t n, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < n; i++)
		text_append(words, size, "%s%s", i ? ", " : "",
			explore_object_name(view, locks[i], name));
	if (n == 0)
		text_append(words, size, "no lock");
}

static void race_locks(struct explore_view *view, const struct finding *finding,
	const uint64_t *second, uint32_t nsecond, char *words, size_t size)
{
	uint64_t first[WIRE_MAX_HELD];
	uint32_t n = finding->first.nheld;

	for (uint32_t i = 0; i < n; i++)
		first[i] = finding->first.held[i].object;
	if (n == 0 && nsecond == 0) {
		text_append(words, size, "no lock is held on either side");
		return;
	}
	text_append(words, size, "one side holds ");
	list_locks(view, first, n, words, size);
	text_append(words, size, ", the other holds ");
	list_locks(view, second, nsecond, words, size);
	text_append(words, size, ": a lock keeps out only those who take it");
}

static bool race_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	uint64_t locks[WIRE_MAX_HELD];
	char name[EXPLORE_WORDS_SIZE];
	uint32_t at = 0, n = 0;

	explore_object_name(view, finding->first.object, name);
	if (event_of(view->wire, &finding->second, &at))
		n = explore_held(view->wire, at, finding->second.thread, locks,
			WIRE_MAX_HELD);
	for (uint32_t i = 0; i < n; i++) {
		if (held_in(&finding->first, locks[i]))
			return false;
	}
	text_append(words, size, "no lock protects %s on both paths: ", name);
	race_locks(view, finding, locks, n, words, size);
	return true;
}

static unsigned nblocked(const struct wire *wire, enum op_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < wire->nthreads; i++)
		n += wire->standing[i].state == STANDING_BLOCKED &&
		     wire->standing[i].pending.kind == kind;
	return n;
}

static bool deadlock_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;

	if (nblocked(wire, OP_WAKE) > 0)
		text_append(words, size,
			"a signal is not kept: change what is waited for under "
			"the mutex, and test it in a loop before each wait");
	else if (nblocked(wire, OP_LOCK) > 1)
		text_append(words, size,
			"each holds what another asks for: let all take these "
			"locks in the same order");
	else if (nblocked(wire, OP_SEM_WAIT) > 0)
		text_append(words, size,
			"whoever would post waits, too: post before you wait");
	else
		return false;
	return true;
}

bool explore_advice(struct explore_view *view, const struct finding *finding,
	char *words, size_t size)
{
	const struct misuse *misuse = misuse_of(finding);
	const char *advice = misuse ? misuse->advice
				    : kinds[finding->kind].advice;

	words[0] = '\0';
	if (finding->kind == FOUND_RACE)
		return race_advice(view, finding, words, size);
	if (finding->kind == FOUND_DEADLOCK)
		return deadlock_advice(view, words, size);
	if (advice)
		text_append(words, size, "%s", advice);
	return advice != NULL;
}
