/* Which operations do not commute: the order of the two makes a difference. */
#include "lib/explore/runtime/tso.h"

#include <stdatomic.h>

static bool is_memory(const struct op *op)
{
	return (op->kind >= OP_READ && op->kind <= OP_FLUSH) ||
	       op->kind == OP_FREE;
}

static bool reads_only(const struct op *op)
{
	return op->kind == OP_READ || op->kind == OP_ATOMIC_READ;
}

/* A size that is too large for an op is any that large. */
static uint64_t end_of(const struct op *op)
{
	return op->size == UINT16_MAX ? UINT64_MAX : op->object + op->size;
}

static bool overlaps(const struct op *a, const struct op *b)
{
	return a->object < end_of(b) && b->object < end_of(a);
}

static bool lies_in(uint64_t object, const struct op *memory)
{
	return object >= memory->object && object < end_of(memory);
}

/* A lock, or the like, in memory that is freed. */
static bool frees_object(const struct op *a, const struct op *b)
{
	return a->kind == OP_FREE &&
	       (lies_in(b->object, a) || lies_in(b->second, a));
}

/* Touches nothing that another thread can see. */
static bool is_private(const struct op *op)
{
	if (op_is_delayed(op))
		return true;
	switch (op->kind) {
	case OP_START:
	case OP_END:
	case OP_CREATE:
	case OP_JOIN:
	case OP_FENCE:
	case OP_YIELD:
	case OP_SLEEP:
	case OP_TESTCANCEL:
	case OP_BARRIER_LEAVE: /* it was let go by then */
		return true;
	default:
		return false;
	}
}

/* The second of a lock is the condition that its thread has left. */
static bool names(const struct op *op, uint64_t object)
{
	return object && (op->object == object ||
				 (op->second == object && op->kind != OP_LOCK));
}

static bool changes(const struct op *op, uint64_t place, uint16_t size)
{
	struct op read = {.kind = OP_READ, .object = place, .size = size};

	if (!place)
		return false;
	if (is_memory(op))
		return size && !reads_only(op) && overlaps(op, &read);
	return !size && names(op, place);
}

/* Whether it could end the wait. */
static bool ends(const struct op *op, const struct op *await)
{
	return (await->everything && !reads_only(op)) ||
	       changes(op, await->object, await->size) ||
	       changes(op, await->second, await->second_size);
}

static bool is_seq_cst(const struct op *op)
{
	return op->order == memory_order_seq_cst &&
	       ((op->kind >= OP_ATOMIC_READ && op->kind <= OP_ATOMIC_UPDATE) ||
		       op->kind == OP_FENCE);
}

/* Under MEMORY_C11 a fence, or a load, changes what others may read. */
static bool seq_cst_conflict(const struct op *a, const struct op *b)
{
	return is_seq_cst(a) && is_seq_cst(b) &&
	       (a->kind == OP_FENCE || b->kind == OP_FENCE || overlaps(a, b));
}

/* What is printed, or not any more: how others fail, too. */
static bool ends_output(const struct op *op)
{
	return op->kind == OP_FAIL || op->kind == OP_OUTPUT;
}

static bool fails_of_all(const struct op *op)
{
	return op->kind == OP_FAIL && op->everything;
}

bool conflict(const struct op *a, const struct op *b)
{
	if (a->kind == OP_PROCESS_END || b->kind == OP_PROCESS_END ||
		a->kind == OP_CANCEL || b->kind == OP_CANCEL ||
		a->kind == OP_TRYJOIN || b->kind == OP_TRYJOIN)
		return true;
	if (a->kind == OP_INPUT && b->kind == OP_INPUT)
		return true;
	if (a->kind == OP_FAIL || b->kind == OP_FAIL)
		return fails_of_all(a) || fails_of_all(b) ||
		       (ends_output(a) && ends_output(b));
	if (rt->c11 && seq_cst_conflict(a, b))
		return true;
	if (is_private(a) || is_private(b))
		return false;
	if (a->kind == OP_AWAIT || b->kind == OP_AWAIT)
		return a->kind == OP_AWAIT ? b->kind != OP_AWAIT && ends(b, a)
					   : ends(a, b);
	if (invariant_conflict(a, b))
		return true;
	if (is_memory(a) != is_memory(b))
		return frees_object(a, b) || frees_object(b, a);
	if (is_memory(a))
		return overlaps(a, b) && !(reads_only(a) && reads_only(b));
	if (a->kind == OP_RDLOCK && b->kind == OP_RDLOCK)
		return false;
	if ((a->kind == OP_OUTPUT && b->kind == OP_OUTPUT) ||
		(a->kind == OP_FILE && b->kind == OP_FILE))
		return true;
	return names(b, a->object) ||
	       (a->kind != OP_LOCK && names(b, a->second));
}
