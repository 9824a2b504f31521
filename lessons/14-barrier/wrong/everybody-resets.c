/* expect: passed the barrier of round 2 before thread */
#include "barrier.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static int narrived; /* guarded by lock */

void barrier_wait(void)
{
	pthread_mutex_lock(&lock);
	narrived++;
	if (narrived == NTHREADS)
		pthread_cond_broadcast(&all_here);
	while (narrived < NTHREADS)
		pthread_cond_wait(&all_here, &lock);
	pthread_mutex_unlock(&lock);

	pthread_mutex_lock(&lock);
	if (narrived == 2 * NTHREADS)
		narrived = 0;
	pthread_mutex_unlock(&lock);
}
