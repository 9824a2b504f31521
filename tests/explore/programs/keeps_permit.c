/* finds: deadlock */
/* says: T2 keeps desk .since STEP, LINE. while it waits for mail, and T1 */
/* says: needs desk before it comes to its post at LINE: wait for mail first, */
/* says: then take desk Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

static sem_t desk, mail;
static int letters;

static void *carry(void *arg)
{
	sem_wait(&desk);
	letters++;
	sem_post(&desk);
	sem_post(&mail);
	return arg;
}

static void *open_one(void *arg)
{
#ifdef FIXED
	sem_wait(&mail);
	sem_wait(&desk);
#else
	sem_wait(&desk);
	sem_wait(&mail);
#endif
	letters--;
	sem_post(&desk);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&desk, 0, 1);
	sem_init(&mail, 0, 0);
	pthread_create(&a, NULL, carry, NULL);
	pthread_create(&b, NULL, open_one, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return letters;
}
