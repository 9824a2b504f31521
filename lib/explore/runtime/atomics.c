/*
 * Atomic operations. Only one thread runs at a time, so that each is its
 * plain counterpart behind a point; what the orders mean for what happened
 * before what is kept in the clock of the place. A load sees the last store
 * in memory, but under MEMORY_C11, where history.c knows all of them.
 */
#include "lib/explore/runtime/history.h"
#include "lib/explore/runtime/tso.h"

#include <stdatomic.h>

bool order_acquires(int order)
{
	return order == memory_order_acquire || order == memory_order_consume ||
	       order == memory_order_acq_rel || order == memory_order_seq_cst;
}

bool order_releases(int order)
{
	return order == memory_order_release || order == memory_order_acq_rel ||
	       order == memory_order_seq_cst;
}

static void before_under_tso(const struct op *op, struct event *event)
{
	if (op->kind == OP_ATOMIC_READ && event)
		tso_trace_read(event);
	if (!op_is_delayed(op))
		return;
	trace_flags(event, EVENT_DELAYED);
	tso_push(op);
}

static struct event *before(
	enum op_kind kind, void *place, size_t size, int order, uint64_t pc)
{
	struct op op = {
		.kind = (uint8_t)kind,
		.order = (uint8_t)order,
		.size = (uint16_t)size,
		.pc = pc,
		.object = (uint64_t)(uintptr_t)place,
	};
	unsigned flags = ACCESS_ATOMIC |
			 (kind == OP_ATOMIC_READ ? 0 : ACCESS_WRITE);
	struct event *event;

	if (!rt->in_execution)
		return NULL;
	/* What is done before there are others comes before all they do. */
	if (order != memory_order_seq_cst && rt->nthreads > 1)
		rt->wire->progress.weak_orders = 1;
	if (kind == OP_ATOMIC_WRITE)
		tso_number(&op);
	point(&op);
	access_memory(place, size, flags, pc);
	untested_access(op.object, flags);
	event = trace_op(&op);
	if (event)
		event->before = event->after = value_at(op.object, size);
	if (rt->tso)
		before_under_tso(&op, event);
	return event;
}

/* What the thread stored itself, and nobody has seen yet. */
static bool read_own(const void *place, size_t size)
{
	return rt->tso &&
	       tso_hides(rt->current, (uint64_t)(uintptr_t)place, size);
}

static void synchronise_load(void *place, size_t size, int order)
{
	struct object *object;
	struct thread *thread = self();

	object = object_find((const void *)place);
	if (!object || read_own(place, size))
		return;
	if (order_acquires(order))
		vc_acquire(thread, object);
	else
		vc_join(&thread->seen_relaxed, &object->vc);
}

static void publish(struct object *object, int order)
{
	struct thread *thread = self();

	if (order_releases(order))
		vc_release(thread, object);
	else
		vc_join(&object->vc, &thread->released);
}

static void synchronise_store(void *place, int order)
{
	struct object *object;

	spin_wrote();
	if (rt->tso && self()->pending.second) {
		tso_settle(rt->current);
		tso_publish(order);
		return;
	}
	object = object_get((const void *)place, OBJECT_ATOMIC);
	vc_clear(&object->vc);
	publish(object, order);
}

static void synchronise_update(void *place, size_t size, int order)
{
	struct object *object = object_get((const void *)place, OBJECT_ATOMIC);

	synchronise_load(place, size, order);
	publish(object, order);
}

/* An update that changes nothing is what a waiting loop does. */
static void noticed(uint64_t pc, void *place, uint64_t old, uint64_t new)
{
	if (old == new)
		spin_read(pc, (uint64_t)(uintptr_t)place, new);
	else
		spin_wrote();
}

static void after(struct event *event, void *place, size_t size)
{
	if (event)
		event->after = value_at((uint64_t)(uintptr_t)place, size);
}

/* Of a compare-and-exchange, for the order of seq_cst operations. */
static int stronger(int order, int failed_order)
{
	return failed_order == memory_order_seq_cst ? failed_order : order;
}

/* Constructors run before there is anything to explore. */
static bool has_history(void)
{
	return rt->c11 && rt->in_execution;
}

static const struct op *picked(void)
{
	return &self()->pending;
}

#define LOAD(bits, type)                                                    \
	type __tsan_atomic##bits##_load(const type *p, int order);          \
	type __tsan_atomic##bits##_load(const type *p, int order)           \
	{                                                                   \
		void *place = (void *)(uintptr_t)p;                         \
		struct event *event = before(                               \
			OP_ATOMIC_READ, place, sizeof(*p), order, CALLER);  \
		type value;                                                 \
		if (has_history()) {                                        \
			value = (type)history_load(picked(), event);        \
		} else {                                                    \
			value = *p;                                         \
			synchronise_load(place, sizeof(*p), order);         \
		}                                                           \
		spin_read(CALLER, (uint64_t)(uintptr_t)p, (uint64_t)value); \
		return value;                                               \
	}

#define STORE(bits, type)                                                 \
	void __tsan_atomic##bits##_store(type *p, type value, int order); \
	void __tsan_atomic##bits##_store(type *p, type value, int order)  \
	{                                                                 \
		struct event *event = before(                             \
			OP_ATOMIC_WRITE, p, sizeof(*p), order, CALLER);   \
		if (has_history()) {                                      \
			history_store(picked(), value, event);            \
			spin_wrote();                                     \
			return;                                           \
		}                                                         \
		*p = value;                                               \
		synchronise_store(p, order);                              \
		after(event, p, sizeof(*p));                              \
	}

#define UPDATE(bits, type, name, expression)                                 \
	type __tsan_atomic##bits##_##name(type *p, type value, int order);   \
	type __tsan_atomic##bits##_##name(type *p, type value, int order)    \
	{                                                                    \
		struct event *event = before(                                \
			OP_ATOMIC_UPDATE, p, sizeof(*p), order, CALLER);     \
		struct update update;                                        \
		bool history = has_history();                                \
		type old = history ? (type)history_update(picked(), &update, \
					     NULL, order, event)             \
				   : *p;                                     \
		type new = (type)(expression);                               \
		if (history) {                                               \
			history_end_update(&update, order, new, event);      \
		} else {                                                     \
			*p = new;                                            \
			synchronise_update(p, sizeof(*p), order);            \
			after(event, p, sizeof(*p));                         \
		}                                                            \
		noticed(CALLER, p, (uint64_t)old, (uint64_t) new);           \
		return old;                                                  \
	}

#define EXCHANGE_IF(bits, type)                                                \
	static bool exchange_if##bits(type *p, type *expected, type value,     \
		int order, int failed_order, uint64_t pc)                      \
	{                                                                      \
		struct event *event = before(OP_ATOMIC_UPDATE, p, sizeof(*p),  \
			stronger(order, failed_order), pc);                    \
		struct update update;                                          \
		wide wanted = *expected;                                       \
		bool history = has_history();                                  \
		type old = history ? (type)history_update(picked(), &update,   \
					     &wanted, failed_order, event)     \
				   : *p;                                       \
		if (old != *expected) {                                        \
			*expected = old;                                       \
			trace_result(event, 1);                                \
			if (history)                                           \
				history_fail_update(&update, failed_order);    \
			else                                                   \
				synchronise_load(p, sizeof(*p), failed_order); \
			spin_read(pc, (uint64_t)(uintptr_t)p, (uint64_t)old);  \
			return false;                                          \
		}                                                              \
		if (history) {                                                 \
			history_end_update(&update, order, value, event);      \
		} else {                                                       \
			*p = value;                                            \
			synchronise_update(p, sizeof(*p), order);              \
			after(event, p, sizeof(*p));                           \
		}                                                              \
		noticed(pc, p, (uint64_t)old, (uint64_t)value);                \
		return true;                                                   \
	}                                                                      \
	int __tsan_atomic##bits##_compare_exchange_strong(type *p,             \
		type *expected, type value, int order, int failed_order);      \
	int __tsan_atomic##bits##_compare_exchange_strong(type *p,             \
		type *expected, type value, int order, int failed_order)       \
	{                                                                      \
		return exchange_if##bits(                                      \
			p, expected, value, order, failed_order, CALLER);      \
	}                                                                      \
	int __tsan_atomic##bits##_compare_exchange_weak(type *p,               \
		type *expected, type value, int order, int failed_order);      \
	int __tsan_atomic##bits##_compare_exchange_weak(type *p,               \
		type *expected, type value, int order, int failed_order)       \
	{                                                                      \
		return exchange_if##bits(                                      \
			p, expected, value, order, failed_order, CALLER);      \
	}                                                                      \
	type __tsan_atomic##bits##_compare_exchange_val(type *p,               \
		type expected, type value, int order, int failed_order);       \
	type __tsan_atomic##bits##_compare_exchange_val(type *p,               \
		type expected, type value, int order, int failed_order)        \
	{                                                                      \
		exchange_if##bits(                                             \
			p, &expected, value, order, failed_order, CALLER);     \
		return expected;                                               \
	}

#define ATOMICS_OF_SIZE(bits, type)                    \
	LOAD(bits, type)                               \
	STORE(bits, type)                              \
	UPDATE(bits, type, exchange, value)            \
	UPDATE(bits, type, fetch_add, old + value)     \
	UPDATE(bits, type, fetch_sub, old - value)     \
	UPDATE(bits, type, fetch_and, old &value)      \
	UPDATE(bits, type, fetch_or, old | value)      \
	UPDATE(bits, type, fetch_xor, old ^ value)     \
	UPDATE(bits, type, fetch_nand, ~(old & value)) \
	EXCHANGE_IF(bits, type)

ATOMICS_OF_SIZE(8, uint8_t)
ATOMICS_OF_SIZE(16, uint16_t)
ATOMICS_OF_SIZE(32, uint32_t)
ATOMICS_OF_SIZE(64, uint64_t)
ATOMICS_OF_SIZE(128, wide)

/*
 * A fence before relaxed stores publishes with them; one after relaxed loads
 * acquires what these saw.
 */
static void fence(int order, uint64_t pc)
{
	struct thread *thread;
	struct op op = {.kind = OP_FENCE, .order = (uint8_t)order, .pc = pc};

	if (!rt->in_execution)
		return;
	thread = self();
	point(&op);
	trace_op(&op);
	if (order_acquires(order))
		vc_join(&thread->vc, &thread->seen_relaxed);
	if (rt->c11 && order == memory_order_seq_cst)
		history_fence();
	if (order_releases(order)) {
		thread->released = thread->vc;
		vc_tick(thread);
	}
}

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
	fence(order, CALLER);
}

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
	(void)order; /* between a thread and its own signal handler */
}
