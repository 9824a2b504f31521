/*
 * The first who needs the recipe writes it down, and looks twice whether
 * somebody has. Let somebody read it before anything is on the paper.
 */
/* title: said before it was done */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool written;
static atomic_int eggs;

static void write_down(void)
{
	pthread_mutex_lock(&lock);
	if (!written) {
#ifdef FIXED
		eggs = 3;
		written = true;
#else
		written = true;
		eggs = 3;
#endif
	}
	pthread_mutex_unlock(&lock);
}

static void *cook(void *arg)
{
	if (!written)
		write_down();
	assert(eggs == 3);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, cook, NULL);
	pthread_create(&b, NULL, cook, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 1 1 1 2 2 2 */
/* why: who looks without the lock believes the flag: set it when */
/* why: what it promises is there */
/* lesson: 06-mutex */
