/* finds: deadlock: no thread can go on */
/* says: T[123] writes readers = 0 .was 1. at STEP .LINE., which T3 waits */
/* says: for, and nobody signals may_write after that: let who changes it do */
/* says: Lesson: 11-condition-variables */
#include <pthread.h>

#ifdef FIXED
#define IS_LAST(n) ((n) == 0)
#else
#define IS_LAST(n) ((n) == 1)
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t may_write = PTHREAD_COND_INITIALIZER;
static int readers;

static void *reader(void *arg)
{
	pthread_mutex_lock(&lock);
	readers++;
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
	readers--;
	if (IS_LAST(readers))
		pthread_cond_signal(&may_write);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *writer(void *arg)
{
	pthread_mutex_lock(&lock);
	while (readers > 0)
		pthread_cond_wait(&may_write, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t threads[3];

	pthread_create(&threads[0], NULL, reader, NULL);
	pthread_create(&threads[1], NULL, reader, NULL);
	pthread_create(&threads[2], NULL, writer, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
