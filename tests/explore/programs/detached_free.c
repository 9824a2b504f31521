/* finds: bad memory access: uses [a-z_>-]+, which main freed, in T1 at */
/* says: still uses it .LINE.: do not detach T1 .LINE., join it first, and */
/* says: join it first, and free it then Lesson: 05-data-race */
#include <pthread.h>
#include <stdlib.h>

struct future {
	pthread_mutex_t lock;
	pthread_cond_t is_there;
	int there, value;
};

static void *compute(void *arg)
{
	struct future *future = arg;

	pthread_mutex_lock(&future->lock);
	future->value = 7;
	future->there = 1;
	pthread_mutex_unlock(&future->lock);
	pthread_cond_signal(&future->is_there);
	return NULL;
}

int main(void)
{
	struct future *future = calloc(1, sizeof(*future));
	pthread_t thread;
	int value;

	if (!future)
		return 0;
	pthread_mutex_init(&future->lock, NULL);
	pthread_cond_init(&future->is_there, NULL);
	pthread_create(&thread, NULL, compute, future);
#ifndef FIXED
	pthread_detach(thread);
#endif
	pthread_mutex_lock(&future->lock);
	while (!future->there)
		pthread_cond_wait(&future->is_there, &future->lock);
	value = future->value;
	pthread_mutex_unlock(&future->lock);
#ifdef FIXED
	pthread_join(thread, NULL);
#endif
	pthread_mutex_destroy(&future->lock);
	pthread_cond_destroy(&future->is_there);
	free(future);
	return value != 7;
}
