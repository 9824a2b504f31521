/* pthread mutexes and spin locks. */
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

/* What PTHREAD_..._INITIALIZER left in memory tells the type. */
static struct object *mutex_object(pthread_mutex_t *mutex)
{
	struct object *object = object_find(mutex);

	if (!object) {
		object = object_get(mutex, OBJECT_MUTEX);
#ifdef __GLIBC__
		object->type = (uint8_t)(mutex->__data.__kind & 3);
		object->robust = mutex->__data.__kind & 16 ? ROBUST
							   : ROBUST_NOT;
#endif
	}
	return object;
}

static struct object *check_mutex(
	pthread_mutex_t *mutex, const char *verb, uint64_t pc)
{
	struct object *object;

	object_use(mutex, verb, "mutex", pc);
	object = mutex_object(mutex);
	if (object->kind != OBJECT_MUTEX && object->kind != OBJECT_SPIN)
		fail(FOUND_MISUSE, pc, "%s something that is no mutex", verb);
	if (object->destroyed)
		fail(FOUND_MISUSE, pc, "%s a mutex that was destroyed", verb);
	return object;
}

bool mutex_free_for(const struct object *object, unsigned thread)
{
	return object->owner == WIRE_NOBODY ||
	       (object->owner == thread &&
		       object->type == PTHREAD_MUTEX_RECURSIVE);
}

static void take(struct object *object, const void *mutex, uint64_t pc)
{
	struct thread *thread = self();

	if (object->count++ == 0) {
		object->owner = (uint16_t)thread->id;
		object->taken_pc = pc;
		object->taken_after = steps_of_others();
		vc_acquire(thread, object);
		thread_hold(thread, mutex, pc);
	}
}

static int locks_again(struct object *object, uint64_t pc)
{
	if (object->type == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	fail(FOUND_MISUSE, pc, "locks a mutex that it holds already");
}

static int robust_result(struct object *object, void *mutex)
{
	if (object->robust == ROBUST_OWNER_DIED)
		return EOWNERDEAD;
	if (object->robust != ROBUST_LOST)
		return 0;
	mutex_give_up(mutex);
	return ENOTRECOVERABLE;
}

/* The thread ends: what it holds of robust mutexes passes to whoever asks. */
void mutex_owner_ends(void)
{
	struct thread *thread = self();

	for (uint32_t i = 0; i < thread->nheld && i < WIRE_MAX_HELD; i++) {
		void *mutex = (void *)(uintptr_t)thread->held[i].object;
		struct object *object = object_find(mutex);

		if (!object || object->kind != OBJECT_MUTEX || !object->robust)
			continue;
		point_at(OP_UNLOCK, mutex, NULL, object->taken_pc);
		mutex_give_up(mutex);
		object->robust = ROBUST_OWNER_DIED;
		i--;
	}
}

int WRAP(pthread_mutex_consistent)(pthread_mutex_t *mutex)
{
	struct object *object = check_mutex(mutex, "makes consistent", CALLER);

	if (object->robust != ROBUST_OWNER_DIED)
		return EINVAL;
	object->robust = ROBUST;
	return 0;
}

int mutex_lock_at(void *mutex, bool timed, uint64_t deadline_ns, uint64_t pc)
{
	struct thread *thread = self();
	struct object *object = object_find(mutex);

	if (object && object->owner == thread->id &&
		object->type != PTHREAD_MUTEX_RECURSIVE)
		return locks_again(object, pc);
	thread->timed = timed;
	thread->deadline_ns = deadline_ns;
	point_at(OP_LOCK, mutex, NULL, pc);
	thread->timed = false;
	object = check_mutex(mutex, "locks", pc);
	if (thread->picked) {
		thread->picked = false;
		trace_result(trace(OP_LOCK, pc, mutex), ETIMEDOUT);
		return ETIMEDOUT;
	}
	take(object, mutex, pc);
	trace(OP_LOCK, pc, mutex);
	return robust_result(object, mutex);
}

void mutex_take_again(void *mutex, uint64_t pc)
{
	take(mutex_object(mutex), mutex, pc);
}

int WRAP(pthread_mutex_lock)(pthread_mutex_t *mutex)
{
	return mutex_lock_at(mutex, false, 0, CALLER);
}

int WRAP(pthread_mutex_timedlock)(
	pthread_mutex_t *mutex, const struct timespec *deadline)
{
	return mutex_lock_at(mutex, true, time_of(deadline), CALLER);
}

int WRAP(pthread_mutex_clocklock)(pthread_mutex_t *mutex, clockid_t clock,
	const struct timespec *deadline)
{
	(void)clock; /* all clocks show the same virtual time */
	return mutex_lock_at(mutex, true, time_of(deadline), CALLER);
}

int mutex_trylock_at(void *mutex, uint64_t pc)
{
	struct object *object;
	int result = EBUSY;

	point_at(OP_TRYLOCK, mutex, NULL, pc);
	object = check_mutex(mutex, "locks", pc);
	if (mutex_free_for(object, self()->id)) {
		take(object, mutex, pc);
		result = robust_result(object, mutex);
	} else {
		rt->nrefused++;
		spin_read(pc, object->address, object->owner);
	}
	trace_result(trace(OP_TRYLOCK, pc, mutex), result);
	return result;
}

int ENTERED(pthread_mutex_trylock)(pthread_mutex_t *mutex)
{
	return mutex_trylock_at(mutex, CALLER);
}

static int not_owner(struct object *object, uint64_t pc)
{
	if (object->type != PTHREAD_MUTEX_NORMAL)
		return EPERM;
	if (object->owner == WIRE_NOBODY)
		fail(FOUND_MISUSE, pc, "unlocks a mutex that nobody holds");
	fail(FOUND_MISUSE, pc, "unlocks a mutex that %s holds",
		thread_name(object->owner).text);
}

void mutex_give_up(void *mutex)
{
	struct thread *thread = self();
	struct object *object = mutex_object(mutex);

	object->owner = WIRE_NOBODY;
	object->count = 0;
	vc_release(thread, object);
	thread_drop(thread, mutex);
	spin_wrote();
}

int mutex_unlock_at(void *mutex, uint64_t pc)
{
	struct object *object;

	point_at(OP_UNLOCK, mutex, NULL, pc);
	object = check_mutex(mutex, "unlocks", pc);
	if (object->owner != self()->id)
		return not_owner(object, pc);
	untested_unlock(mutex);
	trace(OP_UNLOCK, pc, mutex);
	if (object->robust == ROBUST_OWNER_DIED)
		object->robust = ROBUST_LOST;
	if (object->count > 1)
		object->count--;
	else
		mutex_give_up(mutex);
	return 0;
}

int WRAP(pthread_mutex_unlock)(pthread_mutex_t *mutex)
{
	return mutex_unlock_at(mutex, CALLER);
}

bool mutex_is_held(void *mutex)
{
	return mutex_object(mutex)->owner == self()->id;
}

uint32_t steps_of_others(void)
{
	return rt->nsteps - self()->nsteps;
}

uint32_t mutex_taken_after(void *mutex)
{
	return mutex_object(mutex)->taken_after;
}

int mutex_init_at(void *mutex, int type, uint64_t pc)
{
	static const pthread_mutex_t blank = PTHREAD_MUTEX_INITIALIZER;
	struct object *object;

	object_step(OP_INIT, mutex, pc);
	object_touch(mutex, pc);
	object = object_get(mutex, OBJECT_MUTEX);
	if (object->owner != WIRE_NOBODY && !object->destroyed)
		fail(FOUND_MISUSE, pc, "initialises a mutex that %s holds",
			thread_name(object->owner).text);
	*(pthread_mutex_t *)mutex = blank;
	object->kind = OBJECT_MUTEX;
	object->type = (uint8_t)type;
	object->destroyed = false;
	object->owner = WIRE_NOBODY;
	object->count = 0;
	object->init_pc = pc;
	return 0;
}

int WRAP(pthread_mutex_init)(
	pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
	int type = PTHREAD_MUTEX_DEFAULT;

	int robust = PTHREAD_MUTEX_STALLED;

	if (attr) {
		pthread_mutexattr_gettype(attr, &type);
		pthread_mutexattr_getrobust(attr, &robust);
	}
	mutex_init_at(mutex, type, CALLER);
	mutex_object(mutex)->robust =
		robust == PTHREAD_MUTEX_ROBUST ? ROBUST : ROBUST_NOT;
	return 0;
}

int mutex_destroy_at(void *mutex, uint64_t pc)
{
	struct object *object;

	object_step(OP_DESTROY, mutex, pc);
	object = check_mutex(mutex, "destroys", pc);
	if (object->owner != WIRE_NOBODY)
		fail(FOUND_MISUSE, pc, "destroys a mutex that %s holds",
			thread_name(object->owner).text);
	object->destroyed = true;
	trace(OP_DESTROY, pc, mutex);
	return 0;
}

int WRAP(pthread_mutex_destroy)(pthread_mutex_t *mutex)
{
	return mutex_destroy_at(mutex, CALLER);
}

static struct object *spin_object(pthread_spinlock_t *spin)
{
	return object_get((const void *)spin, OBJECT_SPIN);
}

/* The rest is as for a mutex. */
static void *check_spin(pthread_spinlock_t *spin, const char *verb, uint64_t pc)
{
	object_use((const void *)spin, verb, "spin lock", pc);
	spin_object(spin);
	return (void *)(uintptr_t)spin;
}

int WRAP(pthread_spin_init)(pthread_spinlock_t *spin, int shared)
{
	(void)shared;
	object_step(OP_INIT, (const void *)spin, CALLER);
	object_touch((const void *)spin, CALLER);
	*spin = 0;
	spin_object(spin)->destroyed = false;
	return 0;
}

int WRAP(pthread_spin_destroy)(pthread_spinlock_t *spin)
{
	object_step(OP_DESTROY, (const void *)spin, CALLER);
	check_spin(spin, "destroys", CALLER);
	spin_object(spin)->destroyed = true;
	trace(OP_DESTROY, CALLER, (const void *)spin);
	return 0;
}

int WRAP(pthread_spin_lock)(pthread_spinlock_t *spin)
{
	return mutex_lock_at(
		check_spin(spin, "locks", CALLER), false, 0, CALLER);
}

int ENTERED(pthread_spin_trylock)(pthread_spinlock_t *spin)
{
	return mutex_trylock_at(check_spin(spin, "locks", CALLER), CALLER);
}

int WRAP(pthread_spin_unlock)(pthread_spinlock_t *spin)
{
	return mutex_unlock_at(check_spin(spin, "unlocks", CALLER), CALLER);
}
