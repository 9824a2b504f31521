/*
 * Locks of all kinds, in every way that they can be asked for, calls that wait
 * in time, that happen once, or that concern another thread.
 */
#define _GNU_SOURCE
#include "tests/explore/generated.h"

#include <sched.h>
#include <time.h>

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_spinlock_t spin; /* initialised: 0, as pthread_spin_init does */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_once_t outer = PTHREAD_ONCE_INIT;
static pthread_once_t locking = PTHREAD_ONCE_INIT;
static const struct timespec past;

/* Whether the lock was had, and what was there then. */
static int see_whether(int thread, int error)
{
	see(thread, error ? 77 : (unsigned long)plain[0]);
	return error == 0;
}

static void see_atomic(int thread, int var)
{
	see(thread, (unsigned long)atomic_load(&atomics[var]));
}

static void read_in(int thread)
{
	pthread_rwlock_rdlock(&rwlock);
	see_atomic(thread, 0);
	see(thread, (unsigned long)plain[0]);
	pthread_rwlock_unlock(&rwlock);
}

static void write_in(int thread)
{
	pthread_rwlock_wrlock(&rwlock);
	see(thread, (unsigned long)plain[0]++);
	pthread_rwlock_unlock(&rwlock);
}

static void read_with(int thread, int error)
{
	if (see_whether(thread, error))
		pthread_rwlock_unlock(&rwlock);
}

static void write_with(int thread, int error)
{
	if (!see_whether(thread, error))
		return;
	plain[0]++;
	pthread_rwlock_unlock(&rwlock);
}

static void try_to_read(int thread)
{
	read_with(thread, pthread_rwlock_tryrdlock(&rwlock));
}

static void try_to_write(int thread)
{
	write_with(thread, pthread_rwlock_trywrlock(&rwlock));
}

static void read_in_time(int thread)
{
	read_with(thread, pthread_rwlock_timedrdlock(&rwlock, &past));
}

static void write_in_time(int thread)
{
	write_with(thread, pthread_rwlock_timedwrlock(&rwlock, &past));
}

static void add_with(int thread, pthread_mutex_t *lock, int error)
{
	if (!see_whether(thread, error))
		return;
	plain[0]++;
	pthread_mutex_unlock(lock);
}

static void add_in_time(int thread)
{
	add_with(thread, &locks[0], pthread_mutex_timedlock(&locks[0], &past));
}

static void add_under_both(int thread)
{
	pthread_mutex_lock(&locks[1]);
	add_with(thread, &locks[0], pthread_mutex_lock(&locks[0]));
	pthread_mutex_unlock(&locks[1]);
}

static void add_under_both_in_time(int thread)
{
	pthread_mutex_lock(&locks[0]);
	if (pthread_mutex_timedlock(&locks[1], &past) == 0) {
		plain[1]++;
		pthread_mutex_unlock(&locks[1]);
	}
	pthread_mutex_unlock(&locks[0]);
	see(thread, 1);
}

static void lock_checking_twice(int thread)
{
	pthread_mutex_lock(&checking);
	see(thread, (unsigned long)pthread_mutex_lock(&checking));
	see_atomic(thread, 0);
	pthread_mutex_unlock(&checking);
}

static void unlock_unasked(int thread)
{
	see(thread, (unsigned long)pthread_mutex_unlock(&checking));
}

static void lock_recursive_twice(int thread)
{
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&recursive);
	see_atomic(thread, 0);
	pthread_mutex_unlock(&recursive);
	atomic_fetch_add(&atomics[1], 1);
	pthread_mutex_unlock(&recursive);
}

static void try_recursive(int thread)
{
	add_with(thread, &recursive, pthread_mutex_trylock(&recursive));
}

static void add_spinning(int thread)
{
	pthread_spin_lock(&spin);
	see(thread, (unsigned long)plain[1]++);
	pthread_spin_unlock(&spin);
}

static void try_to_spin(int thread)
{
	int error = pthread_spin_trylock(&spin);

	if (see_whether(thread, error))
		pthread_spin_unlock(&spin);
}

static void add_three(void)
{
	atomic_fetch_add(&atomics[0], 3);
}

static void call_within(void)
{
	pthread_once(&once, add_three);
	atomic_fetch_add(&atomics[1], 1);
}

static void lock_and_add(void)
{
	pthread_mutex_lock(&locks[0]);
	plain[0] += 5;
	pthread_mutex_unlock(&locks[0]);
}

static void do_once(int thread)
{
	pthread_once(&once, add_three);
	see_atomic(thread, 0);
}

static void do_once_within(int thread)
{
	pthread_once(&outer, call_within);
	see_atomic(thread, 1);
}

static void do_once_locked(int thread)
{
	pthread_once(&locking, lock_and_add);
	see(thread, (unsigned long)plain[0]);
}

static void sleep_in_time(int thread)
{
	pthread_mutex_lock(&locks[0]);
	see(thread, pthread_cond_timedwait(&cond, &locks[0], &past) != 0);
	see(thread, (unsigned long)plain[0]);
	pthread_mutex_unlock(&locks[0]);
}

static void wake_one(int thread)
{
	see(thread, (unsigned long)pthread_cond_signal(&cond));
}

static void wake_all(int thread)
{
	pthread_mutex_lock(&locks[0]);
	see(thread, (unsigned long)plain[0]++);
	pthread_cond_broadcast(&cond);
	pthread_mutex_unlock(&locks[0]);
}

static void take_in_time(int thread)
{
	see(thread, (unsigned long)-sem_timedwait(&sem, &past));
}

static void count_permits(int thread)
{
	int value;

	sem_getvalue(&sem, &value);
	see(thread, (unsigned long)value);
}

static void give(int thread)
{
	see(thread, (unsigned long)sem_post(&sem));
}

static void meet(int thread)
{
	see(thread, pthread_barrier_wait(&barrier) != 0);
}

/* Of the thread that began before this one, if none has yet. */
static int *before(int thread)
{
	return thread > 0 && !joined[thread - 1] ? &joined[thread - 1] : NULL;
}

static void join(int thread)
{
	int *done = before(thread);

	if (done)
		*done = pthread_join(threads[thread - 1], NULL) == 0;
	see_atomic(thread, 0);
}

static void try_to_join(int thread)
{
	int *done = before(thread);

	if (done)
		*done = pthread_tryjoin_np(threads[thread - 1], NULL) == 0;
	see(thread, done && *done);
}

static void join_in_time(int thread)
{
	int *done = before(thread);

	if (done)
		*done = pthread_timedjoin_np(
				threads[thread - 1], NULL, &past) == 0;
	see(thread, done && *done);
}

static void cancel(int thread)
{
	if (before(thread))
		pthread_cancel(threads[thread - 1]);
	see_atomic(thread, 1);
}

static void look_whether_cancelled(int thread)
{
	pthread_testcancel();
	see_atomic(thread, 0);
}

static void leave(int thread)
{
	if (atomic_load(&atomics[0]) == 0)
		pthread_exit(NULL);
	see(thread, 1);
}

static void yield(int thread)
{
	sched_yield();
	see_atomic(thread, 0);
}

const call_fn calls[] = {
	read_in,
	write_in,
	try_to_read,
	try_to_write,
	read_in_time,
	write_in_time,
	add_in_time,
	add_under_both,
	add_under_both_in_time,
	lock_checking_twice,
	unlock_unasked,
	lock_recursive_twice,
	try_recursive,
	add_spinning,
	try_to_spin,
	do_once,
	do_once_within,
	do_once_locked,
	sleep_in_time,
	wake_one,
	wake_all,
	take_in_time,
	count_permits,
	give,
	meet,
	join,
	try_to_join,
	join_in_time,
	cancel,
	look_whether_cancelled,
	leave,
	yield,
};

const unsigned ncalls = sizeof(calls) / sizeof(calls[0]);
