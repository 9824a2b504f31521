/* finds: misuse: waits on a condition that T[12] waits on with another mutex */
/* says: no lock protects is_open on both paths: one side holds front, the */
/* says: the other holds back: hold the same one at LINE and at LINE Lesson: */
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
static bool is_open;

static void *wait_front(void *arg)
{
	pthread_mutex_lock(&front);
	while (!is_open)
		pthread_cond_wait(&opened, &front);
	pthread_mutex_unlock(&front);
	return arg;
}

static void *wait_back(void *arg)
{
	pthread_mutex_lock(&BACK);
	while (!is_open)
		pthread_cond_wait(&opened, &BACK);
	pthread_mutex_unlock(&BACK);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, wait_front, NULL);
	pthread_create(&b, NULL, wait_back, NULL);
	pthread_mutex_lock(&front);
	is_open = true;
	pthread_cond_broadcast(&opened);
	pthread_mutex_unlock(&front);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
