/* finds: data race */
/* memory: c11 */
/* needs: sc */
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
#define STORE memory_order_release
#define UPDATE memory_order_acquire
#else
#define STORE memory_order_relaxed
#define UPDATE memory_order_relaxed
#endif

static atomic_int held;
static int n;

static void lock(void)
{
	while (atomic_exchange_explicit(&held, 1, UPDATE))
		while (atomic_load_explicit(&held, memory_order_relaxed))
			;
}

static void *count(void *arg)
{
	lock();
	n++;
	atomic_store_explicit(&held, 0, STORE);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, count, NULL);
	pthread_create(&b, NULL, count, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return n != 2;
}
