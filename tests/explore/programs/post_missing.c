/* finds: deadlock */
/* says: T[12] took one from seat .STEP, LINE. and ended .STEP. without a */
/* says: post: after a sem_wait every way out needs a sem_post */
/* says: Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

static sem_t seat;

static void sit(int minutes)
{
	sem_wait(&seat);
	if (minutes == 0) {
#ifdef FIXED
		sem_post(&seat);
#endif
		return;
	}
	sem_post(&seat);
}

static void *guest(void *arg)
{
	sit(*(int *)arg);
	sit(*(int *)arg - 1);
	return NULL;
}

int main(void)
{
	static int minutes[] = {1, 1};
	pthread_t threads[2];

	sem_init(&seat, 0, 1);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, guest, &minutes[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
