/* pthread barriers and pthread_once. */
#include "lib/explore/runtime/tso.h"

#include <errno.h>
#include <pthread.h>

int WRAP(pthread_barrier_init)(pthread_barrier_t *barrier,
	const pthread_barrierattr_t *attr, unsigned count)
{
	struct object *object;

	(void)attr;
	if (count == 0)
		return EINVAL;
	object_step(OP_INIT, barrier, CALLER);
	object_touch(barrier, CALLER);
	object = object_get(barrier, OBJECT_BARRIER);
	object->kind = OBJECT_BARRIER;
	object->destroyed = false;
	object->limit = count;
	object->count = 0;
	return 0;
}

static struct object *barrier_object(
	pthread_barrier_t *barrier, const char *verb, uint64_t pc)
{
	struct object *object = object_find(barrier);

	object_touch(barrier, pc);
	if (!object || object->kind != OBJECT_BARRIER)
		fail(FOUND_MISUSE, pc,
			"%s a barrier without pthread_barrier_init", verb);
	if (object->destroyed)
		fail(FOUND_MISUSE, pc, "%s a barrier that was destroyed", verb);
	return object;
}

int WRAP(pthread_barrier_destroy)(pthread_barrier_t *barrier)
{
	struct object *object;

	object_step(OP_DESTROY, barrier, CALLER);
	object = barrier_object(barrier, "destroys", CALLER);
	if (!set_empty(&object->waiters))
		fail(FOUND_MISUSE, CALLER,
			"destroys a barrier that threads wait at");
	object->destroyed = true;
	trace(OP_DESTROY, CALLER, barrier);
	return 0;
}

/* All that came before any arrival happened before every departure. */
static void open_barrier(struct object *object)
{
	SET_EACH(i, &object->waiters)
	{
		vc_join(&rt->threads[i].vc, &object->vc);
		vc_tick(&rt->threads[i]);
		rt->threads[i].let_go_at = rt->nsteps;
	}
	object->waiters = (struct set){{0}};
	vc_clear(&object->vc);
	object->count = 0;
}

/* How many are there then, and how many it is for. */
static void trace_arrival(struct event *event, const struct object *object)
{
	if (event)
		event->before = object->count + 1;
	trace_result(event, (int)object->limit);
}

int WRAP(pthread_barrier_wait)(pthread_barrier_t *barrier)
{
	struct object *object;
	struct thread *thread = self();

	point_at(OP_BARRIER, barrier, NULL, CALLER);
	object = barrier_object(barrier, "waits at", CALLER);
	note_release(OP_BARRIER, CALLER, barrier);
	trace_arrival(trace(OP_BARRIER, CALLER, barrier), object);
	vc_join(&object->vc, &thread->vc);
	set_add(&object->waiters, thread->id);
	if (++object->count == object->limit) {
		open_barrier(object);
		return PTHREAD_BARRIER_SERIAL_THREAD;
	}
	point_at(OP_BARRIER_LEAVE, barrier, NULL, CALLER);
	trace(OP_BARRIER_LEAVE, CALLER, barrier);
	return 0;
}

enum {
	ONCE_DONE = 1
};

/* While the first call runs, its thread is the owner. */
void once_at(void *once, void (*fn)(void), uint64_t pc)
{
	struct thread *thread = self();
	struct object *object;

	object_use(once, "calls pthread_once by", "pthread_once_t", pc);
	object = object_get(once, OBJECT_ONCE);
	if (object->owner == thread->id)
		fail(FOUND_MISUSE, pc,
			"calls pthread_once inside of its own first call");
	point_at(OP_ONCE, once, NULL, pc);
	trace(OP_ONCE, pc, once);
	if (object->count != ONCE_DONE) {
		object->owner = (uint16_t)thread->id;
		fn();
		if (rt->tso)
			tso_drain(pc);
		object->owner = WIRE_NOBODY;
		object->count = ONCE_DONE;
		object->done_at = rt->nsteps;
		vc_release(thread, object);
		spin_wrote();
	}
	vc_acquire(thread, object);
}

int WRAP(pthread_once)(pthread_once_t *once, void (*fn)(void))
{
	once_at(once, fn, CALLER);
	return 0;
}
