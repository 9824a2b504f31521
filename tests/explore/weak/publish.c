/* finds: data race */
/* memory: c11 */
/* needs: sc */
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
#define STORE memory_order_release
#define LOAD memory_order_acquire
#else
#define STORE memory_order_relaxed
#define LOAD memory_order_relaxed
#endif

static int data;
static atomic_int ready;

static void *produce(void *arg)
{
	data = 42;
	atomic_store_explicit(&ready, 1, STORE);
	return arg;
}

static void *consume(void *arg)
{
	if (atomic_load_explicit(&ready, LOAD))
		*(int *)arg = data;
	return arg;
}

int main(void)
{
	pthread_t producer, consumer;
	int got = 0;

	pthread_create(&producer, NULL, produce, NULL);
	pthread_create(&consumer, NULL, consume, &got);
	pthread_join(producer, NULL);
	pthread_join(consumer, NULL);
	return 0;
}
