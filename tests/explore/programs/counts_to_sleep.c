/* finds: deadlock */
/* says: data race on come: .* holding no lock */
/* says: Think: no lock protects come: hold one lock at LINE, or make it */
/* says: Lesson: 05-data-race */
#include <pthread.h>
#include <semaphore.h>

static sem_t all_here;
static int come;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *guest(void *arg)
{
	int n;

#ifdef FIXED
	pthread_mutex_lock(&lock);
	n = ++come;
	pthread_mutex_unlock(&lock);
#else
	(void)lock;
	n = ++come;
#endif
	if (n == 2)
		sem_post(&all_here);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&all_here, 0, 0);
	pthread_create(&a, NULL, guest, NULL);
	pthread_create(&b, NULL, guest, NULL);
	sem_wait(&all_here);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
