/* What is wrong in a failed execution, and the thought that mends it. */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

static const char *const names[FOUND_NKINDS] = {
	[FOUND_RACE] = "data race",
	[FOUND_ASSERT] = "assertion failed",
	[FOUND_ABORT] = "abort",
	[FOUND_SIGNAL] = "crash",
	[FOUND_DEADLOCK] = "deadlock",
	[FOUND_LIVELOCK] = "livelock",
	[FOUND_HANG] = "hang",
	[FOUND_STEP_LIMIT] = "no end",
	[FOUND_OUTPUT_LIMIT] = "endless output",
	[FOUND_MISUSE] = "misuse",
	[FOUND_USE_AFTER_FREE] = "bad memory access",
	[FOUND_BAD_FREE] = "bad free",
	[FOUND_LEAK] = "memory leak",
	[FOUND_MAIN_LEFT] = "main left early",
	[FOUND_EXIT_CODE] = "wrong exit status",
	[FOUND_REFUSED] = "cannot be explored",
	[FOUND_DIVERGED] = "the schedule does not fit",
};

const char *explore_finding_name(enum finding_kind kind)
{
	return names[kind];
}

const char *explore_finding_lesson(const struct finding *finding)
{
	switch ((enum finding_kind)finding->kind) {
	case FOUND_RACE:
		return finding->first.nheld ? "06-mutex" : "05-data-race";
	case FOUND_DEADLOCK:
		return "08-deadlock";
	case FOUND_MISUSE:
		return "06-mutex";
	case FOUND_LIVELOCK:
	case FOUND_HANG:
		return "15-atomics";
	case FOUND_ASSERT:
	case FOUND_EXIT_CODE:
		return "07-atomicity";
	default:
		return NULL;
	}
}

static void take(uint64_t *locks, uint32_t *n, uint32_t most, uint64_t lock)
{
	if (*n < most)
		locks[(*n)++] = lock;
}

static void drop(uint64_t *locks, uint32_t *n, uint64_t lock)
{
	for (uint32_t i = *n; i-- > 0;) {
		if (locks[i] == lock) {
			memmove(&locks[i], &locks[i + 1],
				(*n - i - 1) * sizeof(*locks));
			(*n)--;
			return;
		}
	}
}

/* A wait gives its mutex back and takes it again: that is an OP_LOCK. */
static void follow(
	const struct event *event, uint64_t *locks, uint32_t *n, uint32_t most)
{
	if (event->flags & EVENT_BLOCKED || event->result)
		return;
	switch (event->op.kind) {
	case OP_LOCK:
	case OP_TRYLOCK:
	case OP_RDLOCK:
	case OP_WRLOCK:
		take(locks, n, most, event->op.object);
		break;
	case OP_WAIT:
		drop(locks, n, event->op.second);
		break;
	case OP_UNLOCK:
	case OP_RWUNLOCK:
		drop(locks, n, event->op.object);
		break;
	default:
		break;
	}
}

uint32_t explore_held(const struct wire *wire, uint32_t event, unsigned thread,
	uint64_t *locks, uint32_t most)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < event && i < wire->nevents; i++) {
		if (wire->events[i].thread == thread)
			follow(&wire->events[i], locks, &n, most);
	}
	return n;
}

/* A step of another thread than before, while that one could have gone on. */
bool explore_is_switch(const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	const struct event *before = i ? event - 1 : NULL;

	if (!before || before->thread == event->thread)
		return false;
	if (before->flags & EVENT_BLOCKED)
		return false;
	switch (before->op.kind) {
	case OP_END:
	case OP_WAIT:
	case OP_PROCESS_END:
		return false;
	default:
		return true;
	}
}

static unsigned holder_of(const struct wire *wire, uint64_t lock, uint64_t *pc)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];

		for (uint32_t k = 0; k < standing->nheld; k++) {
			if (standing->held[k].object != lock)
				continue;
			*pc = standing->held[k].pc;
			return i;
		}
	}
	return WIRE_NOBODY;
}

static void lock_wait(struct explore_view *view, const struct op *op,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], holder[EXPLORE_WORDS_SIZE];
	char since[EXPLORE_WORDS_SIZE];
	uint64_t pc = 0;
	unsigned who = holder_of(view->wire, op->object, &pc);

	explore_object_name(view, op->object, name);
	text_append(words, size, "for %s", name);
	if (who == WIRE_NOBODY)
		return;
	text_append(words, size, ", which %s holds since %s",
		explore_thread_name(who, holder),
		explore_place_name(view, pc, since));
}

/* The last signal of this condition that nobody was there to hear. */
static bool lost_signal(const struct wire *wire, uint64_t cond, uint32_t *at)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->op.object == cond && event->flags & EVENT_NOBODY) {
			*at = i;
			return true;
		}
	}
	return false;
}

static void wake_wait(struct explore_view *view, const struct op *op,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	char where[EXPLORE_WORDS_SIZE];
	uint32_t at;

	text_append(words, size, "for a signal on %s",
		explore_object_name(view, op->object, name));
	if (!lost_signal(view->wire, op->object, &at))
		return;
	text_append(words, size,
		"; %s signalled at step %u (%s) when nobody was waiting",
		explore_thread_name(view->wire->events[at].thread, who), at + 1,
		explore_place_name(view, view->wire->events[at].op.pc, where));
}

bool explore_wait_words(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct standing *standing = &view->wire->standing[thread];
	const struct op *op = &standing->pending;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (standing->state != STANDING_BLOCKED)
		return false;
	words[0] = '\0';
	text_append(words, size, "%s waits at %s ",
		explore_thread_name(thread, name),
		explore_place_name(view, op->pc, place));
	switch (op->kind) {
	case OP_JOIN:
		text_append(words, size, "for %s to end",
			explore_thread_name((unsigned)op->object, name));
		break;
	case OP_WAKE:
		wake_wait(view, op, words, size);
		break;
	case OP_SEM_WAIT:
		text_append(words, size, "for a post of %s",
			explore_object_name(view, op->object, name));
		break;
	case OP_BARRIER_LEAVE:
		text_append(words, size, "for others to arrive at %s",
			explore_object_name(view, op->object, name));
		break;
	default:
		lock_wait(view, op, words, size);
	}
	return true;
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

static bool waits_on_condition(const struct wire *wire)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wire->standing[i].state == STANDING_BLOCKED &&
			wire->standing[i].pending.kind == OP_WAKE)
			return true;
	}
	return false;
}

static bool deadlock_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint32_t nlocks = 0;

	for (unsigned i = 0; i < wire->nthreads; i++)
		nlocks += wire->standing[i].state == STANDING_BLOCKED &&
			  wire->standing[i].pending.kind == OP_LOCK;
	if (waits_on_condition(wire))
		text_append(words, size,
			"a signal is not kept: change what is waited for under "
			"the mutex, and test it in a loop before each wait");
	else if (nlocks > 1)
		text_append(words, size,
			"each holds what another asks for: let all take these "
			"locks in the same order");
	else
		return false;
	return true;
}

bool explore_advice(struct explore_view *view, const struct finding *finding,
	char *words, size_t size)
{
	words[0] = '\0';
	switch ((enum finding_kind)finding->kind) {
	case FOUND_RACE:
		return race_advice(view, finding, words, size);
	case FOUND_DEADLOCK:
		return deadlock_advice(view, words, size);
	default:
		return false;
	}
}
