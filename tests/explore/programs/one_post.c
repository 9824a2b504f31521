/* finds: deadlock */
/* says: bell was posted 1 time, and 1 more waits for it, though whoever */
/* says: posts it has ended: as many posts as waits */
/* says: Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

static sem_t bell;

static void *listen(void *arg)
{
	sem_wait(&bell);
	return arg;
}

static void *ring(void *arg)
{
	sem_post(&bell);
#ifdef FIXED
	sem_post(&bell);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b, c;

	sem_init(&bell, 0, 0);
	pthread_create(&a, NULL, listen, NULL);
	pthread_create(&b, NULL, listen, NULL);
	pthread_create(&c, NULL, ring, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_join(c, NULL);
	return 0;
}
