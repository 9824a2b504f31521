/* finds: bad memory access */
/* says: main allocated it at LINE, main freed it at use_after_free.c */
/* says: join T1 first, and free it then */
/* says: Lesson: 05-data-race */
#include <pthread.h>
#include <stdlib.h>

static int *shared;

static void *read_it(void *arg)
{
	return arg ? NULL : (void *)(long)*shared;
}

int main(void)
{
	pthread_t thread;

	shared = malloc(sizeof(*shared));
	*shared = 7;
	pthread_create(&thread, NULL, read_it, NULL);
#ifdef FIXED
	pthread_join(thread, NULL);
	free(shared);
#else
	free(shared);
	pthread_join(thread, NULL);
#endif
	return 0;
}
