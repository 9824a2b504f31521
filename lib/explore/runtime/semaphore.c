/* POSIX semaphores: a number that may be taken from while it is not 0. */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <time.h>

static struct object *semaphore(sem_t *sem, const char *verb, uint64_t pc)
{
	struct object *object = object_find(sem);

	object_touch(sem, pc);
	if (!object || object->kind != OBJECT_SEM)
		fail(FOUND_MISUSE, pc, "%s a semaphore without sem_init", verb);
	if (object->destroyed)
		fail(FOUND_MISUSE, pc, "%s a semaphore that was destroyed",
			verb);
	return object;
}

/* How many it has, and will have. */
static void trace_count(
	struct event *event, const struct object *object, int change)
{
	if (!event)
		return;
	event->before = object->count;
	event->after = object->count + (uint64_t)change;
}

int WRAP(sem_init)(sem_t *sem, int shared, unsigned value)
{
	struct object *object;

	(void)shared;
	object_step(OP_INIT, sem, CALLER);
	object_touch(sem, CALLER);
	object = object_get(sem, OBJECT_SEM);
	object->kind = OBJECT_SEM;
	object->destroyed = false;
	object->count = value;
	object->init_pc = CALLER;
	note_release(OP_SEM_INIT, CALLER, sem);
	return 0;
}

int WRAP(sem_destroy)(sem_t *sem)
{
	object_step(OP_DESTROY, sem, CALLER);
	semaphore(sem, "destroys", CALLER)->destroyed = true;
	trace(OP_DESTROY, CALLER, sem);
	return 0;
}

static int wait_at(sem_t *sem, bool timed, uint64_t deadline_ns, uint64_t pc)
{
	struct thread *thread = self();
	struct object *object;

	thread->timed = timed;
	thread->deadline_ns = deadline_ns;
	point_at(OP_SEM_WAIT, sem, NULL, pc);
	thread->timed = false;
	if (cancel_due())
		cancel_now();
	object = semaphore(sem, "waits on", pc);
	if (thread->picked) {
		thread->picked = false;
		trace_flags(trace(OP_SEM_WAIT, pc, sem), EVENT_TIMEOUT);
		errno = ETIMEDOUT;
		return -1;
	}
	trace_count(trace(OP_SEM_WAIT, pc, sem), object, -1);
	object->count--;
	vc_acquire(thread, object);
	return 0;
}

int WRAP(sem_wait)(sem_t *sem)
{
	return wait_at(sem, false, 0, CALLER);
}

int WRAP(sem_timedwait)(sem_t *sem, const struct timespec *deadline)
{
	return wait_at(sem, true, time_of(deadline), CALLER);
}

int WRAP(sem_clockwait)(
	sem_t *sem, clockid_t clock, const struct timespec *deadline)
{
	(void)clock;
	return wait_at(sem, true, time_of(deadline), CALLER);
}

int ENTERED(sem_trywait)(sem_t *sem)
{
	struct object *object;
	struct event *event;

	point_at(OP_SEM_TRY, sem, NULL, CALLER);
	object = semaphore(sem, "waits on", CALLER);
	event = trace(OP_SEM_TRY, CALLER, sem);
	if (object->count == 0) {
		trace_result(event, EAGAIN);
		spin_read(CALLER, object->address, 0);
		errno = EAGAIN;
		return -1;
	}
	trace_count(event, object, -1);
	object->count--;
	vc_acquire(self(), object);
	return 0;
}

int WRAP(sem_post)(sem_t *sem)
{
	struct object *object;

	point_at(OP_SEM_POST, sem, NULL, CALLER);
	object = semaphore(sem, "posts", CALLER);
	note_release(OP_SEM_POST, CALLER, sem);
	trace_count(trace(OP_SEM_POST, CALLER, sem), object, 1);
	if (object->count == SEM_VALUE_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	object->count++;
	vc_release(self(), object);
	spin_wrote();
	return 0;
}

int WRAP(sem_getvalue)(sem_t *sem, int *value)
{
	struct object *object;

	point_at(OP_SEM_TRY, sem, NULL, CALLER);
	object = semaphore(sem, "reads", CALLER);
	*value = (int)object->count;
	access_memory(value, sizeof(*value), ACCESS_WRITE, CALLER);
	return 0;
}
