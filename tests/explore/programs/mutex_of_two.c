/* finds: assertion failed: assert.within == 1., in T[12] at mutex_of_two.c */
/* says: Think: door has let in main and T1 together, since it began with */
/* says: 2 .LINE.: let it begin with 1, as many as may be in at once */
/* says: Lesson: 10-semaphores */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t door;
static int within;

static void *enter(void *arg)
{
	sem_wait(&door);
	within++;
	assert(within == 1);
	within--;
	sem_post(&door);
	return arg;
}

int main(void)
{
	pthread_t thread;

#ifdef FIXED
	sem_init(&door, 0, 1);
#else
	sem_init(&door, 0, 2);
#endif
	pthread_create(&thread, NULL, enter, NULL);
	enter(NULL);
	pthread_join(thread, NULL);
	return 0;
}
