/* finds: assertion failed: assert.busy <= 2., in T[123] at lets_in_three.c */
/* says: Think: printers has let in T1, T2 and T3 together, since it began */
/* says: with 3 .LINE.: let it begin with 2, as many as may be in at once */
/* says: Lesson: 10-semaphores */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t printers; /* there are two */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int busy;

static void come(void)
{
	pthread_mutex_lock(&lock);
	busy++;
	assert(busy <= 2);
	pthread_mutex_unlock(&lock);
}

static void leave(void)
{
	pthread_mutex_lock(&lock);
	busy--;
	pthread_mutex_unlock(&lock);
}

static void *print(void *arg)
{
	sem_wait(&printers);
	come();
	leave();
	sem_post(&printers);
	return arg;
}

int main(void)
{
	pthread_t threads[3];

#ifdef FIXED
	sem_init(&printers, 0, 2);
#else
	sem_init(&printers, 0, 3);
#endif
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, print, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
