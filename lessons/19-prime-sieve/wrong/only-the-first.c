/* expect: block 3 was dispatched before the primes of block 1 were known */
#include "dispatch.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more_known = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static int next_block;
static bool is_done[NBLOCKS];

int dispatch_next(void)
{
	int block = -1;

	pthread_mutex_lock(&lock);
	if (next_block < NBLOCKS)
		block = next_block++;
	while (block > 0 && !is_done[0])
		pthread_cond_wait(&more_known, &lock);
	pthread_mutex_unlock(&lock);
	return block;
}

void dispatch_done(int block)
{
	pthread_mutex_lock(&lock);
	is_done[block] = true;
	pthread_cond_broadcast(&more_known);
	pthread_mutex_unlock(&lock);
}
