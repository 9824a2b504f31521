/* finds: assertion failed: assert\(get\(\) == 7\) */
/* says: T[12] makes table in what pthread_once calls .LINE., and */
/* says: uses it at LINE without having been there: call pthread_once before */
/* says: Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int *table, store[4];

static void make(void)
{
	table = store;
	table[0] = 7;
}

static int get(void)
{
#ifndef FIXED
	if (!table)
#endif
		pthread_once(&once, make);
	return table[0];
}

static void *use(void *arg)
{
	assert(get() == 7);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, use, NULL);
	pthread_create(&b, NULL, use, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
