/* expect: data race on nreaders */
#include "library.h"

#include <pthread.h>

static pthread_mutex_t room = PTHREAD_MUTEX_INITIALIZER;
static int nreaders;

void read_lock(void)
{
	if (++nreaders == 1)
		pthread_mutex_lock(&room);
}

void read_unlock(void)
{
	if (--nreaders == 0)
		pthread_mutex_unlock(&room);
}

void write_lock(void)
{
	pthread_mutex_lock(&room);
}

void write_unlock(void)
{
	pthread_mutex_unlock(&room);
}
