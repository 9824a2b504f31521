/* finds: deadlock */
/* says: T[12] keeps map .since LINE. while it waits at start, and T[123] */
/* says: needs map before it comes to its arrival at LINE: unlock map before */
/* says: you wait at start Lesson: 14-barrier */
#include <pthread.h>

static pthread_barrier_t start;
static pthread_mutex_t map = PTHREAD_MUTEX_INITIALIZER;
static int nread;

static void *walk(void *arg)
{
	pthread_mutex_lock(&map);
	nread++;
#ifdef FIXED
	pthread_mutex_unlock(&map);
	pthread_barrier_wait(&start);
#else
	if (nread == 1)
		pthread_mutex_unlock(&map);
	pthread_barrier_wait(&start);
	if (nread == 2)
		pthread_mutex_unlock(&map);
#endif
	return arg;
}

int main(void)
{
	pthread_t threads[3];

	pthread_barrier_init(&start, NULL, 3);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, walk, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
