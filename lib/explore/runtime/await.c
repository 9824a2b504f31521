#include "lib/explore/runtime/entry.h"
#include "lib/explore/runtime/tso.h"

#include <errno.h>
#include <string.h>

_Static_assert(
	offsetof(struct object, count) == offsetof(struct object, owner) + 4,
	"the state of a lock is read as one word");

static bool is_lock(const struct op *op)
{
	return op->kind == OP_TRYLOCK || op->kind == OP_SEM_TRY;
}

/* What only reads, or may turn out to. */
static bool reads(const struct op *op)
{
	return op->kind == OP_READ || op->kind == OP_ATOMIC_READ ||
	       op->kind == OP_ATOMIC_UPDATE || is_lock(op);
}

/* What it writes to its own stack is seen there when it comes round. */
static bool changes_nothing(const struct op *op)
{
	if (op->kind == OP_WRITE)
		return on_own_stack(op->object) && !shared(op->object);
	return op->kind == OP_YIELD || op->kind == OP_TESTCANCEL ||
	       op->kind == OP_SLEEP || op->kind == OP_FENCE ||
	       op->kind == OP_START;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash << 31 | hash >> 33;
}

static uint64_t mix_memory(uint64_t hash, const void *from, size_t size)
{
	const unsigned char *p = from;
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, p, size);
	return mix(hash, word);
}

/* All that decides what the thread does next, but for what it reads. */
static uint64_t state_of(const struct thread *thread)
{
	uint64_t top = (uint64_t)(uintptr_t)rt->stacks +
		       (thread->id + UINT64_C(1)) * STACK_SIZE;
	uint64_t hash = mix_memory(entry.pc, entry.registers,
		ENTRY_REGISTERS * sizeof(entry.registers[0]));

	hash = mix_memory(
		hash, (const void *)(uintptr_t)entry.sp, top - entry.sp);
	hash = mix_memory(hash, rt->tls, rt->tls_size);
	return mix(hash, (uint64_t)errno);
}

void await_clear(struct await *await)
{
	await->nheads = 0;
	await->nwatched = 0;
	await->nfresh = 0;
	await->unresolved = false;
}

void await_forget(void)
{
	await_clear(&self()->await);
}

static bool was_at(const struct await *await, uint64_t pc)
{
	for (uint32_t i = 0; i < await->nheads; i++) {
		if (await->heads[i].pc == pc)
			return true;
	}
	return false;
}

static void add_head(
	struct await *await, uint64_t pc, uint64_t state, bool again)
{
	if (await->nheads == MAX_HEADS) {
		await_clear(await);
		again = false;
	}
	await->heads[await->nheads++] = (struct loop_head){
		.pc = pc,
		.state = state,
		.nwatched = await->nwatched,
		.again = again,
	};
}

/* It has been read, and nothing else was done. */
void await_read(uint64_t value)
{
	struct await *await = &self()->await;
	const struct op *op = &self()->pending;
	struct watched *watched = &await->watched[await->nwatched];

	if (await->nwatched == MAX_WATCHED || !await->unresolved ||
		op->size > sizeof(value)) {
		await_clear(await);
		return;
	}
	await->unresolved = false;
	await->nfresh -= await->nfresh > 0;
	*watched = (struct watched){
		.place = op->object,
		.size = op->size,
		.value = value,
		.object = op->object,
	};
	if (is_lock(op)) {
		watched->place = (uint64_t)(uintptr_t)&object_find(
			(const void *)(uintptr_t)op->object)
					 ->owner;
		watched->size = sizeof(value);
		watched->value = value_at(watched->place, sizeof(value));
		watched->is_lock = true;
	}
	await->nwatched++;
}

static uint64_t seen_by(
	const struct thread *thread, const struct watched *watched)
{
	if (rt->tso)
		return tso_view(thread->id, watched->place, watched->size);
	return value_at(watched->place, watched->size);
}

/* Of what the loop reads, the first that has changed; or all of it. */
static uint32_t first_changed(const struct thread *thread)
{
	const struct await *await = &thread->await;
	uint32_t i = await->loop;

	while (i < await->nwatched &&
		seen_by(thread, &await->watched[i]) == await->watched[i].value)
		i++;
	return i;
}

bool await_can_go(const struct thread *thread)
{
	return first_changed(thread) < thread->await.nwatched;
}

bool await_is_over(void)
{
	return self()->await.nfresh > 0;
}

/* One or two places are named; with more it conflicts with every write. */
static void add_place(struct op *op, const struct watched *watched)
{
	uint16_t size = watched->is_lock ? 0 : watched->size;

	if ((op->object == watched->object && op->size >= size) ||
		(op->second == watched->object && op->second_size >= size))
		return;
	if (!op->object) {
		op->object = watched->object;
		op->size = size;
	} else if (!op->second) {
		op->second = watched->object;
		op->second_size = size;
	} else {
		op->everything = true;
	}
}

static struct op await_op(const struct await *await, uint64_t pc)
{
	struct op op = {.kind = OP_AWAIT, .pc = pc};

	for (uint32_t i = await->loop; i < await->nwatched; i++)
		add_place(&op, &await->watched[i]);
	return op;
}

/*
 * What the stack holds the first time may be left over from whoever used it
 * before, ourselves included: a round must have come in between.
 */
static bool comes_round(struct await *await, uint64_t state)
{
	for (uint32_t i = 0; i < await->nheads; i++) {
		if (await->heads[i].again && await->heads[i].state == state) {
			await->loop = await->heads[i].nwatched;
			return true;
		}
	}
	return false;
}

/*
 * It may have written to its stack after it read there; or, under MEMORY_C11,
 * have read an old store.
 */
static void watch_own_stack(struct await *await)
{
	if (rt->c11)
		return;
	for (uint32_t i = await->loop; i < await->nwatched; i++) {
		struct watched *watched = &await->watched[i];

		if (on_own_stack(watched->place))
			watched->value = value_at(
				watched->place, watched->size);
	}
}

/* Which loops there are is no matter of one execution. */
static void note_loop(const struct op *op)
{
	struct wire *wire = rt->wire;

	for (uint32_t i = 0; i < wire->nawaits; i++) {
		if (wire->awaits[i].pc == op->pc &&
			wire->awaits[i].object == op->object)
			return;
	}
	if (wire->nawaits < WIRE_MAX_AWAITS && op->size)
		wire->awaits[wire->nawaits++] = *op;
}

static void wait_for_change(struct await *await, uint64_t pc, uint64_t state)
{
	struct op op = await_op(await, pc);
	uint32_t nfresh;

	watch_own_stack(await);
	note_loop(&op);
	rt->nawaiting++;
	stop_before(&op);
	rt->nawaiting--;
	nfresh = first_changed(self()) + 1 - await->loop;
	await_clear(await);
	add_head(await, pc, state, true);
	await->nfresh = nfresh;
}

/* Only where the registers are known. */
static bool applies(const struct op *op)
{
	return reads(op) && ENTRY_REGISTERS > 0 && entry.pc == op->pc &&
	       !rt->wire->config.loops_run;
}

void await_before(const struct op *op)
{
	struct await *await = &self()->await;
	uint64_t state;

	if (changes_nothing(op))
		return;
	if (await->unresolved || !applies(op))
		await_clear(await);
	if (!applies(op))
		return;
	state = state_of(self());
	if (comes_round(await, state))
		wait_for_change(await, op->pc, state);
	else
		add_head(await, op->pc, state, was_at(await, op->pc));
	await->unresolved = true;
}
