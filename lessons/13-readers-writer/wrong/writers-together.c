/* expect: a writer came in while another one was there */
#include "library.h"

#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static int nreaders;
static bool is_writing;

void read_lock(void)
{
	pthread_mutex_lock(&lock);
	while (is_writing)
		pthread_cond_wait(&changed, &lock);
	nreaders++;
	pthread_mutex_unlock(&lock);
}

void read_unlock(void)
{
	pthread_mutex_lock(&lock);
	nreaders--;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

void write_lock(void)
{
	pthread_mutex_lock(&lock);
	while (nreaders > 0)
		pthread_cond_wait(&changed, &lock);
	is_writing = true;
	pthread_mutex_unlock(&lock);
}

void write_unlock(void)
{
	pthread_mutex_lock(&lock);
	is_writing = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}
