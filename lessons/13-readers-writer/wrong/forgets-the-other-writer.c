/* expect: deadlock */
#include "library.h"

#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t writer_is_out = PTHREAD_COND_INITIALIZER;
static pthread_cond_t readers_are_out = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static int nreaders;
static bool is_writing;

void read_lock(void)
{
	pthread_mutex_lock(&lock);
	while (is_writing)
		pthread_cond_wait(&writer_is_out, &lock);
	nreaders++;
	pthread_mutex_unlock(&lock);
}

void read_unlock(void)
{
	pthread_mutex_lock(&lock);
	if (--nreaders == 0)
		pthread_cond_signal(&readers_are_out);
	pthread_mutex_unlock(&lock);
}

void write_lock(void)
{
	pthread_mutex_lock(&lock);
	while (is_writing || nreaders > 0)
		pthread_cond_wait(&readers_are_out, &lock);
	is_writing = true;
	pthread_mutex_unlock(&lock);
}

void write_unlock(void)
{
	pthread_mutex_lock(&lock);
	is_writing = false;
	pthread_cond_broadcast(&writer_is_out);
	pthread_mutex_unlock(&lock);
}
