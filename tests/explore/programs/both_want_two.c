/* finds: deadlock */
/* says: T[12] and T[12] each took one from tapes and wait for one more: let */
/* says: only one thread at a time collect what it needs .hold a mutex over */
/* says: its sem_waits. Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

static sem_t tapes;
static pthread_mutex_t shelf = PTHREAD_MUTEX_INITIALIZER;

static void *copy(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&shelf);
#endif
	sem_wait(&tapes);
	sem_wait(&tapes);
#ifdef FIXED
	pthread_mutex_unlock(&shelf);
#else
	(void)shelf;
#endif
	sem_post(&tapes);
	sem_post(&tapes);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&tapes, 0, 2);
	pthread_create(&a, NULL, copy, NULL);
	pthread_create(&b, NULL, copy, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
