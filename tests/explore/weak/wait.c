/* finds: assertion failed */
/* memory: c11 */
/* needs: c11 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
#define STORE memory_order_release
#define LOAD memory_order_acquire
#else
#define STORE memory_order_relaxed
#define LOAD memory_order_relaxed
#endif

static atomic_int message, ready;

static void *send(void *arg)
{
	atomic_store_explicit(&message, 42, memory_order_relaxed);
	atomic_store_explicit(&ready, 1, STORE);
	return arg;
}

static void *receive(void *arg)
{
	while (!atomic_load_explicit(&ready, LOAD))
		;
	assert(atomic_load_explicit(&message, memory_order_relaxed) == 42);
	return arg;
}

int main(void)
{
	pthread_t sender, receiver;

	pthread_create(&sender, NULL, send, NULL);
	pthread_create(&receiver, NULL, receive, NULL);
	pthread_join(sender, NULL);
	pthread_join(receiver, NULL);
	return 0;
}
