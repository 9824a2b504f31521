/* The count never goes back: who arrives knows at which number it may go. */
#include "barrier.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static int narrived; /* in all rounds; guarded by lock */

void barrier_wait(void)
{
	int enough;

	pthread_mutex_lock(&lock);
	enough = (narrived / NTHREADS + 1) * NTHREADS;
	if (++narrived == enough)
		pthread_cond_broadcast(&all_here);
	while (narrived < enough)
		pthread_cond_wait(&all_here, &lock);
	pthread_mutex_unlock(&lock);
}
