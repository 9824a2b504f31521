/* One seat fewer than philosophers: somebody always has both forks. */
#include "table.h"

#include <pthread.h>
#include <semaphore.h>

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

static sem_t seats;

static pthread_once_t laid = PTHREAD_ONCE_INIT;

static void lay_the_table(void)
{
	sem_init(&seats, 0, NPHILOSOPHERS - 1);
}

void take_forks(int philosopher)
{
	pthread_once(&laid, lay_the_table);
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
