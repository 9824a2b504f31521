/*
 * MEMORY_TSO: each thread has a buffer of stores that have not reached memory,
 * first in, first out; it reads its own, nobody else does (Owens, Sarkar and
 * Sewell, "A Better x86 Memory Model: x86-TSO", TPHOLs 2009). When the oldest
 * of thread i reaches memory is a choice of the search like any other: a step
 * of the flusher WIRE_FLUSHERS + i. A read-modify-write, a seq_cst store or
 * fence and whatever synchronises has to wait until the buffer is empty.
 *
 * The program loads and stores by itself, in one memory. So memory is what
 * the running thread sees: while it runs its stores lie over what they hide,
 * and are taken off again when it is switched out. What an access that is no
 * step stores needs no buffer: whoever reads it, reads it after something that
 * has emptied the buffer, or after a store that comes behind it.
 */
#include "lib/explore/runtime/tso.h"

#include <stdatomic.h>
#include <string.h>

enum {
	MAX_STORES = 64, /* in one buffer */
	MAX_SIZE = 16, /* bytes of a store that can be delayed */
};

struct store {
	struct op op;
	unsigned char value[MAX_SIZE];
	unsigned char hidden[MAX_SIZE]; /* while its thread runs */
	struct vc vc; /* of an atomic: what reading it acquires */
};

struct buffer {
	uint32_t first, n; /* in a ring */
	uint32_t serial; /* of the newest */
	struct store stores[MAX_STORES];
};

static struct buffer *buffers;

void tso_setup(void)
{
	rt->tso = rt->wire->config.memory == MEMORY_TSO;
	if (rt->tso)
		buffers = map_memory(WIRE_FLUSHERS * sizeof(*buffers));
}

void tso_begin(void)
{
	for (unsigned i = 0; i < WIRE_FLUSHERS; i++) {
		buffers[i].n = 0;
		buffers[i].serial = 0;
		rt->threads[WIRE_FLUSHERS + i].state = THREAD_NONE;
	}
}

static struct store *nth(struct buffer *buffer, uint32_t i)
{
	return &buffer->stores[(buffer->first + i) % MAX_STORES];
}

static void *place(const struct store *store)
{
	return (void *)(uintptr_t)store->op.object;
}

static bool overlaps(const struct store *store, uint64_t address, size_t size)
{
	return store->op.object < address + size &&
	       address < store->op.object + store->op.size;
}

/*
 * Of the stores that could be delayed, these are not: its frame may be gone
 * by then, or there is no room.
 */
static bool is_exempt(const struct op *op)
{
	return op->size > MAX_SIZE || on_own_stack(op->object) ||
	       buffers[rt->current].n == MAX_STORES;
}

void tso_number(struct op *op)
{
	if (!rt->tso || rt->nthreads == 1 || op->order == memory_order_seq_cst)
		return;
	if (is_exempt(op))
		rt->wire->progress.doubts |= DOUBT_MEMORY;
	else
		op->second = buffers[rt->current].serial + 1;
}

/* A plain access has no order: 0 is relaxed. */
bool tso_drains(const struct op *op)
{
	switch (op->kind) {
	case OP_START:
	case OP_READ:
	case OP_ATOMIC_READ:
	case OP_WAKE:
	case OP_BARRIER_LEAVE:
	case OP_ONCE:
	case OP_AWAIT:
	case OP_YIELD:
	case OP_SLEEP:
	case OP_OUTPUT:
	case OP_FAIL:
	case OP_FREE:
	case OP_FLUSH:
		return false;
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
		return op->second == 0;
	case OP_FENCE:
		return op->order == memory_order_seq_cst;
	default:
		return true;
	}
}

bool tso_empty(unsigned thread)
{
	return thread >= WIRE_FLUSHERS || buffers[thread].n == 0;
}

bool tso_allows(const struct thread *thread)
{
	return tso_empty(thread->id) || !tso_drains(&thread->pending);
}

void tso_drain(uint64_t pc)
{
	const struct op op = {
		.kind = OP_FENCE,
		.order = memory_order_seq_cst,
		.pc = pc,
		.second = 1,
	};

	point(&op);
}

void tso_before_create(uint64_t pc)
{
	if (rt->nthreads == WIRE_FLUSHERS)
		fail(FOUND_REFUSED, pc,
			"more than %d threads with store buffers",
			WIRE_FLUSHERS);
	if (rt->nthreads > 1)
		tso_drain(pc);
}

/* The flusher is there as long as there is something to flush. */
static void set_flusher(unsigned thread)
{
	struct thread *flusher = &rt->threads[WIRE_FLUSHERS + thread];
	struct buffer *buffer = &buffers[thread];

	if (flusher->state == THREAD_NONE)
		flusher->last_step = rt->nsteps;
	flusher->state = buffer->n ? THREAD_READY : THREAD_NONE;
	if (!buffer->n)
		return;
	flusher->pending = nth(buffer, 0)->op;
	flusher->pending.kind = OP_FLUSH;
}

void tso_flushers(struct set *can)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (buffers[i].n)
			set_add(can, WIRE_FLUSHERS + i);
	}
}

/* The store is about to be made: keep what it hides. */
void tso_push(const struct op *op)
{
	struct buffer *buffer = &buffers[rt->current];
	struct store *store = nth(buffer, buffer->n++);

	buffer->serial = op->second;
	store->op = *op;
	memcpy(store->hidden, place(store), op->size);
	set_flusher(rt->current);
}

/* It has been made. */
void tso_settle(unsigned thread)
{
	struct buffer *buffer = &buffers[thread];
	struct store *store = nth(buffer, buffer->n - 1);

	memcpy(store->value, place(store), store->op.size);
}

/* Whoever reads it will acquire what the thread publishes by it. */
void tso_publish(int order)
{
	struct thread *thread = self();
	struct buffer *buffer = &buffers[thread->id];
	struct vc *vc = &nth(buffer, buffer->n - 1)->vc;

	vc_clear(vc);
	if (order == memory_order_release) {
		vc_join(vc, &thread->vc);
		vc_tick(thread);
	} else {
		vc_join(vc, &thread->released);
	}
}

bool tso_hides(unsigned thread, uint64_t address, size_t size)
{
	struct buffer *buffer = &buffers[thread];

	for (uint32_t i = 0; i < buffer->n; i++) {
		if (overlaps(nth(buffer, i), address, size))
			return true;
	}
	return false;
}

uint64_t tso_value(unsigned thread)
{
	uint64_t value = 0;

	if (!tso_empty(thread))
		memcpy(&value, nth(&buffers[thread], 0)->value, sizeof(value));
	return value;
}

static void lay_over(const struct store *store, uint64_t address, size_t size,
	uint64_t *value)
{
	for (uint32_t i = 0; i < store->op.size; i++) {
		uint64_t at = store->op.object + i - address;

		if (at < size && at < sizeof(*value))
			((unsigned char *)value)[at] = store->value[i];
	}
}

uint64_t tso_view(unsigned thread, uint64_t address, size_t size)
{
	struct buffer *buffer = &buffers[thread];
	uint64_t value = value_at(address, size);

	for (uint32_t i = 0; i < buffer->n; i++)
		lay_over(nth(buffer, i), address, size, &value);
	return value;
}

/* Where the value that was read has come from, if not from memory alone. */
void tso_trace_read(struct event *event)
{
	const struct op *op = &event->op;

	if (tso_hides(rt->current, op->object, op->size)) {
		event->flags |= EVENT_OWN;
		return;
	}
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (tso_hides(i, op->object, op->size)) {
			event->flags |= EVENT_STALE;
			event->other = (uint16_t)i;
		}
	}
}

/* Newest first: each puts back what was there before it. */
void tso_leave(unsigned thread)
{
	struct buffer *buffer = &buffers[thread];

	for (uint32_t i = buffer->n; i-- > 0;) {
		struct store *store = nth(buffer, i);

		memcpy(place(store), store->hidden, store->op.size);
	}
}

void tso_enter(unsigned thread)
{
	struct buffer *buffer = &buffers[thread];

	for (uint32_t i = 0; i < buffer->n; i++) {
		struct store *store = nth(buffer, i);

		memcpy(store->hidden, place(store), store->op.size);
		memcpy(place(store), store->value, store->op.size);
	}
}

static void trace_flush(const struct op *op, unsigned thread, uint64_t before)
{
	struct event *event = trace_op(op);

	if (!event)
		return;
	event->thread = (uint16_t)thread;
	event->before = before;
	event->after = value_at(op->object, op->size);
}

/* Nobody's stores lie over memory now. */
void tso_flush(unsigned thread)
{
	struct buffer *buffer = &buffers[thread];
	struct store *store = nth(buffer, 0);
	struct op op = rt->threads[WIRE_FLUSHERS + thread].pending;
	uint64_t before = value_at(op.object, op.size);
	struct object *object;

	memcpy(place(store), store->value, op.size);
	if (store->op.kind == OP_ATOMIC_WRITE) {
		object = object_get(place(store), OBJECT_ATOMIC);
		vc_clear(&object->vc);
		vc_join(&object->vc, &store->vc);
	}
	buffer->first = (buffer->first + 1) % MAX_STORES;
	buffer->n--;
	set_flusher(thread);
	fingerprint(&op);
	trace_flush(&op, thread, before);
	spin_over();
}
