/* finds: deadlock */
/* says: key begins with 0, and nobody comes to post it: what protects */
/* says: something begins with 1 .sem_init.; for a message, somebody has to */
/* says: Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

#ifdef FIXED
#define KEYS 1
#else
#define KEYS 0
#endif

static sem_t key;
static int opened;

static void *open_it(void *arg)
{
	sem_wait(&key);
	opened++;
	sem_post(&key);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&key, 0, KEYS);
	pthread_create(&a, NULL, open_it, NULL);
	pthread_create(&b, NULL, open_it, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return opened != 2;
}
