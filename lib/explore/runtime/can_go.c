/* Could what a thread asks for be had now? */
#include "lib/explore/runtime/rt.h"

static const struct object *object_of(const struct thread *thread)
{
	return object_find((const void *)(uintptr_t)thread->pending.object);
}

/* To ask for what is none is misuse, which comes to light when it goes on. */
static bool is_semaphore(const struct object *object)
{
	return object && object->kind == OBJECT_SEM && !object->destroyed;
}

bool sync_can_go(const struct thread *thread)
{
	const struct object *object;

	switch (thread->pending.kind) {
	case OP_LOCK:
		object = object_of(thread);
		return !object || mutex_free_for(object, thread->id);
	case OP_WAKE:
		return false;
	case OP_RDLOCK:
		object = object_of(thread);
		return !object || object->owner == WIRE_NOBODY;
	case OP_WRLOCK:
		object = object_of(thread);
		return !object || (object->owner == WIRE_NOBODY &&
					  set_empty(&object->readers));
	case OP_SEM_WAIT:
		object = object_of(thread);
		return !is_semaphore(object) || object->count > 0;
	case OP_BARRIER_LEAVE:
		object = object_of(thread);
		return !object || !set_has(&object->waiters, thread->id);
	case OP_ONCE:
		object = object_of(thread);
		return !object || object->owner == WIRE_NOBODY;
	default:
		return true;
	}
}
