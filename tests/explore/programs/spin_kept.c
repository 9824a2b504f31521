/* finds: livelock: reads the same again and again */
/* says: T1 goes round until locked changes, and main changed it last */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int locked;
static int n;

static void *count(void *arg)
{
	while (atomic_exchange(&locked, 1))
		;
	n++;
#ifndef FIXED
	if (n < 2)
#endif
		atomic_store(&locked, 0);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, count, NULL);
	count(NULL);
	count(NULL);
	pthread_join(thread, NULL);
	return 0;
}
