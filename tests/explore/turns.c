/* Two threads take a lock in turns, so often: for the explorer's speed. */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int rounds;

static void *turns(void *arg)
{
	for (int i = 0; i < rounds; i++) {
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t a, b;

	rounds = argc > 1 ? atoi(argv[1]) : 1;
	pthread_create(&a, NULL, turns, NULL);
	pthread_create(&b, NULL, turns, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
