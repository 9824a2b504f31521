/*
 * Two people want to meet before they go on: each waits for the other, then
 * says that it is there. Let them wait for ever.
 */
/* title: after you, no, after you */
/* par: 0 */
#include <pthread.h>
#include <semaphore.h>

static sem_t ann_is_here, ben_is_here;

static void *ann(void *arg)
{
#ifdef FIXED
	sem_post(&ann_is_here);
	sem_wait(&ben_is_here);
#else
	sem_wait(&ben_is_here);
	sem_post(&ann_is_here);
#endif
	return arg;
}

static void *ben(void *arg)
{
	sem_wait(&ann_is_here);
	sem_post(&ben_is_here);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&ann_is_here, 0, 0);
	sem_init(&ben_is_here, 0, 0);
	pthread_create(&a, NULL, ann, NULL);
	pthread_create(&b, NULL, ben, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 2 */
