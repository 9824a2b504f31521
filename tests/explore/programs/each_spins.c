/* finds: livelock: reads the same again and again */
/* says: whoever is to change it waits, too, or has ended */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int ready[2];

static void *meet(void *arg)
{
	int me = *(int *)arg;

#ifdef FIXED
	atomic_store(&ready[me], 1);
#endif
	while (!atomic_load(&ready[!me]))
		;
	atomic_store(&ready[me], 1);
	return NULL;
}

int main(void)
{
	static int zero, one = 1;
	pthread_t thread;

	pthread_create(&thread, NULL, meet, &one);
	meet(&zero);
	pthread_join(thread, NULL);
	return 0;
}
