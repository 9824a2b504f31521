/* notes: memory leak: 4 bytes are never freed, at leak.c:10 */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *latest;

static void *publish(void *arg)
{
	int *mine = malloc(sizeof(*mine));

	*mine = 1;
	pthread_mutex_lock(&lock);
#ifdef FIXED
	free(latest);
#endif
	latest = mine;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, publish, NULL);
	publish(NULL);
	pthread_join(thread, NULL);
	return 0;
}
