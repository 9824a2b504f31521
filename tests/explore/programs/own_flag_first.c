/* finds: assertion failed */
/* says: T2 reads price at STEP, before T1 has written it .LINE., but */
/* says: write price first, and set ready after that, as an atomic */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
static atomic_int ready;
#else
static int ready;
#endif
static int price;

static void *write_price(void *arg)
{
#ifdef FIXED
	price += 42;
	ready++;
#else
	ready++;
	price += 42;
#endif
	return arg;
}

static void *read_price(void *arg)
{
	if (ready)
		assert(price == 42);
	return arg;
}

int main(void)
{
	pthread_t writer, reader;

	pthread_create(&writer, NULL, write_price, NULL);
	pthread_create(&reader, NULL, read_price, NULL);
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
	return 0;
}
