/* What only a real thread has: a name, a processor, a priority. */
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

enum {
	NAME_SIZE = 16
};

int WRAP(pthread_setname_np)(pthread_t handle, const char *name)
{
	thread_of(handle, "names", CALLER);
	return strlen(name) < NAME_SIZE ? 0 : ERANGE;
}

int WRAP(pthread_getname_np)(pthread_t handle, char *name, size_t size)
{
	thread_of(handle, "asks the name of", CALLER);
	if (size < NAME_SIZE)
		return ERANGE;
	access_memory(name, NAME_SIZE, ACCESS_WRITE, CALLER);
	memcpy(name, "explored", sizeof("explored"));
	return 0;
}

/* There is one processor here, whatever is asked for. */
int WRAP(pthread_setaffinity_np)(
	pthread_t handle, size_t size, const cpu_set_t *set)
{
	(void)size;
	(void)set;
	thread_of(handle, "pins", CALLER);
	return 0;
}

int WRAP(sched_setaffinity)(pid_t pid, size_t size, const cpu_set_t *set)
{
	(void)pid;
	(void)size;
	(void)set;
	return 0;
}

int WRAP(sched_getcpu)(void)
{
	return 0;
}

int WRAP(pthread_setschedparam)(
	pthread_t handle, int policy, const struct sched_param *param)
{
	(void)policy;
	(void)param;
	thread_of(handle, "sets the priority of", CALLER);
	return 0;
}

int WRAP(pthread_setschedprio)(pthread_t handle, int priority)
{
	(void)priority;
	thread_of(handle, "sets the priority of", CALLER);
	return 0;
}

int WRAP(pthread_setconcurrency)(int level)
{
	(void)level;
	return 0;
}
