/*
 * Each of three cars is on one piece of a roundabout and needs the next one
 * before it leaves its own. Bring them to a standstill.
 */
/* title: three cars in a roundabout */
/* par: 1 */
#include <pthread.h>

enum {
	N = 3
};

static pthread_mutex_t pieces[N] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *car(void *arg)
{
	pthread_mutex_t *own = arg;
	pthread_mutex_t *next = own == &pieces[N - 1] ? pieces : own + 1;
#ifdef FIXED
	pthread_mutex_t *lower = own < next ? own : next;

	next = own < next ? next : own;
	own = lower;
#endif
	pthread_mutex_lock(own);
	pthread_mutex_lock(next);
	pthread_mutex_unlock(own);
	pthread_mutex_unlock(next);
	return NULL;
}

int main(void)
{
	pthread_t cars[N];

	for (int i = 0; i < N; i++)
		pthread_create(&cars[i], NULL, car, &pieces[i]);
	for (int i = 0; i < N; i++)
		pthread_join(cars[i], NULL);
	return 0;
}
/* win: 1 1 3 3 2 2 */
