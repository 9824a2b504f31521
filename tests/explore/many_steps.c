/* Far more schedules than anybody can try. */
#include <assert.h>
#include <pthread.h>

enum {
	NTHREADS = 4,
	ROUNDS = 5
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void *count(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
#ifndef FIXED
		int value;

		pthread_mutex_lock(&lock);
		value = total;
		pthread_mutex_unlock(&lock);
		value++;
		pthread_mutex_lock(&lock);
		total = value;
		pthread_mutex_unlock(&lock);
#else
		pthread_mutex_lock(&lock);
		total++;
		pthread_mutex_unlock(&lock);
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t threads[NTHREADS];

	for (int i = 0; i < NTHREADS; i++)
		pthread_create(&threads[i], NULL, count, NULL);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	assert(total == NTHREADS * ROUNDS);
	return 0;
}
