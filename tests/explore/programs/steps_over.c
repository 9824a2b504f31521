/* finds: no end: more than 20000 steps in one execution */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int level;

static void *fill(void *arg)
{
#ifdef FIXED
	while (atomic_load(&level) < 3)
#else
	while (atomic_load(&level) != 3)
#endif
		atomic_fetch_add(&level, 2);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, fill, NULL);
	fill(NULL);
	pthread_join(thread, NULL);
	return 0;
}
