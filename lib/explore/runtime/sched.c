/* The scheduler: who takes the next step, and what that choice was. */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/tso.h"

#include <time.h>

enum {
	MOST_ALONE = 1000, /* steps; then the others have their turn */
	LONG_STANDING = 400, /* steps of others: no fair scheduler does that */
	OFTEN_REFUSED = 20, /* of so many steps, one tried for a lock */
};

static bool has_ended(uint64_t thread)
{
	return rt->threads[thread].state == THREAD_ENDED &&
	       (!rt->tso || tso_empty((unsigned)thread));
}

bool thread_can_have(const struct thread *thread)
{
	if (thread->state != THREAD_READY)
		return false;
	if (thread->cancelled && cancel_wakes(thread))
		return true;
	switch (thread->pending.kind) {
	case OP_JOIN:
		return has_ended(thread->pending.object);
	case OP_PROCESS_END:
		return !rt->wire->config.wait_all || rt->nalive == 1;
	case OP_AWAIT:
		return await_can_go(thread);
	default:
		return sync_can_go(thread);
	}
}

bool thread_can_go(const struct thread *thread)
{
	return thread_can_have(thread) && (!rt->tso || tso_allows(thread));
}

/* Out of turn: asleep on a condition, and the budget allows a wake-up. */
static bool can_wake_early(const struct thread *thread)
{
	return thread->state == THREAD_READY && !thread_can_have(thread) &&
	       rt->spurious_left > 0 && (!rt->tso || tso_empty(thread->id)) &&
	       (thread->timed || thread->pending.kind == OP_WAKE);
}

/* The sleeper whose deadline comes first; WIRE_NOBODY when none has one. */
static unsigned first_to_time_out(void)
{
	unsigned first = WIRE_NOBODY;

	for (unsigned i = 0; i < rt->nthreads; i++) {
		const struct thread *thread = &rt->threads[i];

		if (thread->state == THREAD_READY && thread->timed &&
			(first == WIRE_NOBODY ||
				thread->deadline_ns <
					rt->threads[first].deadline_ns))
			first = i;
	}
	return first;
}

static unsigned first_that(bool awaits)
{
	unsigned i = 0;

	while (rt->threads[i].state != THREAD_READY ||
		(awaits && rt->threads[i].pending.kind != OP_AWAIT))
		i++;
	return i;
}

/* Nobody can go on. */
static _Noreturn void stuck(void)
{
	if (rt->over.failed)
		end_execution();
	rt->stuck = true;
	trace_stuck();
	rt->current = first_that(rt->nawaiting > 0);
	if (rt->nawaiting)
		fail(FOUND_LIVELOCK, self()->pending.pc,
			"reads the same again and again, and nobody is left "
			"to change it");
	fail(FOUND_DEADLOCK, self()->pending.pc, "no thread can go on");
}

/*
 * Those that seem to wait for a write leave the rest their turn. What only
 * seems so must not end anything: with nobody else left they go on.
 */
static void set_spinners_aside(struct set *can)
{
	struct set others = *can;

	SET_EACH(i, can)
	{
		if (rt->threads[i].spinning)
			set_remove(&others, i);
	}
	if (set_empty(&others)) {
		spin_over();
		return;
	}
	rt->wire->progress.doubts |= DOUBT_SPINNING;
	*can = others;
}

/* No real scheduler lets one thread go round for ever, the others waiting. */
static void be_fair(struct set *can)
{
	if (rt->nalone < MOST_ALONE || set_count(can) < 2)
		return;
	set_remove(can, rt->current);
	rt->wire->progress.doubts |= DOUBT_SPINNING;
}

static void count_alone(const struct set *can, unsigned next)
{
	if (next == rt->current && set_count(can) > 1)
		rt->nalone++;
	else
		rt->nalone = 0;
}

/* Those set aside as they wait are left out: they are not kept from much. */
static void count_passed_over(struct thread *thread)
{
	uint32_t most = rt->wire->config.max_steps / 8;

	if (most > LONG_STANDING)
		most = LONG_STANDING;
	if (!thread->spinning && ++thread->npassed_over > most)
		rt->unfair_step = rt->nsteps;
}

static struct set who_can(void)
{
	struct set can = {{0}};
	bool spins = false, any;

	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (thread_can_go(&rt->threads[i])) {
			set_add(&can, i);
			spins |= rt->threads[i].spinning;
			count_passed_over(&rt->threads[i]);
		}
	}
	if (rt->tso)
		tso_flushers(&can);
	any = !set_empty(&can);
	if (spins)
		set_spinners_aside(&can);
	if (!any && !rt->wire->config.wakes_last)
		return can;
	if (any)
		be_fair(&can);
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (can_wake_early(&rt->threads[i]))
			set_add(&can, i);
	}
	return can;
}

static void record(unsigned pick, bool is_value, unsigned flags)
{
	struct wire *wire = rt->wire;

	if (wire->nchoices >= WIRE_MAX_CHOICES)
		fail(FOUND_STEP_LIMIT, self()->pending.pc,
			"more than %u choices in one execution",
			WIRE_MAX_CHOICES);
	wire->choices[wire->nchoices++] = (struct choice){
		.pick = (uint16_t)pick,
		.is_value = is_value,
		.flags = (uint8_t)flags,
	};
	wire->npreemptions += flags & CHOICE_PREEMPTS ? 1 : 0;
	wire->nearly += flags & CHOICE_EARLY ? 1 : 0;
}

static unsigned flags_of(unsigned next, bool early)
{
	unsigned flags = 0;

	if (!same_thread(next, rt->current) && !is_flusher(next) &&
		thread_can_have(self()))
		flags |= CHOICE_PREEMPTS;
	if (early)
		flags |= CHOICE_EARLY;
	return flags;
}

/* Whoever decides here: first the choices given, then the search. */
static const struct search *decider(void)
{
	const struct wire *wire = rt->wire;

	if (rt->search == &search_minimise)
		return rt->search;
	return wire->nchoices < wire->config.nchoices ? &search_replay
						      : rt->search;
}

static void wake_early(struct thread *thread)
{
	thread->picked = true;
	if (!thread->timed)
		rt->nspurious++;
	rt->spurious_left--;
}

/* Nobody can go on: then time passes, for whoever waits for it. */
static struct set who_times_out(void)
{
	unsigned next = first_to_time_out();
	struct set can = {{0}};

	if (next == WIRE_NOBODY)
		stuck();
	if (rt->now_ns < rt->threads[next].deadline_ns)
		rt->now_ns = rt->threads[next].deadline_ns;
	rt->spurious_left++; /* no choice of ours */
	set_add(&can, next);
	return can;
}

/* Somebody could go on all the time, and never did. */
static bool starves(const struct thread *thread)
{
	return thread_can_go(thread) && thread->last_step < rt->nsteps / 2;
}

/*
 * What goes on for ever because one thread is kept from its next step is the
 * doing of the schedule, which no scheduler would make.
 */
static bool somebody_starves(void)
{
	const uint32_t max_steps = rt->wire->config.max_steps;

	if (rt->unfair_step > max_steps - max_steps / 4)
		return true;
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (starves(&rt->threads[i]) ||
			(rt->tso && starves(&rt->threads[WIRE_FLUSHERS + i])))
			return true;
	}
	return false;
}

static bool tries_for_locks(void)
{
	return rt->nrefused > rt->nsteps / OFTEN_REFUSED;
}

static void count_step(struct thread *next)
{
	if (++rt->nsteps <= rt->wire->config.max_steps) {
		next->last_step = rt->nsteps;
		next->npassed_over = 0;
		return;
	}
	if (somebody_starves()) {
		rt->wire->progress.doubts |=
			tries_for_locks() ? DOUBT_TRYING : DOUBT_STEP_LIMIT;
		rt->cut = true;
		end_execution();
	}
	if (tries_for_locks())
		fail(FOUND_LIVELOCK, self()->pending.pc,
			"all go on trying for locks, and after %u steps "
			"nobody has got further",
			rt->wire->config.max_steps);
	fail(FOUND_STEP_LIMIT, self()->pending.pc,
		"more than %u steps in one execution",
		rt->wire->config.max_steps);
}

/* The choices given are used up, and somebody wants to see what can follow. */
bool pauses(void)
{
	const struct wire *wire = rt->wire;

	return wire->config.pause && wire->nchoices >= wire->config.nchoices;
}

static _Noreturn void pause_here(const struct set *can, unsigned nvalues)
{
	rt->wire->paused = true;
	rt->wire->asked = (uint16_t)nvalues;
	trace_standing(can);
	end_execution();
}

unsigned choose_value(unsigned n)
{
	static const struct set nobody;
	unsigned pick;

	if (n < 2)
		return 0;
	if (pauses())
		pause_here(&nobody, n);
	pick = goes_on_once() ? 0 : decider()->pick_value(n);
	record(pick, true, 0);
	classes_value(pick);
	return pick;
}

/* While it can, who ran goes on; its stores reach memory at once. */
unsigned thread_by_default(const struct set *can, unsigned current)
{
	if (current == WIRE_NOBODY)
		return set_first(can);
	if (rt->tso && set_has(can, WIRE_FLUSHERS + current))
		return WIRE_FLUSHERS + current;
	return set_has(can, current) ? current : set_first(can);
}

/* Who takes the next step, which is allowed. */
static unsigned choose_next(void)
{
	struct set can = who_can();
	bool time_passes = set_empty(&can), early;
	unsigned next;

	if (time_passes)
		can = who_times_out();
	if (pauses())
		pause_here(&can, 0);
	next = goes_on_once() ? thread_by_default(&can, rt->current)
			      : decider()->pick_thread(&can, rt->current);
	if (next == WIRE_NOBODY) {
		rt->cut = true;
		end_execution();
	}
	early = !thread_can_go(&rt->threads[next]);
	record(next, false, time_passes ? 0 : flags_of(next, early));
	count_alone(&can, next);
	classes_step(next);
	if (early)
		wake_early(&rt->threads[next]);
	count_step(&rt->threads[next]);
	return next;
}

/* Its step is carried out here. */
static bool takes_no_thread(unsigned next)
{
	struct thread *thread = &rt->threads[next];

	if (rt->tso && is_flusher(next))
		tso_flush(next - WIRE_FLUSHERS);
	else if (thread->pending.kind == OP_FAIL)
		thread_failed(thread);
	else
		return false;
	return true;
}

/* The next thread to run, after the stores that reach memory before it does. */
static unsigned choose(void)
{
	unsigned next;

	if (rt->tso)
		tso_leave(rt->current);
	do {
		next = choose_next();
	} while (takes_no_thread(next));
	if (rt->tso)
		tso_enter(next);
	return next;
}

void stop_before(const struct op *op)
{
	struct thread *thread = self();

	rt->naccesses = 0;
	thread->pending = *op;
	trace_blocked(thread);
	switch_to(choose());
	fingerprint(&thread->pending);
	thread->nsteps++;
	if (rt->over.failed && thread->id == 0)
		note_step_of_main(&thread->pending);
}

void point(const struct op *op)
{
	if (rt->in_invariant)
		return;
	trace_settle(self());
	await_before(op);
	stop_before(op);
}

_Noreturn void leave(void)
{
	struct thread *thread = self();
	unsigned next = choose();

	rt->current = next;
	ctx_switch(&thread->ctx, &rt->threads[next].ctx);
	__builtin_trap();
}

void run_execution(void)
{
	struct thread *first;

	rt->in_execution = true;
	rt->search->begin();
	threads_begin();
	first = &rt->threads[0];
	rt->current = 0;
	ctx_switch(&rt->controller, &first->ctx);
	rt->in_execution = false;
	if (rt->crashed)
		snap_restore();
}

_Noreturn void end_execution(void)
{
	struct thread *thread = self();

	ctx_switch(&thread->ctx, &rt->controller);
	__builtin_trap();
}
