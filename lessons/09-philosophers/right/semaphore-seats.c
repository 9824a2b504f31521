/* Two seats, as a semaphore that is there before main begins. */
#include "table.h"

#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t forks[NPHILOSOPHERS] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static sem_t seats;

__attribute__((constructor)) static void put_chairs(void)
{
	sem_init(&seats, 0, NPHILOSOPHERS - 1);
}

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
	sem_wait(&seats);
	pthread_mutex_lock(&forks[left(philosopher)]);
	pthread_mutex_lock(&forks[right(philosopher)]);
}

void put_forks(int philosopher)
{
	pthread_mutex_unlock(&forks[right(philosopher)]);
	pthread_mutex_unlock(&forks[left(philosopher)]);
	sem_post(&seats);
}
