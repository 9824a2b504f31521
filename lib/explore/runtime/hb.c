#include "lib/explore/runtime/hb.h"
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/tso.h"

#include <string.h>

void hb_begin(struct hb *hb)
{
	hb->nsteps = 0;
	hb->nthreads = hb->nclocks = 1;
	memset(hb->last, 0, sizeof(hb->last));
	memset(hb->parent, 0, sizeof(hb->parent));
}

void hb_meet_threads(struct hb *hb)
{
	while (hb->nthreads < rt->nthreads && hb->nthreads < HB_THREADS)
		hb->parent[hb->nthreads++] = hb->nsteps;
	hb->nclocks = hb->nthreads + (rt->tso ? WIRE_FLUSHERS : 0);
	if (hb->nclocks > HB_THREADS)
		hb->nclocks = HB_THREADS;
}

bool hb_conflict(
	unsigned a, const struct op *a_op, unsigned b, const struct op *b_op)
{
	return !same_thread(a, b) && conflict(a_op, b_op);
}

static void join(uint32_t *into, const struct hb *hb, uint32_t step)
{
	const uint32_t *from = hb->steps[step].clock;

	for (unsigned i = 0; i < hb->nclocks; i++) {
		if (into[i] < from[i])
			into[i] = from[i];
	}
}

static bool gives(const struct op *op)
{
	return op->kind == OP_UNLOCK || op->kind == OP_WAIT ||
	       op->kind == OP_RWUNLOCK || op->kind == OP_SEM_POST;
}

static bool takes(const struct op *op)
{
	return op->kind == OP_LOCK || op->kind == OP_RDLOCK ||
	       op->kind == OP_WRLOCK || op->kind == OP_SEM_WAIT;
}

/*
 * The earlier step made the later one possible: the two cannot change places,
 * though what made the earlier one necessary may (another's lock, say).
 */
static bool enables(const struct hb_step *earlier, const struct hb_step *later)
{
	if (later->timed || (later->op.kind == OP_SEM_WAIT && later->shared))
		return false;
	if (later->op.kind == OP_RDLOCK && earlier->shared)
		return false;
	if (earlier->op.kind == OP_UNLOCK && earlier->shared)
		return false;
	return gives(&earlier->op) && takes(&later->op) && !later->early;
}

/* The same for the end of a wait: before `old`, it could not have come. */
static bool was_waiting(
	const struct hb *hb, uint32_t old, const struct hb_step *step)
{
	return step->op.kind == OP_AWAIT && old >= hb->last[step->thread] &&
	       (hb->steps[old].waiting >> step->thread & 1);
}

static bool dependent(const struct hb_step *a, const struct hb_step *b)
{
	if (a->with_all || b->with_all)
		return true;
	if (a->early && b->early)
		return true; /* they share what is left of the budget */
	return hb_conflict(a->thread, &a->op, b->thread, &b->op);
}

static void join_last_of(const struct hb *hb, uint32_t *clock, uint64_t thread)
{
	if (thread < HB_THREADS && hb->last[thread])
		join(clock, hb, hb->last[thread] - 1);
}

/* A store reaches memory after it was made. */
static void join_store(
	const struct hb *hb, const struct hb_step *flush, uint32_t *clock)
{
	for (uint32_t k = hb->nsteps; k-- > 0;) {
		const struct hb_step *step = &hb->steps[k];

		if (step->thread == flush->thread - WIRE_FLUSHERS &&
			op_is_delayed(&step->op) &&
			step->op.second == flush->op.second) {
			join(clock, hb, k);
			return;
		}
	}
}

/* What the thread knows before its next step. */
static void clock_before(
	const struct hb *hb, const struct hb_step *step, uint32_t *clock)
{
	unsigned thread = step->thread;

	memset(clock, 0, HB_THREADS * sizeof(*clock));
	if (hb->last[thread])
		join(clock, hb, hb->last[thread] - 1);
	else if (hb->parent[thread])
		join(clock, hb, hb->parent[thread] - 1);
	if (step->op.kind == OP_FLUSH)
		join_store(hb, step, clock);
	else if (rt->tso && tso_drains(&step->op))
		join_last_of(hb, clock, WIRE_FLUSHERS + thread);
}

/* The step that was taken when rt->nsteps was `at`; i is the new one. */
static void join_step_at(
	const struct hb *hb, uint32_t i, uint32_t at, uint32_t *clock)
{
	uint32_t before = rt->nsteps - i; /* steps that are not the search's */

	if (at > before && at - before <= i)
		join(clock, hb, at - before - 1);
}

/* The end of a thread is no step. */
static void join_end_of(const struct hb *hb, uint32_t *clock, uint64_t thread)
{
	join_last_of(hb, clock, thread);
	if (rt->tso)
		join_last_of(hb, clock, WIRE_FLUSHERS + thread);
}

/* Who slept, or stood at a barrier, and does so no more. */
static bool was_let_go(const struct hb_step *step)
{
	return !step->early &&
	       (step->op.kind == OP_BARRIER_LEAVE ||
		       (step->op.kind == OP_LOCK && step->op.second));
}

/*
 * Of several signals, or rounds of a barrier, it is one that let the thread
 * go; what comes after that has nothing to do with it.
 */
static void join_what_let_go(const struct hb *hb, uint32_t i, uint32_t *clock)
{
	const struct hb_step *step = &hb->steps[i];

	if (was_let_go(step))
		join_step_at(hb, i, rt->threads[step->thread].let_go_at, clock);
}

/* Nor is the end of the first call of a once, which others wait for. */
static void join_conflict(struct hb *hb, uint32_t i, uint32_t earlier)
{
	const struct op *op = &hb->steps[earlier].op;
	const struct object *once;

	join(hb->steps[i].clock, hb, earlier);
	if (op->kind != OP_ONCE)
		return;
	once = object_find((const void *)(uintptr_t)op->object);
	if (once)
		join_step_at(hb, i, once->done_at, hb->steps[i].clock);
}

static bool joins(const struct hb_step *step)
{
	return step->op.kind == OP_JOIN &&
	       rt->threads[step->op.object].state == THREAD_ENDED;
}

/*
 * A join that waits in time could have come before the other's last step, and
 * run out of time.
 */
static bool ended_in_time(
	const struct hb *hb, uint32_t k, const struct hb_step *join)
{
	unsigned thread = hb->steps[k].thread;

	return join->timed && joins(join) && rt->wire->config.spurious &&
	       hb->last[thread] == k + 1 &&
	       same_thread(thread, (unsigned)join->op.object);
}

/*
 * `seen` is what cannot race any more: it lacks what only made this step
 * possible. Going backwards, the first conflict met is the nearest.
 */
static void find_races(struct hb *hb, uint32_t i, hb_race_fn race)
{
	struct hb_step *step = &hb->steps[i];
	uint32_t seen[HB_THREADS];
	bool sooner = false; /* it has to run out of time before others, too */

	memcpy(seen, step->clock, sizeof(seen));
	if (joins(step))
		join_end_of(hb, step->clock, step->op.object);
	join_what_let_go(hb, i, step->clock);
	for (uint32_t k = i; k-- > 0;) {
		const struct hb_step *old = &hb->steps[k];
		bool conflicts, in_time, done;

		if (old->thread == step->thread || k < seen[old->thread])
			continue;
		conflicts = dependent(old, step);
		in_time = sooner || ended_in_time(hb, k, step);
		if (conflicts)
			join_conflict(hb, i, k);
		if (!(conflicts || in_time) || enables(old, step) ||
			was_waiting(hb, k, step))
			continue;
		done = !race || race(hb, k, i);
		if (done)
			join(seen, hb, k);
		sooner = in_time && !done;
	}
}

static uint64_t who_waits(void)
{
	uint64_t who = 0;

	for (unsigned i = 0; i < rt->nthreads && i < HB_THREADS; i++) {
		const struct thread *thread = &rt->threads[i];

		if (thread->pending.kind == OP_AWAIT &&
			thread->state == THREAD_READY && !thread_can_go(thread))
			who |= UINT64_C(1) << i;
	}
	return who;
}

static bool is_shared_by(const struct object *object, unsigned thread)
{
	return object->kind == OBJECT_SEM ? object->count > 1
					  : object->owner != thread;
}

/*
 * Of several posts, each could have come after a wait that needs only one. A
 * reader's unlock was not what let in another reader, nor was any unlock of
 * what is another's.
 */
static bool is_shared(const struct thread *thread)
{
	const struct op *op = &thread->pending;
	const struct object *object;

	if (op->kind != OP_SEM_WAIT && op->kind != OP_RWUNLOCK &&
		op->kind != OP_UNLOCK)
		return false;
	object = object_find((const void *)(uintptr_t)op->object);
	return object ? is_shared_by(object, thread->id)
		      : op->kind == OP_UNLOCK; /* nobody has locked it yet */
}

/*
 * Who is cancelled ends there, whether or not what it waits for has come: the
 * wait is none. But who sleeps on a condition might be signalled until then.
 */
static bool ends_there(const struct thread *thread)
{
	return cancel_wakes(thread) && thread->pending.kind != OP_WAKE;
}

static void set_step(struct hb_step *step, unsigned thread)
{
	const struct thread *t = &rt->threads[thread];

	step->op = t->pending;
	if (ends_there(t))
		step->op.kind = OP_TESTCANCEL;
	step->thread = (uint16_t)thread;
	step->value = 0;
	step->early = !thread_can_go(t);
	step->shared = is_shared(t);
	step->timed = t->timed;
	step->with_all = step->early;
	step->waiting = rt->nawaiting ? who_waits() : 0;
}

void hb_imagine(struct hb *hb, unsigned thread, hb_race_fn race)
{
	uint32_t i = hb->nsteps;
	struct hb_step *step = &hb->steps[i];

	bool sleeps = rt->threads[thread].pending.kind == OP_WAKE;

	if (sleeps && !rt->spurious_left)
		return;
	if (rt->tso && !tso_allows(&rt->threads[thread]))
		return; /* its flusher comes first */
	set_step(step, thread);
	step->early = false;
	step->with_all = sleeps; /* while others could go on, it could wake */
	clock_before(hb, step, step->clock);
	find_races(hb, i, race);
}

/* What it does not get now, it could have had before others took it. */
static bool runs_out_of_time(const struct thread *thread)
{
	return thread->pending.kind != OP_WAKE && !thread_can_go(thread);
}

void hb_add(struct hb *hb, unsigned thread, bool known, hb_race_fn race)
{
	uint32_t i = hb->nsteps;
	struct hb_step *step = &hb->steps[i];

	if (!known && runs_out_of_time(&rt->threads[thread]))
		hb_imagine(hb, thread, race);
	hb->nsteps++;
	if (!known) {
		set_step(step, thread);
		clock_before(hb, step, step->clock);
		find_races(hb, i, race);
		step->clock[thread] = i + 1;
	}
	hb->last[thread] = i + 1;
}

void hb_ends_all(struct hb *hb, uint32_t i, hb_race_fn race)
{
	struct hb_step *step = &hb->steps[i];

	step->with_all = true;
	for (uint32_t k = i; k-- > 0;) {
		if (hb->steps[k].thread != step->thread &&
			!hb_before(hb, k, i)) {
			join(step->clock, hb, k);
			race(hb, k, i);
		}
	}
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

/* How many steps of each thread, not their numbers, which differ. */
static uint64_t hash_of(const struct hb *hb, uint32_t i, const uint32_t *counts)
{
	const struct hb_step *step = &hb->steps[i];
	uint64_t hash = mix(step->thread, step->op.kind);

	hash = mix(hash, step->op.object);
	hash = mix(hash, step->value);
	hash = mix(hash, step->early);
	for (unsigned t = 0; t < hb->nclocks; t++) {
		uint32_t last = step->clock[t];

		hash = mix(hash, last ? counts[last - 1] : 0);
	}
	return hash;
}

uint64_t hb_class(const struct hb *hb)
{
	static const uint64_t seed = UINT64_C(0xcbf29ce484222325);
	uint32_t *counts = rt->scratch; /* its number within its thread */
	uint32_t n[HB_THREADS] = {0};
	uint64_t sum = seed;

	for (uint32_t i = 0; i < hb->nsteps; i++)
		counts[i] = ++n[hb->steps[i].thread];
	for (uint32_t i = 0; i < hb->nsteps; i++)
		sum += hash_of(hb, i, counts);
	return sum;
}
