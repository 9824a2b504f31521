/* finds: data race */
#include <pthread.h>
#include <stdatomic.h>

static int value;
static _Atomic(int *) shared;

static void *publish(void *arg)
{
#ifdef FIXED
	value = 42;
	atomic_store_explicit(&shared, &value, memory_order_release);
#else
	atomic_store_explicit(&shared, &value, memory_order_release);
	value = 42;
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;
	int *seen, wrong = 0;

	pthread_create(&thread, NULL, publish, NULL);
	seen = atomic_load_explicit(&shared, memory_order_acquire);
	if (seen)
		wrong = *seen != 42;
	pthread_join(thread, NULL);
	return wrong;
}
