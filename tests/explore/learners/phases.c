/* finds: assertion failed: assert.phase */
/* says: It takes no preemption */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

#define N 2

static int count;
static int phase[N];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t turnstile, turnstile2;

static void barrier(void)
{
	pthread_mutex_lock(&mutex);
	count++;
	if (count == N)
		for (int i = 0; i < N; i++)
			sem_post(&turnstile);
	pthread_mutex_unlock(&mutex);
	sem_wait(&turnstile);
#ifdef FIXED
	pthread_mutex_lock(&mutex);
	count--;
	if (count == 0)
		for (int i = 0; i < N; i++)
			sem_post(&turnstile2);
	pthread_mutex_unlock(&mutex);
	sem_wait(&turnstile2);
#else
	pthread_mutex_lock(&mutex);
	count--;
	pthread_mutex_unlock(&mutex);
#endif
}

static void *worker(void *arg)
{
	int me = *(int *)arg;

	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&mutex);
		phase[me]++;
		pthread_mutex_unlock(&mutex);
		barrier();
		pthread_mutex_lock(&mutex);
		assert(phase[0] > i && phase[1] > i);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

int main(void)
{
	int id[N] = {0, 1};
	pthread_t t[N];

	sem_init(&turnstile, 0, 0);
	sem_init(&turnstile2, 0, 0);
	for (int i = 0; i < N; i++)
		pthread_create(&t[i], NULL, worker, &id[i]);
	for (int i = 0; i < N; i++)
		pthread_join(t[i], NULL);
	return 0;
}
