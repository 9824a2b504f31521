/* finds: deadlock */
/* says: It fails in every order. */
/* says: Think: T1 finds aboard = 2 at STEP, and nobody is left to change */
/* says: that .T2 and T3 have ended., so that no signal could help: is the */
/* says: test at LINE right[?] Or is one more change missing[?] */
/* omits: Only a wake-up|does not go back|less often */
#include <pthread.h>
#include <stddef.h>

enum {
	CARS = 2
};

static pthread_mutex_t ramp = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t full = PTHREAD_COND_INITIALIZER;
static int aboard;

static void *board(void *arg)
{
	pthread_mutex_lock(&ramp);
	aboard++;
	pthread_mutex_unlock(&ramp);
	pthread_cond_signal(&full);
	return arg;
}

static void *leave(void *arg)
{
	pthread_mutex_lock(&ramp);
#ifdef FIXED
	while (aboard < CARS)
#else
	while (aboard <= CARS)
#endif
		pthread_cond_wait(&full, &ramp);
	pthread_mutex_unlock(&ramp);
	return arg;
}

int main(void)
{
	pthread_t captain, cars[CARS];

	pthread_create(&captain, NULL, leave, NULL);
	for (int i = 0; i < CARS; i++)
		pthread_create(&cars[i], NULL, board, NULL);
	for (int i = 0; i < CARS; i++)
		pthread_join(cars[i], NULL);
	pthread_join(captain, NULL);
	return 0;
}
