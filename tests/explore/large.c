/*
 * Six threads with much to do and one moment in which two of them may meet:
 * too many schedules to try them all.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	N = 6,
	ROUNDS = 30
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;
static atomic_int busy, inside;

static void count(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		total++;
		pthread_mutex_unlock(&lock);
	}
}

static void *work(void *arg)
{
	count();
	if (atomic_load(&busy) == 0) {
		atomic_store(&busy, 1);
		assert(atomic_fetch_add(&inside, 1) == 0);
		atomic_fetch_sub(&inside, 1);
		atomic_store(&busy, 0);
	}
	count();
	return arg;
}

int main(void)
{
	pthread_t threads[N];

	for (int i = 0; i < N; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < N; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
