/* finds: misuse: waits on a condition that T[12] waits on with another mutex */
/* says: one condition, one mutex */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t front = PTHREAD_MUTEX_INITIALIZER;
#ifdef FIXED
#define BACK front
#else
static pthread_mutex_t back = PTHREAD_MUTEX_INITIALIZER;
#define BACK back
#endif
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
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
	pthread_mutex_lock(&BACK);
	while (!back_open)
		pthread_cond_wait(&opened, &BACK);
	pthread_mutex_unlock(&BACK);
	return arg;
}

static void open_door(pthread_mutex_t *lock, bool *door)
{
	pthread_mutex_lock(lock);
	*door = true;
	pthread_cond_broadcast(&opened);
	pthread_mutex_unlock(lock);
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, wait_front, NULL);
	pthread_create(&b, NULL, wait_back, NULL);
	open_door(&front, &front_open);
	open_door(&BACK, &back_open);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
