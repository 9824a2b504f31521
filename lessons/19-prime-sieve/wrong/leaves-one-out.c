/* expect: a block was left out */
#include "dispatch.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more_known = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static int next_block;
static bool is_done[NBLOCKS];

/* The last block whose primes a block needs; -1 for none. */
static int needs_up_to(int block)
{
	int largest = (block + 1) * BLOCK_SIZE - 1, root = 0;

	while ((root + 1) * (root + 1) <= largest)
		root++;
	return root / BLOCK_SIZE < block ? root / BLOCK_SIZE : block - 1;
}

static bool is_known_up_to(int block)
{
	for (int i = 0; i <= block; i++)
		if (!is_done[i])
			return false;
	return true;
}

int dispatch_next(void)
{
	int block = -1;

	pthread_mutex_lock(&lock);
	if (next_block < NBLOCKS - 1)
		block = next_block++;
	while (block >= 0 && !is_known_up_to(needs_up_to(block)))
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
