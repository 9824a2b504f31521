/* finds: deadlock */
/* says: Only a wake-up without a signal could help. Think: T1 tests rung at */
/* says: STEP .LINE., before it locks hall, and T2 changes it at STEP, before */
/* says: T1 waits .STEP.: lock hall first, test rung in a loop around the */
/* says: and unlock after that; change it, too, while holding hall */
/* omits: without having tested */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_mutex_t hall = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static atomic_int rung;

static void *answer(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&hall);
	while (!rung)
		pthread_cond_wait(&bell, &hall);
	pthread_mutex_unlock(&hall);
#else
	while (!rung) {
		pthread_mutex_lock(&hall);
		pthread_cond_wait(&bell, &hall);
		pthread_mutex_unlock(&hall);
	}
#endif
	return arg;
}

static void *ring(void *arg)
{
#ifndef FIXED
	rung = 1;
#endif
	pthread_mutex_lock(&hall);
#ifdef FIXED
	rung = 1;
#endif
	pthread_cond_signal(&bell);
	pthread_mutex_unlock(&hall);
	return arg;
}

int main(void)
{
	pthread_t butler, guest;

	pthread_create(&butler, NULL, answer, NULL);
	pthread_create(&guest, NULL, ring, NULL);
	pthread_join(guest, NULL);
	pthread_join(butler, NULL);
	return 0;
}
