/* finds: deadlock */
#include <pthread.h>

enum {
	N = 3
};

static pthread_mutex_t forks[N] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *dine(void *arg)
{
	int i = *(int *)arg, left = i, right = (i + 1) % N;

#ifdef FIXED
	if (left > right) {
		left = right;
		right = i;
	}
#endif
	pthread_mutex_lock(&forks[left]);
	pthread_mutex_lock(&forks[right]);
	pthread_mutex_unlock(&forks[right]);
	pthread_mutex_unlock(&forks[left]);
	return NULL;
}

int main(void)
{
	static int seats[N] = {0, 1, 2};
	pthread_t threads[N];

	for (int i = 0; i < N; i++)
		pthread_create(&threads[i], NULL, dine, &seats[i]);
	for (int i = 0; i < N; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
