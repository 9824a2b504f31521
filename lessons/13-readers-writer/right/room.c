/* The first reader in asks for the room, the last one out gives it back. */
#include "library.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t room;
static pthread_once_t opened = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int nreaders; /* guarded by lock */

/* A semaphore, since another thread than the first may give it back. */
static void open_room(void)
{
	sem_init(&room, 0, 1);
}

void read_lock(void)
{
	pthread_once(&opened, open_room);
	pthread_mutex_lock(&lock);
	if (++nreaders == 1)
		sem_wait(&room);
	pthread_mutex_unlock(&lock);
}

void read_unlock(void)
{
	pthread_mutex_lock(&lock);
	if (--nreaders == 0)
		sem_post(&room);
	pthread_mutex_unlock(&lock);
}

void write_lock(void)
{
	pthread_once(&opened, open_room);
	sem_wait(&room);
}

void write_unlock(void)
{
	sem_post(&room);
}
