/* finds: livelock: reads the same again and again, and nobody is left */
/* says: over what T[12] wrote at step [0-9]+, which is lost: change here in */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int here;

static void *meet(void *arg)
{
#ifdef FIXED
	atomic_fetch_add(&here, 1);
#else
	int n = atomic_load(&here);

	atomic_store(&here, n + 1);
#endif
	while (atomic_load(&here) < 2)
		;
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, meet, NULL);
	pthread_create(&b, NULL, meet, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
