#include "lib/sync.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/roster.h"
#include "lib/sanitizer.h"

/*
 * Where the C library can, waits go by the monotonic clock. musl and older
 * glibc have the wall clock only, and the thread sanitizer of today does not
 * know the newer calls.
 */
#if SANITIZER_THREAD
#define MONOTONIC_WAITS 0
#elif defined(__GLIBC__)
#define MONOTONIC_WAITS __GLIBC_PREREQ(2, 30)
#else
#define MONOTONIC_WAITS 0
#endif

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / CLOCK_NS_PER_S),
		.tv_nsec = (long)(ns % CLOCK_NS_PER_S),
	};
}

#if MONOTONIC_WAITS

static int pthread_lock_until(pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	const struct timespec until = timespec_of(deadline_ns);

	return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);
}

static int pthread_wait_until(
	pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	const struct timespec until = timespec_of(deadline_ns);

	return pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, &until);
}

static int posix_take_until(sem_t *semaphore, uint64_t deadline_ns)
{
	const struct timespec until = timespec_of(deadline_ns);

	return sem_clockwait(semaphore, CLOCK_MONOTONIC, &until);
}

#else

/* Right as long as nobody sets the clock; who waits by it checks again. */
static struct timespec wall_time_of(uint64_t deadline_ns)
{
	uint64_t now = clock_now();
	uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
	struct timespec wall;

	timespec_get(&wall, TIME_UTC);
	return timespec_of((uint64_t)wall.tv_sec * CLOCK_NS_PER_S +
			   (uint64_t)wall.tv_nsec + left);
}

static int pthread_lock_until(pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	struct timespec until;
	int error;

	do {
		until = wall_time_of(deadline_ns);
		error = pthread_mutex_timedlock(mutex, &until);
	} while (error == ETIMEDOUT && clock_now() < deadline_ns);
	return error;
}

/* Woken by a clock that was set, it reports a spurious wake-up. */
static int pthread_wait_until(
	pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	const struct timespec until = wall_time_of(deadline_ns);
	int error = pthread_cond_timedwait(cond, mutex, &until);

	return error == ETIMEDOUT && clock_now() < deadline_ns ? 0 : error;
}

static int posix_take_until(sem_t *semaphore, uint64_t deadline_ns)
{
	struct timespec until;
	int result;

	do {
		until = wall_time_of(deadline_ns);
		result = sem_timedwait(semaphore, &until);
	} while (result && errno == ETIMEDOUT && clock_now() < deadline_ns);
	return result;
}

#endif

static _Thread_local pid_t known_tid;

static void forget_tid(void)
{
	known_tid = 0;
}

static void watch_forks(void)
{
	must_zero(pthread_atfork(NULL, NULL, forget_tid));
}

static pid_t ask_tid(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must_zero(pthread_once(&once, watch_forks));
	known_tid = (pid_t)syscall(SYS_gettid);
	return known_tid;
}

static inline pid_t self(void)
{
	return known_tid ? known_tid : ask_tid();
}

pid_t sync_self(void)
{
	return self();
}

static int shared_init(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attr;
	int error;

	must_zero(pthread_mutexattr_init(&attr));
	error = pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
	if (!error)
		error = pthread_mutexattr_setpshared(
			&attr, PTHREAD_PROCESS_SHARED);
	if (!error)
		error = pthread_mutexattr_setrobust(
			&attr, PTHREAD_MUTEX_ROBUST);
	if (!error)
		error = pthread_mutex_init(mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	return error ? -ENOTSUP : 0;
}

int mutex_init(struct mutex *mutex, enum mutex_kind kind)
{
	mutex->kind = kind;
	atomic_init(&mutex->owner, 0);
	if (kind == MUTEX_SHARED)
		return shared_init(&mutex->pthread);
	must_zero(pthread_mutex_init(&mutex->pthread, NULL));
	return 0;
}

void mutex_fini(struct mutex *mutex)
{
	must_zero(pthread_mutex_destroy(&mutex->pthread));
}

/*
 * The owner is relaxed here and below: the only value that a thread acts on
 * is its own number, which it wrote itself.
 */
static void set_owner(struct mutex *mutex, pid_t owner)
{
	atomic_store_explicit(&mutex->owner, owner, memory_order_relaxed);
}

bool mutex_held(const struct mutex *mutex)
{
	return atomic_load_explicit(&mutex->owner, memory_order_relaxed) ==
	       self();
}

/*
 * Marked consistent before the repair, not after: who dies repairing dies
 * holding the lock, so the next one is told in turn.
 */
static int locked_from_the_dead(struct mutex *mutex)
{
	must_zero(pthread_mutex_consistent(&mutex->pthread));
	set_owner(mutex, self());
	return MUTEX_OWNER_DIED;
}

static inline int locked(struct mutex *mutex, int error)
{
	if (error)
		return error == EOWNERDEAD ? locked_from_the_dead(mutex)
					   : -error;
	set_owner(mutex, self());
	return 0;
}

/*
 * The number of a dead owner stays in a shared mutex and may be given out
 * again: there the C library, which the kernel keeps right, has to judge.
 */
static bool locks_twice(const struct mutex *mutex)
{
	return mutex->kind == MUTEX_PRIVATE && mutex_held(mutex);
}

/* Held by another: wait, and say so to who reads the roster. */
static int lock_held(struct mutex *mutex, uint64_t deadline_ns)
{
	struct roster_task *task = roster_self();
	int error;

	roster_wait_begin(task, &(struct roster_wait){"mutex", mutex,
					&mutex->owner, deadline_ns});
	if (deadline_ns == CLOCK_NEVER)
		error = pthread_mutex_lock(&mutex->pthread);
	else
		error = pthread_lock_until(&mutex->pthread, deadline_ns);
	roster_wait_end(task);
	return locked(mutex, error);
}

/* Whether the lock is held has to be known before one waits for it. */
static int lock_in_roster(struct mutex *mutex)
{
	int error = pthread_mutex_trylock(&mutex->pthread);

	return error == EBUSY ? lock_held(mutex, CLOCK_NEVER)
			      : locked(mutex, error);
}

int mutex_lock(struct mutex *mutex)
{
	int result;

	must(!locks_twice(mutex));
	result = roster_mine
			 ? lock_in_roster(mutex)
			 : locked(mutex, pthread_mutex_lock(&mutex->pthread));
	must_zero(result == MUTEX_OWNER_DIED ? 0 : result);
	return result;
}

/* Who finds it free cannot be its owner; only the others have to be asked. */
int mutex_lock_until(struct mutex *mutex, uint64_t deadline_ns)
{
	int error = pthread_mutex_trylock(&mutex->pthread);

	if (error != EBUSY)
		return locked(mutex, error);
	if (locks_twice(mutex))
		return -EDEADLK;
	if (deadline_ns == 0)
		return -EAGAIN;
	return lock_held(mutex, deadline_ns);
}

int mutex_release(struct mutex *mutex)
{
	if (!mutex_held(mutex))
		return -EPERM;
	set_owner(mutex, 0);
	return -pthread_mutex_unlock(&mutex->pthread);
}

void mutex_unlock(struct mutex *mutex)
{
	must_zero(mutex_release(mutex));
}

void mutex_name(
	struct mutex *mutex, struct roster_thing *thing, const char *name)
{
	roster_name(thing, name, mutex, &mutex->owner);
}

void cond_init(struct cond *cond)
{
	must_zero(pthread_cond_init(&cond->pthread, NULL));
}

void cond_fini(struct cond *cond)
{
	must_zero(pthread_cond_destroy(&cond->pthread));
}

int cond_wait(struct cond *cond, struct mutex *mutex, uint64_t deadline_ns)
{
	struct roster_task *task = roster_self();
	int error;

	must(mutex->kind == MUTEX_PRIVATE && mutex_held(mutex));
	if (deadline_ns == 0)
		return -ETIMEDOUT;
	roster_wait_begin(task,
		&(struct roster_wait){"condition", cond, NULL, deadline_ns});
	set_owner(mutex, 0);
	if (deadline_ns == CLOCK_NEVER)
		error = pthread_cond_wait(&cond->pthread, &mutex->pthread);
	else
		error = pthread_wait_until(
			&cond->pthread, &mutex->pthread, deadline_ns);
	set_owner(mutex, self());
	roster_wait_end(task);
	must_zero(error == ETIMEDOUT ? 0 : error);
	return -error;
}

void cond_signal(struct cond *cond)
{
	must_zero(pthread_cond_signal(&cond->pthread));
}

void cond_broadcast(struct cond *cond)
{
	must_zero(pthread_cond_broadcast(&cond->pthread));
}

void semaphore_init(
	struct semaphore *semaphore, enum semaphore_kind kind, unsigned count)
{
	must(count <= SEM_VALUE_MAX);
	must_zero(sem_init(&semaphore->posix, kind == SEMAPHORE_SHARED, count));
}

void semaphore_fini(struct semaphore *semaphore)
{
	must_zero(sem_destroy(&semaphore->posix));
}

static int semaphore_sleep(struct semaphore *semaphore, uint64_t deadline_ns)
{
	struct roster_task *task = roster_self();
	int error;

	roster_wait_begin(task, &(struct roster_wait){"semaphore", semaphore,
					NULL, deadline_ns});
	do {
		int failed = deadline_ns == CLOCK_NEVER
				     ? sem_wait(&semaphore->posix)
				     : posix_take_until(
					       &semaphore->posix, deadline_ns);

		error = failed ? errno : 0;
	} while (error == EINTR);
	roster_wait_end(task);
	return -error;
}

int semaphore_wait(struct semaphore *semaphore, uint64_t deadline_ns)
{
	if (sem_trywait(&semaphore->posix) == 0)
		return 0;
	return deadline_ns == 0 ? -EAGAIN
				: semaphore_sleep(semaphore, deadline_ns);
}

/* In a signal handler: leaves errno to whoever was interrupted. */
int semaphore_post(struct semaphore *semaphore)
{
	int before = errno;
	int error = sem_post(&semaphore->posix) ? errno : 0;

	errno = before;
	return -error;
}
