/* finds: deadlock */
/* says: boats begins with 1, T[123] took one .STEP, LINE. and has ended, and */
/* says: nobody comes to post it: post it after use, on every way out */
/* says: Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

static sem_t boats;
static int is_sunk = 1;

static int row(void)
{
	sem_wait(&boats);
	if (__atomic_exchange_n(&is_sunk, 0, __ATOMIC_SEQ_CST)) {
#ifdef FIXED
		sem_post(&boats);
#endif
		return -1;
	}
	sem_post(&boats);
	return 0;
}

static void *guest(void *arg)
{
	row();
	return arg;
}

int main(void)
{
	pthread_t guests[3];

	sem_init(&boats, 0, 1);
	for (int i = 0; i < 3; i++)
		pthread_create(&guests[i], NULL, guest, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(guests[i], NULL);
	return 0;
}
