/* The numbers that the kernel would give to threads: the same in each run. */
#include "lib/explore/runtime/rt.h"

#include <sys/syscall.h>
#include <sys/types.h>

enum {
	FIRST_ID = 1000
};

pid_t WRAP(getpid)(void)
{
	return FIRST_ID;
}

pid_t WRAP(gettid)(void)
{
	return FIRST_ID + (pid_t)rt->current;
}

long WRAP(syscall)(long number, ...)
{
	if (number != SYS_gettid)
		fail(FOUND_REFUSED, CALLER,
			"calls syscall: no library function says what it does");
	return WRAP(gettid)();
}

/* Nobody forks. */
int WRAP(pthread_atfork)(
	void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	(void)prepare;
	(void)parent;
	(void)child;
	return 0;
}
