/* The last philosopher begins at the other side: no circle. */
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
	int first = left(philosopher), second = right(philosopher);

	if (first > second) {
		first = right(philosopher);
		second = left(philosopher);
	}
	pthread_mutex_lock(&forks[first]);
	pthread_mutex_lock(&forks[second]);
}
/* end::take[] */

void put_forks(int philosopher)
{
	pthread_mutex_unlock(&forks[right(philosopher)]);
	pthread_mutex_unlock(&forks[left(philosopher)]);
}
