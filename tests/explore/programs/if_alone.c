/* finds: assertion failed */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items;

/* There is no other taker: what could go wrong? */
static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (items == 0)
#else
	if (items == 0)
#endif
		pthread_cond_wait(&changed, &lock);
	assert(items > 0);
	items--;
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *put(void *arg)
{
	pthread_mutex_lock(&lock);
	items++;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t taker, putter;

	pthread_create(&taker, NULL, take, NULL);
	pthread_create(&putter, NULL, put, NULL);
	pthread_join(taker, NULL);
	pthread_join(putter, NULL);
	return 0;
}
