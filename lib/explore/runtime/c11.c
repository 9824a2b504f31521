/* threads.h of C11: other names and results for what pthreads have. */
#include "lib/explore/runtime/keys.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

static int status(int error)
{
	switch (error) {
	case 0:
		return thrd_success;
	case EBUSY:
		return thrd_busy;
	case ETIMEDOUT:
		return thrd_timedout;
	default:
		return thrd_error;
	}
}

/* The start function returns an int where pthreads have a pointer. */
static void *run(void *arg)
{
	struct thread *thread = self();

	return (void *)(intptr_t)thread->c11_start(arg);
}

int WRAP(thrd_create)(thrd_t *handle, thrd_start_t start, void *arg)
{
	struct thread *thread = thread_create_at(handle, run, arg, CALLER);

	if (!thread)
		return thrd_nomem;
	thread->c11_start = start;
	return thrd_success;
}

int WRAP(thrd_join)(thrd_t handle, int *result)
{
	void *value;

	thread_join_at(handle, &value, CALLER);
	if (result) {
		*result = (int)(intptr_t)value;
		access_memory(result, sizeof(*result), ACCESS_WRITE, CALLER);
	}
	return thrd_success;
}

int WRAP(thrd_detach)(thrd_t handle)
{
	thread_detach_at(handle, CALLER);
	return thrd_success;
}

void WRAP(thrd_exit)(int result)
{
	thread_exit((void *)(intptr_t)result);
}

thrd_t WRAP(thrd_current)(void)
{
	return rt->current + 1UL;
}

int WRAP(thrd_equal)(thrd_t a, thrd_t b)
{
	return a == b;
}

void WRAP(thrd_yield)(void)
{
	thread_yield_at(CALLER);
}

int WRAP(mtx_init)(mtx_t *mutex, int type)
{
	return status(mutex_init_at(mutex,
		type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE
				     : PTHREAD_MUTEX_NORMAL,
		CALLER));
}

int WRAP(mtx_lock)(mtx_t *mutex)
{
	return status(mutex_lock_at(mutex, false, 0, CALLER));
}

int WRAP(mtx_timedlock)(mtx_t *mutex, const struct timespec *deadline)
{
	return status(mutex_lock_at(mutex, true, time_of(deadline), CALLER));
}

int ENTERED(mtx_trylock)(mtx_t *mutex)
{
	return status(mutex_trylock_at(mutex, CALLER));
}

int WRAP(mtx_unlock)(mtx_t *mutex)
{
	return status(mutex_unlock_at(mutex, CALLER));
}

void WRAP(mtx_destroy)(mtx_t *mutex)
{
	mutex_destroy_at(mutex, CALLER);
}

int WRAP(cnd_init)(cnd_t *cond)
{
	return status(cond_init_at(cond, CALLER));
}

int WRAP(cnd_wait)(cnd_t *cond, mtx_t *mutex)
{
	return status(cond_wait_at(cond, mutex, false, 0, CALLER));
}

int WRAP(cnd_timedwait)(
	cnd_t *cond, mtx_t *mutex, const struct timespec *deadline)
{
	return status(
		cond_wait_at(cond, mutex, true, time_of(deadline), CALLER));
}

int WRAP(cnd_signal)(cnd_t *cond)
{
	cond_signal_at(cond, CALLER);
	return thrd_success;
}

int WRAP(cnd_broadcast)(cnd_t *cond)
{
	cond_broadcast_at(cond, CALLER);
	return thrd_success;
}

void WRAP(cnd_destroy)(cnd_t *cond)
{
	cond_destroy_at(cond, CALLER);
}

void WRAP(call_once)(once_flag *flag, void (*fn)(void))
{
	once_at(flag, fn, CALLER);
}

int WRAP(tss_create)(tss_t *key, tss_dtor_t destroy)
{
	access_memory(key, sizeof(*key), ACCESS_WRITE, CALLER);
	return status(key_create(key, destroy));
}

void *WRAP(tss_get)(tss_t key)
{
	return key_get(key);
}

int WRAP(tss_set)(tss_t key, void *value)
{
	return status(key_set(key, value));
}

void WRAP(tss_delete)(tss_t key)
{
	key_delete(key, CALLER);
}
