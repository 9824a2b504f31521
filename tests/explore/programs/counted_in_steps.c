/* finds: bad memory access: uses block->users, which T[12] freed */
/* says: T[12] and T[12] count with block->users .LINE., and each can come */
/* says: between the steps of the other: count in one step .atomic_fetch_sub */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef FIXED
typedef atomic_int count;
#else
typedef int count;
#endif

struct block {
	count users;
};

static struct block *block;

static void *use(void *arg)
{
#ifdef FIXED
	if (atomic_fetch_sub(&block->users, 1) == 1)
		free(block);
#else
	block->users--;
	sched_yield();
	if (block->users == 0)
		free(block);
#endif
	return arg;
}

int main(void)
{
	pthread_t threads[2];

	block = malloc(sizeof(*block));
	if (!block)
		return 0;
	block->users = 2;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, use, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
