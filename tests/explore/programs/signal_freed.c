/* finds: bad memory access: uses .*, which main freed, in T1 */
/* says: main freed it at LINE */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct request {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
};

static void *serve(void *arg)
{
	struct request *request = arg;

	pthread_mutex_lock(&request->lock);
	request->done = true;
#ifdef FIXED
	pthread_cond_signal(&request->changed);
	pthread_mutex_unlock(&request->lock);
#else
	pthread_mutex_unlock(&request->lock);
	pthread_cond_signal(&request->changed);
#endif
	return NULL;
}

int main(void)
{
	struct request *request = malloc(sizeof(*request));
	pthread_t thread;

	pthread_mutex_init(&request->lock, NULL);
	pthread_cond_init(&request->changed, NULL);
	request->done = false;
	pthread_create(&thread, NULL, serve, request);
	pthread_mutex_lock(&request->lock);
	while (!request->done)
		pthread_cond_wait(&request->changed, &request->lock);
	pthread_mutex_unlock(&request->lock);
	pthread_cond_destroy(&request->changed);
	pthread_mutex_destroy(&request->lock);
	free(request);
	pthread_join(thread, NULL);
	return 0;
}
