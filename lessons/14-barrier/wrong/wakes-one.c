/* expect: deadlock */
#include "barrier.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static int narrived; /* guarded by lock */
static unsigned round_number; /* guarded by lock */

void barrier_wait(void)
{
	unsigned mine;

	pthread_mutex_lock(&lock);
	mine = round_number;
	if (++narrived == NTHREADS) {
		narrived = 0;
		round_number++;
		pthread_cond_signal(&all_here);
	}
	while (mine == round_number)
		pthread_cond_wait(&all_here, &lock);
	pthread_mutex_unlock(&lock);
}
