/* A turnstile: all go through it, and a writer stands in it while it waits. */
#include "library.h"

#include <pthread.h>

static pthread_mutex_t turnstile = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t empty = PTHREAD_COND_INITIALIZER;
static int nreaders; /* guarded by lock */

void read_lock(void)
{
	pthread_mutex_lock(&turnstile);
	pthread_mutex_lock(&lock);
	nreaders++;
	pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&turnstile);
}

void read_unlock(void)
{
	pthread_mutex_lock(&lock);
	if (--nreaders == 0)
		pthread_cond_signal(&empty);
	pthread_mutex_unlock(&lock);
}

void write_lock(void)
{
	pthread_mutex_lock(&turnstile);
	pthread_mutex_lock(&lock);
	while (nreaders > 0)
		pthread_cond_wait(&empty, &lock);
	pthread_mutex_unlock(&lock);
}

void write_unlock(void)
{
	pthread_mutex_unlock(&turnstile);
}
