/*
 * What else could have happened in an execution that fails.
 *
 * One that ended with its failure would hide what the other threads were still
 * to do: a write that races with the read that led to the failure, say, whose
 * other order fails nothing. So the thread that fails stops, and the others go
 * on as far as they can. That is no part of the execution, and is forgotten:
 * but each race that it shows makes steps.
 *
 * Where every outcome counts (GO_ON_ALL) the failure itself is a step, OP_FAIL:
 * until it is taken the others may print, fail themselves, or return from main.
 * Else it comes at once; whether main could have returned before it is then
 * known where main waits for the thread that failed.
 */
#include "lib/explore/runtime/rt.h"

/* Of the others, not all that they do is seen then. */
static bool leaves_in_doubt(enum finding_kind kind)
{
	switch (kind) {
	case FOUND_HANG:
	case FOUND_STEP_LIMIT:
	case FOUND_OUTPUT_LIMIT:
	case FOUND_REFUSED:
	case FOUND_DIVERGED:
		return true;
	default:
		return false;
	}
}

/* It is one thread's, which has no next step. */
static bool is_of_a_thread(enum finding_kind kind)
{
	switch (kind) {
	case FOUND_ASSERT:
	case FOUND_ABORT:
	case FOUND_SIGNAL:
	case FOUND_MISUSE:
	case FOUND_USE_AFTER_FREE:
	case FOUND_BAD_FREE:
	case FOUND_DEAD_FRAME:
	case FOUND_INVARIANT:
		return true;
	default:
		return false;
	}
}

void note_no_step(void)
{
	rt->no_step |= rt->nalive > 1;
}

/* When it comes would have to be a choice, too. */
static bool led_by_no_step(enum finding_kind kind)
{
	return kind == FOUND_DEAD_FRAME ||
	       (kind == FOUND_MISUSE && rt->no_step);
}

static enum finding_kind kind_of(uint32_t failure)
{
	const struct wire *wire = rt->wire;

	return failure <= wire->nfindings
		       ? (enum finding_kind)wire->findings[failure - 1].kind
		       : FOUND_NOTHING;
}

static void note_how_far(void)
{
	const struct wire *wire = rt->wire;

	rt->over = (struct failed_at){
		.failed = true,
		.nchoices = wire->nchoices,
		.npreemptions = wire->npreemptions,
		.nearly = wire->nearly,
		.output_size = wire->output_size,
		.errors_size = wire->errors_size,
		.fingerprint = wire->fingerprint,
		.exit_code = rt->exit_code,
	};
}

bool goes_on_once(void)
{
	return rt->over.failed && rt->wire->config.go_on == GO_ON_ONCE;
}

/* To wait for one thread after the other is all that leaves no choice. */
void note_step_of_main(const struct op *op)
{
	if (op->kind != OP_JOIN || self()->timed)
		rt->over.main_looked = true;
}

/* In no order of the others' steps could it have returned before. */
static bool main_cannot_end(void)
{
	const struct thread *main = &rt->threads[0];
	const struct object *lock;

	if (main->state != THREAD_READY)
		return true;
	if (rt->over.main_looked || main->timed)
		return false;
	if (main->pending.kind == OP_JOIN)
		return rt->threads[main->pending.object].state == THREAD_FAILED;
	if (main->pending.kind != OP_LOCK)
		return false;
	lock = object_find((const void *)(uintptr_t)main->pending.object);
	return lock && lock->owner != WIRE_NOBODY &&
	       rt->threads[lock->owner].state == THREAD_FAILED;
}

static void go_back(void)
{
	struct wire *wire = rt->wire;

	wire->nchoices = rt->over.nchoices;
	wire->npreemptions = rt->over.npreemptions;
	wire->nearly = rt->over.nearly;
	wire->output_size = rt->over.output_size;
	wire->errors_size = rt->over.errors_size;
	wire->fingerprint = rt->over.fingerprint;
	rt->exit_code = rt->over.exit_code;
}

void forget_what_followed(void)
{
	struct wire *wire = rt->wire;

	if (!rt->over.failed)
		return;
	if (goes_on_once())
		rt->cut = false;
	if (goes_on_once() && wire->config.stop_good && rt->over.main_ended) {
		wire->failure = 0;
		return;
	}
	if (goes_on_once() && wire->config.stop_good && !main_cannot_end())
		wire->progress.doubts |= DOUBT_CUT;
	go_back();
}

/* Other searches try every order one by one, and so come by what follows. */
static bool wants_what_follows(void)
{
	const struct wire *wire = rt->wire;

	return (goes_on_once() || wire->config.search == SEARCH_DPOR) &&
	       !(wire->progress.doubts & DOUBT_CUT);
}

/* The first decides how the execution ends. */
static void fall(struct thread *thread)
{
	thread->state = THREAD_FAILED;
	if (rt->over.failed)
		return;
	note_how_far();
	rt->wire->failure = thread->failure;
	if (!wants_what_follows())
		end_execution();
}

void thread_failed(struct thread *thread)
{
	fall(thread);
}

static void fall_at_once(struct thread *thread)
{
	if (!rt->over.failed && rt->search->fails)
		rt->search->fails();
	fall(thread);
}

/* We saw it in what is no variable of the program: anybody may change that. */
static bool is_detected(enum finding_kind kind)
{
	return kind != FOUND_ASSERT && kind != FOUND_ABORT &&
	       kind != FOUND_SIGNAL;
}

static void wait_to_fail(struct thread *thread, enum finding_kind kind)
{
	thread->pending = (struct op){
		.kind = OP_FAIL,
		.everything = is_detected(kind),
		.pc = thread->pending.pc,
	};
	thread->spinning = thread->timed = thread->cancelled = false;
}

/* Returns when there is nothing to go on for. */
void thread_fails(uint32_t failure)
{
	struct thread *thread = self();
	enum finding_kind kind = kind_of(failure);
	enum go_on go_on = rt->wire->config.go_on;

	if (leaves_in_doubt(kind) || thread->state == THREAD_FAILED)
		rt->wire->progress.doubts |= DOUBT_CUT;
	if (led_by_no_step(kind))
		rt->wire->progress.doubts |= DOUBT_NO_STEP;
	if (!is_of_a_thread(kind) || thread->state == THREAD_FAILED ||
		go_on == GO_ON_NOT)
		return;
	thread->failure = failure;
	if (go_on == GO_ON_ONCE || kind == FOUND_INVARIANT)
		fall_at_once(thread);
	else
		wait_to_fail(thread, kind);
	leave();
}
