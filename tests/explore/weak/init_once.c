/* finds: data race */
/* memory: c11 */
/* needs: sc */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Double-checked initialisation: the first look takes no lock. */
#ifdef FIXED
#define STORE memory_order_release
#define LOAD memory_order_acquire
#else
#define STORE memory_order_relaxed
#define LOAD memory_order_relaxed
#endif

struct config {
	int limit;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct config *) config;

static struct config *config_get(void)
{
	struct config *c = atomic_load_explicit(&config, LOAD);

	if (c)
		return c;
	pthread_mutex_lock(&lock);
	c = atomic_load_explicit(&config, memory_order_relaxed);
	if (!c) {
		c = malloc(sizeof(*c));
		c->limit = 10;
		atomic_store_explicit(&config, c, STORE);
	}
	pthread_mutex_unlock(&lock);
	return c;
}

static void *use(void *arg)
{
	assert(config_get()->limit == 10);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, use, NULL);
	pthread_create(&b, NULL, use, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	free(config_get());
	return 0;
}
