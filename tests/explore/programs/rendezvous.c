/* finds: deadlock */
#include <pthread.h>
#include <semaphore.h>

static sem_t here, there;

static void *meet(void *arg)
{
#ifdef FIXED
	sem_post(&there);
	sem_wait(&here);
#else
	sem_wait(&here);
	sem_post(&there);
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;

	sem_init(&here, 0, 0);
	sem_init(&there, 0, 0);
	pthread_create(&thread, NULL, meet, NULL);
#ifdef FIXED
	sem_post(&here);
	sem_wait(&there);
#else
	sem_wait(&there);
	sem_post(&here);
#endif
	pthread_join(thread, NULL);
	return 0;
}
