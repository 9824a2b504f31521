/* finds: deadlock */
/* says: the signal at STEP woke T[123], which waits for something else */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t full = PTHREAD_COND_INITIALIZER;
#ifdef FIXED
static pthread_cond_t empty = PTHREAD_COND_INITIALIZER;
#define EMPTY empty
#else
#define EMPTY full
#endif
static int items; /* at most one */

static void *put(void *arg)
{
	pthread_mutex_lock(&lock);
	while (items == 1)
		pthread_cond_wait(&EMPTY, &lock);
	items = 1;
	pthread_cond_signal(&full);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
	while (items == 0)
		pthread_cond_wait(&full, &lock);
	items = 0;
	pthread_cond_signal(&EMPTY);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t takers[2], putter;

	pthread_create(&takers[0], NULL, take, NULL);
	pthread_create(&takers[1], NULL, take, NULL);
	pthread_create(&putter, NULL, put, NULL);
	put(NULL);
	pthread_join(putter, NULL);
	pthread_join(takers[0], NULL);
	pthread_join(takers[1], NULL);
	return 0;
}
