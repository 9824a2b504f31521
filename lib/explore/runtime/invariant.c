/*
 * What the person says must hold (--invariant), looked at whenever it may have
 * changed: after each write to a place that it reads. The driver compiles it
 * into the program, as a function; which places it reads is seen by its hooks.
 *
 * Two such writes conflict, wherever they go: in another order there is
 * another state between them. So they are steps, and the exhaustive search
 * comes by every state that the condition can tell apart.
 *
 * With config.at_rest it is looked at where nobody holds a lock: what is done
 * under one may break it for a while. Then the end of a critical section
 * counts like a write.
 */
#include "lib/explore/runtime/rt.h"

#include <stdio.h>
#include <string.h>

enum {
	NSLOTS = 4 * WIRE_MAX_WATCHED,
	WORD = 8,
};

/* In the program, when there is one. */
__attribute__((weak)) extern int WRAP(invariant)(void);
__attribute__((weak)) extern const char WRAP(invariant_text)[];

static uint64_t *slots; /* word + 1; 0: free */

static uint64_t *slot_of(uint64_t word)
{
	uint64_t i = word * UINT64_C(0x9e3779b97f4a7c15) >> 52;

	while (slots[i % NSLOTS] && slots[i % NSLOTS] != word + 1)
		i++;
	return &slots[i % NSLOTS];
}

void invariant_setup(void)
{
	const struct wire *wire = rt->wire;

	slots = map_memory(NSLOTS * sizeof(*slots));
	for (uint32_t i = 0; i < wire->nwatched; i++)
		*slot_of(wire->watched[i]) = wire->watched[i] + 1;
}

/* What was learned with fewer of them is void. */
static void watch_word(uint64_t word)
{
	struct wire *wire = rt->wire;
	uint64_t *slot = slot_of(word);

	if (*slot)
		return;
	if (wire->nwatched == WIRE_MAX_WATCHED) {
		wire->progress.doubts |= DOUBT_TABLE_FULL;
		return;
	}
	wire->watched[wire->nwatched++] = word;
	*slot = word + 1;
	rt->new_race = true;
}

static bool is_watched(uint64_t address, uint64_t size)
{
	if (rt->wire->nwatched == 0)
		return false;
	for (uint64_t i = address / WORD; i <= (address + size - 1) / WORD; i++)
		if (*slot_of(i))
			return true;
	return false;
}

bool invariant_reads(uint64_t address, uint64_t size, unsigned flags)
{
	if (!rt->in_invariant)
		return false;
	for (uint64_t i = address / WORD;
		!(flags & ACCESS_WRITE) && i <= (address + size - 1) / WORD;
		i++)
		watch_word(i);
	return true;
}

static _Noreturn void broken(uint64_t pc)
{
	struct finding finding = {
		.kind = FOUND_INVARIANT,
		.spurious = (uint8_t)rt->nspurious,
		.execution = rt->wire->progress.executions + 1,
		.first = party_of(self(), OP_WRITE, pc),
		.second.thread = WIRE_NOBODY,
		.third.thread = WIRE_NOBODY,
	};

	finding.first.object = self()->changed_object;
	snprintf(
		finding.text, sizeof(finding.text), "%s", WRAP(invariant_text));
	fail_with(&finding);
}

/* Whatever it synchronises with is not the program's doing. */
void invariant_check(uint64_t pc)
{
	struct thread *thread = self();
	struct vc vc, relaxed;
	bool holds;

	if (!WRAP(invariant) || rt->over.failed)
		return;
	vc = thread->vc;
	relaxed = thread->seen_relaxed;
	rt->in_invariant = true;
	holds = WRAP(invariant)();
	rt->in_invariant = false;
	thread->vc = vc;
	thread->seen_relaxed = relaxed;
	if (!holds)
		broken(pc);
}

void invariant_wrote(uint64_t address, uint64_t size, bool plain, uint64_t pc)
{
	if (!is_watched(address, size))
		return;
	if (plain)
		make_step(pc);
	self()->changed_pc = pc;
	self()->changed_object = address;
}

static bool somebody_holds_a_lock(void)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (rt->threads[i].nheld)
			return true;
	}
	return false;
}

/* The write that `changed_pc` tells of has been carried out. */
void invariant_settle(struct thread *thread)
{
	uint64_t pc = thread->changed_pc;

	if (!pc || rt->in_invariant)
		return;
	thread->changed_pc = 0;
	rt->unlooked_pc = pc;
	if (rt->wire->config.at_rest && somebody_holds_a_lock())
		return;
	rt->unlooked_pc = 0;
	invariant_check(pc);
}

/* A lock was given back: now may be the time to look. */
void invariant_unlocked(struct thread *thread)
{
	if (rt->unlooked_pc && !thread->changed_pc)
		thread->changed_pc = rt->unlooked_pc;
}

static bool matters(const struct op *op)
{
	switch (op->kind) {
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
	case OP_ATOMIC_UPDATE:
		return is_watched(op->object, op->size ? op->size : 1);
	case OP_UNLOCK:
	case OP_RWUNLOCK:
	case OP_WAIT:
		return rt->wire->config.at_rest;
	default:
		return false;
	}
}

bool invariant_conflict(const struct op *a, const struct op *b)
{
	return rt->wire->nwatched && matters(a) && matters(b);
}
