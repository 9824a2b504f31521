/* expect: a philosopher has had no meal */
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

void take_forks(int philosopher)
{
	pthread_mutex_lock(&forks[left(philosopher)]);
	if (pthread_mutex_trylock(&forks[right(philosopher)]) == 0)
		return;
	pthread_mutex_unlock(&forks[left(philosopher)]);
	pthread_exit(NULL);
}

void put_forks(int philosopher)
{
	pthread_mutex_unlock(&forks[right(philosopher)]);
	pthread_mutex_unlock(&forks[left(philosopher)]);
}
