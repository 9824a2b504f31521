/*
 * A library: readers look, the writer changes. One lock keeps them apart, and
 * keeps readers apart from each other, too, which nobody wanted.
 */
#include "library.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* tag::read[] */
void read_lock(void)
{
	pthread_mutex_lock(&lock);
}

void read_unlock(void)
{
	pthread_mutex_unlock(&lock);
}
/* end::read[] */

void write_lock(void)
{
	pthread_mutex_lock(&lock);
}

void write_unlock(void)
{
	pthread_mutex_unlock(&lock);
}
