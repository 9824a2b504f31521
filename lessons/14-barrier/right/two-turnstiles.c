/* Nobody comes in again before all are out. */
#include "barrier.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static int narrived; /* guarded by lock */
static int is_emptying; /* guarded by lock */

void barrier_wait(void)
{
	pthread_mutex_lock(&lock);
	while (is_emptying)
		pthread_cond_wait(&all_here, &lock);
	if (++narrived == NTHREADS) {
		is_emptying = 1;
		pthread_cond_broadcast(&all_here);
	}
	while (!is_emptying)
		pthread_cond_wait(&all_here, &lock);
	if (--narrived == 0) {
		is_emptying = 0;
		pthread_cond_broadcast(&all_here);
	}
	pthread_mutex_unlock(&lock);
}
