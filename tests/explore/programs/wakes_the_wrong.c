/* finds: deadlock */
/* says: the signal at STEP woke T[123], which waits for something else */
/* says: .LINE. and slept again; T[123] .LINE. was not woken: wake all with */
/* says: pthread_cond_broadcast, or have a condition variable for each */
/* says: Lesson: 12-bounded-queue */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int bowls; /* on a table for one */

#ifdef FIXED
#define WAKE pthread_cond_broadcast
#else
#define WAKE pthread_cond_signal
#endif

static void *serve(void *arg)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		while (bowls == 1)
			pthread_cond_wait(&changed, &lock);
		bowls++;
		WAKE(&changed);
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

static void *eat(void *arg)
{
	pthread_mutex_lock(&lock);
	while (bowls == 0)
		pthread_cond_wait(&changed, &lock);
	bowls--;
	WAKE(&changed);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b, c;

	pthread_create(&a, NULL, eat, NULL);
	pthread_create(&b, NULL, eat, NULL);
	pthread_create(&c, NULL, serve, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_join(c, NULL);
	return 0;
}
