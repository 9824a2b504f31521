/* finds: misuse: waits on a condition that T[12] waits on with another mutex */
/* says: different things, each under a mutex of its own: have a condition */
/* says: condition variable for each mutex, too, and signal the one of those */
/* omits: [Oo]nly a wake-up */
/* omits: From the step marked ! on */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t front = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t back = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
#ifdef FIXED
static pthread_cond_t back_opened = PTHREAD_COND_INITIALIZER;
#define BACK_OPENED back_opened
#else
#define BACK_OPENED opened
#endif
static bool front_open, back_open;

static void *wait_front(void *arg)
{
	pthread_mutex_lock(&front);
	while (!front_open)
		pthread_cond_wait(&opened, &front);
	pthread_mutex_unlock(&front);
	return arg;
}

static void *wait_back(void *arg)
{
	pthread_mutex_lock(&back);
	while (!back_open)
		pthread_cond_wait(&BACK_OPENED, &back);
	pthread_mutex_unlock(&back);
	return arg;
}

static void open_door(
	pthread_mutex_t *lock, bool *door, pthread_cond_t *changed)
{
	pthread_mutex_lock(lock);
	*door = true;
	pthread_cond_signal(changed);
	pthread_mutex_unlock(lock);
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, wait_front, NULL);
	pthread_create(&b, NULL, wait_back, NULL);
	open_door(&front, &front_open, &opened);
	open_door(&back, &back_open, &BACK_OPENED);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
