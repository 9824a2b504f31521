/* notes: thread never joined: T1 was neither joined nor detached */
#include <pthread.h>
#include <semaphore.h>

static sem_t done;

static void *work(void *arg)
{
	sem_post(&done);
	return arg;
}

int main(void)
{
	pthread_t thread;

	sem_init(&done, 0, 0);
	pthread_create(&thread, NULL, work, NULL);
#ifdef FIXED
	pthread_detach(thread);
#endif
	sem_wait(&done);
	return 0;
}
