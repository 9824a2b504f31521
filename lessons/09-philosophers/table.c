/* A fork is a lock: one philosopher at a time can have it. */
#include "table.h"

#include <pthread.h>

static pthread_mutex_t forks[NPHILOSOPHERS] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static int left(int philosopher)
{
	return philosopher;
}

static int right(int philosopher)
{
	return (philosopher + 1) % NPHILOSOPHERS;
}

/* tag::take[] */
void take_forks(int philosopher)
{
	pthread_mutex_lock(&forks[left(philosopher)]);
	pthread_mutex_lock(&forks[right(philosopher)]);
}
/* end::take[] */

void put_forks(int philosopher)
{
	pthread_mutex_unlock(&forks[right(philosopher)]);
	pthread_mutex_unlock(&forks[left(philosopher)]);
}
