/* finds: assertion failed: assert.get_config..->port == 8080. */
/* says: T[12] writes it at singleton.c:[0-9]+ .in get_ */
/* says: the look at singleton.c:27 is without lock: leave that one out, */
/* says: make config atomic ._Atomic., and set it last, when all that it */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct config {
	int port;
	int workers;
};

static struct config *config;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct config *get_config(void)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	if (config == NULL) {
		config = calloc(1, sizeof(struct config));
		config->port = 8080;
	}
	pthread_mutex_unlock(&lock);
#else
	if (config == NULL) {
		pthread_mutex_lock(&lock);
		if (config == NULL) {
			config = calloc(1, sizeof(struct config));
			config->port = 8080;
		}
		pthread_mutex_unlock(&lock);
	}
#endif
	return config;
}

static void *serve(void *arg)
{
	assert(get_config()->port == 8080);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, serve, NULL);
	pthread_create(&b, NULL, serve, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	free(config);
	return 0;
}
