/*
 * Atomic operations. Only one thread runs at a time, so that each is its
 * plain counterpart behind a point; what the orders mean for what happened
 * before what is kept in the clock of the place. Under MEMORY_SC a load sees
 * the last store.
 */
#include "lib/explore/runtime/rt.h"

#include <stdatomic.h>

typedef unsigned __int128 wide;

static bool acquires(int order)
{
	return order == memory_order_acquire || order == memory_order_consume ||
	       order == memory_order_acq_rel || order == memory_order_seq_cst;
}

static bool releases(int order)
{
	return order == memory_order_release || order == memory_order_acq_rel ||
	       order == memory_order_seq_cst;
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
	struct event *event;

	if (!rt->in_execution)
		return NULL;
	point(&op);
	access_memory(place, size,
		ACCESS_ATOMIC | (kind == OP_ATOMIC_READ ? 0 : ACCESS_WRITE),
		pc);
	event = trace_op(&op);
	if (event)
		event->before = event->after = value_at(op.object, size);
	return event;
}

static void synchronise_load(void *place, int order)
{
	struct object *object;
	struct thread *thread = self();

	object = object_find((const void *)place);
	if (!object)
		return;
	if (acquires(order))
		vc_acquire(thread, object);
	else
		vc_join(&thread->seen_relaxed, &object->vc);
}

static void publish(struct object *object, int order)
{
	struct thread *thread = self();

	if (releases(order))
		vc_release(thread, object);
	else
		vc_join(&object->vc, &thread->released);
}

static void synchronise_store(void *place, int order)
{
	struct object *object = object_get((const void *)place, OBJECT_ATOMIC);

	vc_clear(&object->vc);
	publish(object, order);
	spin_wrote();
}

static void synchronise_update(void *place, int order)
{
	struct object *object = object_get((const void *)place, OBJECT_ATOMIC);

	synchronise_load(place, order);
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

#define LOAD(bits, type)                                                    \
	type __tsan_atomic##bits##_load(const type *p, int order);          \
	type __tsan_atomic##bits##_load(const type *p, int order)           \
	{                                                                   \
		type value;                                                 \
		before(OP_ATOMIC_READ, (void *)(uintptr_t)p, sizeof(*p),    \
			order, CALLER);                                     \
		value = *p;                                                 \
		synchronise_load((void *)(uintptr_t)p, order);              \
		spin_read(CALLER, (uint64_t)(uintptr_t)p, (uint64_t)value); \
		return value;                                               \
	}

#define STORE(bits, type)                                                 \
	void __tsan_atomic##bits##_store(type *p, type value, int order); \
	void __tsan_atomic##bits##_store(type *p, type value, int order)  \
	{                                                                 \
		struct event *event = before(                             \
			OP_ATOMIC_WRITE, p, sizeof(*p), order, CALLER);   \
		*p = value;                                               \
		synchronise_store(p, order);                              \
		after(event, p, sizeof(*p));                              \
	}

#define UPDATE(bits, type, name, expression)                               \
	type __tsan_atomic##bits##_##name(type *p, type value, int order); \
	type __tsan_atomic##bits##_##name(type *p, type value, int order)  \
	{                                                                  \
		struct event *event = before(                              \
			OP_ATOMIC_UPDATE, p, sizeof(*p), order, CALLER);   \
		type old = *p;                                             \
		*p = (type)(expression);                                   \
		synchronise_update(p, order);                              \
		noticed(CALLER, p, (uint64_t)old, (uint64_t)*p);           \
		after(event, p, sizeof(*p));                               \
		return old;                                                \
	}

#define EXCHANGE_IF(bits, type)                                              \
	static bool exchange_if##bits(type *p, type *expected, type value,   \
		int order, int failed_order, uint64_t pc)                    \
	{                                                                    \
		struct event *event = before(                                \
			OP_ATOMIC_UPDATE, p, sizeof(*p), order, pc);         \
		if (*p != *expected) {                                       \
			*expected = *p;                                      \
			trace_result(event, 1);                              \
			synchronise_load(p, failed_order);                   \
			spin_read(pc, (uint64_t)(uintptr_t)p, (uint64_t)*p); \
			return false;                                        \
		}                                                            \
		*p = value;                                                  \
		synchronise_update(p, order);                                \
		noticed(pc, p, (uint64_t)*expected, (uint64_t)value);        \
		after(event, p, sizeof(*p));                                 \
		return true;                                                 \
	}                                                                    \
	int __tsan_atomic##bits##_compare_exchange_strong(type *p,           \
		type *expected, type value, int order, int failed_order);    \
	int __tsan_atomic##bits##_compare_exchange_strong(type *p,           \
		type *expected, type value, int order, int failed_order)     \
	{                                                                    \
		return exchange_if##bits(                                    \
			p, expected, value, order, failed_order, CALLER);    \
	}                                                                    \
	int __tsan_atomic##bits##_compare_exchange_weak(type *p,             \
		type *expected, type value, int order, int failed_order);    \
	int __tsan_atomic##bits##_compare_exchange_weak(type *p,             \
		type *expected, type value, int order, int failed_order)     \
	{                                                                    \
		return exchange_if##bits(                                    \
			p, expected, value, order, failed_order, CALLER);    \
	}                                                                    \
	type __tsan_atomic##bits##_compare_exchange_val(type *p,             \
		type expected, type value, int order, int failed_order);     \
	type __tsan_atomic##bits##_compare_exchange_val(type *p,             \
		type expected, type value, int order, int failed_order)      \
	{                                                                    \
		exchange_if##bits(                                           \
			p, &expected, value, order, failed_order, CALLER);   \
		return expected;                                             \
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
	if (acquires(order))
		vc_join(&thread->vc, &thread->seen_relaxed);
	if (releases(order)) {
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
