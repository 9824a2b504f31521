/* expect: ate while a neighbour did */
#include "table.h"

#include <pthread.h>

static pthread_mutex_t forks[NPHILOSOPHERS] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static int left(int philosopher)
{
	return philosopher;
}

void take_forks(int philosopher)
{
	pthread_mutex_lock(&forks[left(philosopher)]);
}

void put_forks(int philosopher)
{
	pthread_mutex_unlock(&forks[left(philosopher)]);
}
