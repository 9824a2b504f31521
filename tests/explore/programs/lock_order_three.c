/* notes: possible deadlock: locks are taken in a cycle */
/* with: --strategy bounded --bound 0 */
/* says: while it holds forks\[2\] since lock_order_three.c */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

enum {
	N = 3
};

static pthread_mutex_t forks[N] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
#ifdef FIXED
static sem_t chairs;
#endif

static void *dine(void *arg)
{
	int i = *(int *)arg;

	for (int n = 0; n < 30 * i; n++)
		sched_yield();
#ifdef FIXED
	sem_wait(&chairs);
#endif
	pthread_mutex_lock(&forks[i]);
	pthread_mutex_lock(&forks[(i + 1) % N]);
	pthread_mutex_unlock(&forks[(i + 1) % N]);
	pthread_mutex_unlock(&forks[i]);
#ifdef FIXED
	sem_post(&chairs);
#endif
	return NULL;
}

int main(void)
{
	static int seats[N] = {0, 1, 2};
	pthread_t threads[N];

#ifdef FIXED
	sem_init(&chairs, 0, N - 1);
#endif
	for (int i = 0; i < N; i++)
		pthread_create(&threads[i], NULL, dine, &seats[i]);
	for (int i = 0; i < N; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
