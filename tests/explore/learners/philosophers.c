/* finds: deadlock */
/* says: T3 waits at philosophers.c:[0-9]+ for chopstick.0., which T1 has */
/* says: let all take these locks in the same order */
#include <pthread.h>
#include <stdio.h>

#define N 3

static pthread_mutex_t chopstick[N];
static int meals[N];

static void *philosopher(void *arg)
{
	int i = *(int *)arg;
	int first = i, second = (i + 1) % N;

#ifdef FIXED
	if (i == N - 1) {
		first = 0;
		second = i;
	}
#endif
	pthread_mutex_lock(&chopstick[first]);
	pthread_mutex_lock(&chopstick[second]);
	meals[i]++;
	pthread_mutex_unlock(&chopstick[second]);
	pthread_mutex_unlock(&chopstick[first]);
	return NULL;
}

int main(void)
{
	pthread_t threads[N];
	int ids[N];

	for (int i = 0; i < N; i++)
		pthread_mutex_init(&chopstick[i], NULL);
	for (int i = 0; i < N; i++) {
		ids[i] = i;
		pthread_create(&threads[i], NULL, philosopher, &ids[i]);
	}
	for (int i = 0; i < N; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < N; i++)
		printf("philosopher %d ate %d\n", i, meals[i]);
	return 0;
}
