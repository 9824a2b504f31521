/* finds: assertion failed */
/* memory: c11 */
/* needs: c11 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

/*
 * A sequence lock: odd while the writer is at work, and a reader keeps what it
 * read when the number is what it was before. Without the fences the numbers
 * say nothing about the values.
 */
#ifdef FIXED
#define FENCE(order) atomic_thread_fence(order)
#else
#define FENCE(order) ((void)0)
#endif

static atomic_uint sequence;
static atomic_int low, high;

static void *write_both(void *arg)
{
	atomic_store_explicit(&sequence, 1, memory_order_relaxed);
	FENCE(memory_order_release);
	atomic_store_explicit(&low, 7, memory_order_relaxed);
	atomic_store_explicit(&high, 7, memory_order_relaxed);
	atomic_store_explicit(&sequence, 2, memory_order_release);
	return arg;
}

static void *read_both(void *arg)
{
	unsigned before = atomic_load_explicit(&sequence, memory_order_acquire);
	int a = atomic_load_explicit(&low, memory_order_relaxed);
	int b = atomic_load_explicit(&high, memory_order_relaxed);

	FENCE(memory_order_acquire);
	if (before % 2 == 0 &&
		atomic_load_explicit(&sequence, memory_order_relaxed) == before)
		assert(a == b);
	return arg;
}

int main(void)
{
	pthread_t writer, reader;

	pthread_create(&writer, NULL, write_both, NULL);
	pthread_create(&reader, NULL, read_both, NULL);
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
	return 0;
}
