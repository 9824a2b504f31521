/* finds: assertion failed */
/* says: T2 reads value at STEP, before T1 has written it .LINE., but */
/* says: after T1 has set shared .LINE., which tells it to go on: let T1 */
/* says: write value first, and set shared after that */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

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

static void *look(void *arg)
{
	int *seen = atomic_load_explicit(&shared, memory_order_acquire);

	if (seen)
		assert(*seen == 42);
	return arg;
}

int main(void)
{
	pthread_t publisher, reader;

	pthread_create(&publisher, NULL, publish, NULL);
	pthread_create(&reader, NULL, look, NULL);
	pthread_join(publisher, NULL);
	pthread_join(reader, NULL);
	return 0;
}
