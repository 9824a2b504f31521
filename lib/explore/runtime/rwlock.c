/* pthread reader-writer locks, without preference: who can go on may. */
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static struct object *rwlock_object(
	pthread_rwlock_t *lock, const char *verb, uint64_t pc)
{
	struct object *object;

	object_use(lock, verb, "rwlock", pc);
	object = object_get(lock, OBJECT_RWLOCK);
	if (object->kind != OBJECT_RWLOCK)
		fail(FOUND_MISUSE, pc, "%s something that is no rwlock", verb);
	if (object->destroyed)
		fail(FOUND_MISUSE, pc, "%s a rwlock that was destroyed", verb);
	return object;
}

static bool timed_out(enum op_kind kind, void *lock, uint64_t pc)
{
	struct thread *thread = self();

	thread->timed = false;
	if (!thread->picked)
		return false;
	thread->picked = false;
	trace_flags(trace(kind, pc, lock), EVENT_TIMEOUT);
	return true;
}

static void read_locked(struct object *object, void *lock, uint64_t pc)
{
	struct thread *thread = self();

	set_add(&object->readers, thread->id);
	object->count++;
	vc_acquire(thread, object);
	thread_hold(thread, lock, pc);
}

static void write_locked(struct object *object, void *lock, uint64_t pc)
{
	struct thread *thread = self();

	object->owner = (uint16_t)thread->id;
	vc_acquire(thread, object);
	vc_join(&thread->vc, &object->readers_vc);
	thread_hold(thread, lock, pc);
}

static int lock_at(pthread_rwlock_t *lock, enum op_kind kind, bool timed,
	uint64_t deadline_ns, uint64_t pc)
{
	struct thread *thread = self();
	struct object *object = object_find(lock);

	if (object && object->owner == thread->id)
		return EDEADLK;
	thread->timed = timed;
	thread->deadline_ns = deadline_ns;
	point_at(kind, lock, NULL, pc);
	object = rwlock_object(lock, "locks", pc);
	if (timed_out(kind, lock, pc))
		return ETIMEDOUT;
	if (kind == OP_RDLOCK)
		read_locked(object, lock, pc);
	else
		write_locked(object, lock, pc);
	trace(kind, pc, lock);
	return 0;
}

int WRAP(pthread_rwlock_rdlock)(pthread_rwlock_t *lock)
{
	return lock_at(lock, OP_RDLOCK, false, 0, CALLER);
}

int WRAP(pthread_rwlock_wrlock)(pthread_rwlock_t *lock)
{
	return lock_at(lock, OP_WRLOCK, false, 0, CALLER);
}

int WRAP(pthread_rwlock_timedrdlock)(
	pthread_rwlock_t *lock, const struct timespec *deadline)
{
	return lock_at(lock, OP_RDLOCK, true, time_of(deadline), CALLER);
}

int WRAP(pthread_rwlock_timedwrlock)(
	pthread_rwlock_t *lock, const struct timespec *deadline)
{
	return lock_at(lock, OP_WRLOCK, true, time_of(deadline), CALLER);
}

int WRAP(pthread_rwlock_clockrdlock)(pthread_rwlock_t *lock, clockid_t clock,
	const struct timespec *deadline)
{
	(void)clock;
	return lock_at(lock, OP_RDLOCK, true, time_of(deadline), CALLER);
}

int WRAP(pthread_rwlock_clockwrlock)(pthread_rwlock_t *lock, clockid_t clock,
	const struct timespec *deadline)
{
	(void)clock;
	return lock_at(lock, OP_WRLOCK, true, time_of(deadline), CALLER);
}

/* As the operation that it tries, but never made to wait. */
static int try_at(pthread_rwlock_t *lock, enum op_kind kind, uint64_t pc)
{
	struct object *object;
	struct event *event;

	point_at(OP_TRYLOCK, lock, NULL, pc);
	object = rwlock_object(lock, "locks", pc);
	event = trace(OP_TRYLOCK, pc, lock);
	if (object->owner != WIRE_NOBODY ||
		(kind == OP_WRLOCK && object->count > 0)) {
		rt->nrefused++;
		trace_result(event, EBUSY);
		spin_read(pc, object->address, object->owner);
		return EBUSY;
	}
	if (kind == OP_RDLOCK)
		read_locked(object, lock, pc);
	else
		write_locked(object, lock, pc);
	return 0;
}

int ENTERED(pthread_rwlock_tryrdlock)(pthread_rwlock_t *lock)
{
	return try_at(lock, OP_RDLOCK, CALLER);
}

int ENTERED(pthread_rwlock_trywrlock)(pthread_rwlock_t *lock)
{
	return try_at(lock, OP_WRLOCK, CALLER);
}

static void write_unlock(struct object *object)
{
	object->owner = WIRE_NOBODY;
	vc_release(self(), object);
}

/* Readers are ordered before the next writer, not before each other. */
static void read_unlock(struct object *object, void *lock)
{
	struct thread *thread = self();

	object->count--;
	vc_join(&object->readers_vc, &thread->vc);
	vc_tick(thread);
	thread_drop(thread, lock);
	if (!thread_holds(thread, lock))
		set_remove(&object->readers, thread->id);
}

int WRAP(pthread_rwlock_unlock)(pthread_rwlock_t *lock)
{
	struct object *object;
	struct thread *thread = self();

	point_at(OP_RWUNLOCK, lock, NULL, CALLER);
	object = rwlock_object(lock, "unlocks", CALLER);
	trace(OP_RWUNLOCK, CALLER, lock);
	if (object->owner == thread->id) {
		write_unlock(object);
		thread_drop(thread, lock);
	} else if (set_has(&object->readers, thread->id)) {
		read_unlock(object, lock);
	} else {
		fail(FOUND_MISUSE, CALLER,
			"unlocks a rwlock that it does not hold");
	}
	spin_wrote();
	return 0;
}

int WRAP(pthread_rwlock_init)(
	pthread_rwlock_t *lock, const pthread_rwlockattr_t *attr)
{
	static const pthread_rwlock_t blank = PTHREAD_RWLOCK_INITIALIZER;
	struct object *object;

	(void)attr;
	object_step(OP_INIT, lock, CALLER);
	object_touch(lock, CALLER);
	object = object_get(lock, OBJECT_RWLOCK);
	*lock = blank;
	object->kind = OBJECT_RWLOCK;
	object->destroyed = false;
	return 0;
}

int WRAP(pthread_rwlock_destroy)(pthread_rwlock_t *lock)
{
	struct object *object;

	object_step(OP_DESTROY, lock, CALLER);
	object = rwlock_object(lock, "destroys", CALLER);
	if (object->owner != WIRE_NOBODY || object->count > 0)
		fail(FOUND_MISUSE, CALLER, "destroys a rwlock that is held");
	object->destroyed = true;
	trace(OP_DESTROY, CALLER, lock);
	return 0;
}
