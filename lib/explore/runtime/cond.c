/* pthread conditions: who sleeps, who is woken, and by whose choice. */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static struct object *cond_object(
	const void *cond, const char *verb, uint64_t pc)
{
	struct object *object;

	object_use(cond, verb, "condition", pc);
	object = object_get(cond, OBJECT_COND);
	if (object->kind != OBJECT_COND)
		fail(FOUND_MISUSE, pc, "%s something that is no condition",
			verb);
	if (object->destroyed)
		fail(FOUND_MISUSE, pc, "%s a condition that was destroyed",
			verb);
	return object;
}

/* Cancelled: its handlers expect it to hold the mutex. */
static _Noreturn void end_asleep(
	struct object *object, void *mutex, uint64_t pc)
{
	set_remove(&object->waiters, rt->current);
	self()->timed = false;
	point_at(OP_LOCK, mutex, NULL, pc);
	mutex_take_again(mutex, pc);
	trace(OP_LOCK, pc, mutex);
	cancel_now();
}

/* Sleep until a signal, a spurious wake-up or the deadline. */
static int sleep_on(
	struct object *object, const void *cond, void *mutex, uint64_t pc)
{
	struct thread *thread = self();
	int result = 0;

	set_add(&object->waiters, thread->id);
	thread->waits_on = object;
	point_at(OP_WAKE, cond, mutex, pc);
	thread->waits_on = NULL;
	if (thread->pending.kind == OP_WAKE && cancel_due())
		end_asleep(object, mutex, pc);
	if (thread->picked) {
		struct event *event = trace(OP_WAKE, pc, cond);

		thread->picked = false;
		set_remove(&object->waiters, thread->id);
		result = thread->timed ? ETIMEDOUT : 0;
		trace_flags(
			event, thread->timed ? EVENT_TIMEOUT : EVENT_SPURIOUS);
		thread->timed = false;
		point_at(OP_LOCK, mutex, cond, pc);
	}
	thread->timed = false;
	return result;
}

/* At any time all who wait on a condition have released the same mutex. */
static void one_mutex(struct object *object, const void *mutex, uint64_t pc)
{
	uint64_t address = (uint64_t)(uintptr_t)mutex;

	if (!set_empty(&object->waiters) && object->mutex != address)
		fail(FOUND_MISUSE, pc,
			"waits on a condition that %s waits on with another "
			"mutex",
			thread_name(set_first(&object->waiters)).text);
	object->mutex = address;
}

int cond_wait_at(
	void *cond, void *mutex, bool timed, uint64_t deadline_ns, uint64_t pc)
{
	struct thread *thread = self();
	struct object *object;
	uint32_t others;
	int result;

	untested_forget();
	point_at(OP_WAIT, cond, mutex, pc);
	object = cond_object(cond, "waits on", pc);
	if (!mutex_is_held(mutex))
		fail(FOUND_MISUSE, pc,
			"waits without holding the mutex that it names");
	others = mutex_taken_after(mutex);
	one_mutex(object, mutex, pc);
	trace_op(&thread->pending);
	mutex_give_up(mutex);
	thread->timed = timed;
	thread->deadline_ns = deadline_ns;
	result = sleep_on(object, cond, mutex, pc);
	if (result == 0 && others == steps_of_others())
		untested_begin(mutex, others, pc);
	mutex_take_again(mutex, pc);
	trace_flags(trace(OP_LOCK, pc, mutex), EVENT_AGAIN);
	return result;
}

/* A signalled sleeper wants its mutex back, and nothing else. */
static void wake(struct object *object, unsigned i)
{
	struct thread *sleeper = &rt->threads[i];

	set_remove(&object->waiters, i);
	sleeper->let_go_at = rt->nsteps;
	sleeper->timed = false;
	sleeper->pending.kind = OP_LOCK;
	sleeper->pending.object = sleeper->pending.second;
	sleeper->pending.second = object->address;
}

static void lost(struct object *object, struct event *event)
{
	object->nsignals_lost++;
	object->lost_step = rt->nsteps;
	object->lost_by = (uint16_t)rt->current;
	trace_flags(event, EVENT_NOBODY);
}

static unsigned nth(const struct set *set, unsigned n)
{
	unsigned i = set_first(set);

	while (n--)
		i = set_from(set, i + 1);
	return i;
}

void cond_signal_at(void *cond, uint64_t pc)
{
	struct object *object;
	struct event *event;
	unsigned n;

	point_at(OP_SIGNAL, cond, NULL, pc);
	object = cond_object(cond, "signals", pc);
	note_release(OP_SIGNAL, pc, cond);
	event = trace(OP_SIGNAL, pc, cond);
	n = set_count(&object->waiters);
	if (n == 0) {
		lost(object, event);
	} else {
		unsigned i = nth(&object->waiters, choose_value(n));

		wake(object, i);
		trace_other(event, i);
	}
}

int WRAP(pthread_cond_signal)(pthread_cond_t *cond)
{
	cond_signal_at(cond, CALLER);
	return 0;
}

void cond_broadcast_at(void *cond, uint64_t pc)
{
	struct object *object;
	struct event *event;

	point_at(OP_BROADCAST, cond, NULL, pc);
	object = cond_object(cond, "signals", pc);
	note_release(OP_BROADCAST, pc, cond);
	event = trace(OP_BROADCAST, pc, cond);
	if (set_empty(&object->waiters))
		lost(object, event);
	SET_EACH(i, &object->waiters)
	{
		wake(object, i);
		trace_woken(event, i);
	}
}

int WRAP(pthread_cond_broadcast)(pthread_cond_t *cond)
{
	cond_broadcast_at(cond, CALLER);
	return 0;
}

int WRAP(pthread_cond_wait)(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	return cond_wait_at(cond, mutex, false, 0, CALLER);
}

int WRAP(pthread_cond_timedwait)(pthread_cond_t *cond, pthread_mutex_t *mutex,
	const struct timespec *deadline)
{
	return cond_wait_at(cond, mutex, true, time_of(deadline), CALLER);
}

int WRAP(pthread_cond_clockwait)(pthread_cond_t *cond, pthread_mutex_t *mutex,
	clockid_t clock, const struct timespec *deadline)
{
	(void)clock; /* all clocks show the same virtual time */
	return cond_wait_at(cond, mutex, true, time_of(deadline), CALLER);
}

int cond_init_at(void *cond, uint64_t pc)
{
	static const pthread_cond_t blank = PTHREAD_COND_INITIALIZER;
	struct object *object;

	object_step(OP_INIT, cond, pc);
	object_touch(cond, pc);
	object = object_get(cond, OBJECT_COND);
	if (!set_empty(&object->waiters))
		fail(FOUND_MISUSE, pc,
			"initialises a condition that threads wait on");
	*(pthread_cond_t *)cond = blank;
	object->kind = OBJECT_COND;
	object->destroyed = false;
	object->init_pc = pc;
	return 0;
}

int WRAP(pthread_cond_init)(
	pthread_cond_t *cond, const pthread_condattr_t *attr)
{
	(void)attr;
	return cond_init_at(cond, CALLER);
}

int cond_destroy_at(void *cond, uint64_t pc)
{
	struct object *object;

	object_step(OP_DESTROY, cond, pc);
	object = cond_object(cond, "destroys", pc);
	if (!set_empty(&object->waiters))
		fail(FOUND_MISUSE, pc,
			"destroys a condition that threads wait on");
	object->destroyed = true;
	trace(OP_DESTROY, pc, cond);
	return 0;
}

int WRAP(pthread_cond_destroy)(pthread_cond_t *cond)
{
	return cond_destroy_at(cond, CALLER);
}
