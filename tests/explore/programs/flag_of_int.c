/* finds: .*data race on (ready|payload) */
/* says: a loop at LINE waits for ready to change; a plain variable orders */
/* says: nothing, a volatile one neither: make ready _Atomic, or let a mutex, */
#include <assert.h>
#include <pthread.h>

#ifdef FIXED
static _Atomic int ready;
#else
static int ready;
#endif
static int payload;

static void *produce(void *arg)
{
	payload = 99;
	ready = 1;
	return arg;
}

static void *consume(void *arg)
{
	while (!ready)
		;
	assert(payload == 99);
	return arg;
}

int main(void)
{
	pthread_t producer, consumer;

	pthread_create(&consumer, NULL, consume, NULL);
	pthread_create(&producer, NULL, produce, NULL);
	pthread_join(producer, NULL);
	pthread_join(consumer, NULL);
	return 0;
}
