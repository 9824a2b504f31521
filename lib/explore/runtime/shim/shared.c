/* What processes share beside files: none of it is a step. */
#include "lib/explore/runtime/shim/shim.h"

#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

EXPORT void *mmap(
	void *at, size_t size, int access, int flags, int fd, off_t from)
{
	if (shim_place() && flags & MAP_SHARED && access & PROT_WRITE)
		shim_share();
	return REAL(mmap)(at, size, access, flags, fd, from);
}

EXPORT void *mmap64(
	void *at, size_t size, int access, int flags, int fd, off64_t from)
{
	if (shim_place() && flags & MAP_SHARED && access & PROT_WRITE)
		shim_share();
	return REAL(mmap64)(at, size, access, flags, fd, from);
}

EXPORT void *shmat(int id, const void *at, int flags)
{
	if (shim_place() && !(flags & SHM_RDONLY))
		shim_share();
	return REAL(shmat)(id, at, flags);
}

/* Who waits for it would stand still where nobody sees why. */
static void refuse(const char *what, uint64_t pc)
{
	shim_fail(FOUND_REFUSED, pc,
		"shares %s among processes: who waits for it is not seen",
		what);
}

EXPORT int sem_init(sem_t *semaphore, int shared, unsigned n)
{
	if (shim_place() && shared)
		refuse("a semaphore", CALLER);
	return REAL(sem_init)(semaphore, shared, n);
}

#define SET_SHARED(name, type, what)                               \
	EXPORT int name(type *attribute, int how)                  \
	{                                                          \
		if (shim_place() && how == PTHREAD_PROCESS_SHARED) \
			refuse(what, CALLER);                      \
		return REAL(name)(attribute, how);                 \
	}

SET_SHARED(pthread_mutexattr_setpshared, pthread_mutexattr_t, "a mutex")
SET_SHARED(
	pthread_condattr_setpshared, pthread_condattr_t, "a condition variable")
SET_SHARED(pthread_rwlockattr_setpshared, pthread_rwlockattr_t, "an rwlock")
SET_SHARED(pthread_barrierattr_setpshared, pthread_barrierattr_t, "a barrier")

#define MAKE(type, name, parameters, arguments, what) \
	EXPORT type name parameters                   \
	{                                             \
		if (shim_place())                     \
			refuse(what, CALLER);         \
		return REAL(name) arguments;          \
	}

MAKE(sem_t *, sem_open, (const char *name, int flags, ...),
	(name, flags, 0600, 0), "a semaphore")
MAKE(mqd_t, mq_open, (const char *name, int flags, ...),
	(name, flags, 0600, NULL), "a message queue")
MAKE(int, semget, (key_t key, int n, int flags), (key, n, flags), "semaphores")
MAKE(int, msgget, (key_t key, int flags), (key, flags), "a message queue")
