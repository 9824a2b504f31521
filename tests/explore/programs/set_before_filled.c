/* finds: assertion failed: assert.total == 30., in T[12] at LINE */
/* says: no lock protects ready on both paths: the look at LINE is without */
/* says: without filling: leave that one out, and look under filling only, or */
/* says: or make ready atomic ._Atomic., and set it last, when all that it */
/* says: Lesson: 06-mutex */
/* omits: too */
#include <assert.h>
#include <pthread.h>
#ifdef FIXED
#include <stdatomic.h>

static atomic_int ready;
#else
static int ready;
#endif
static pthread_mutex_t filling = PTHREAD_MUTEX_INITIALIZER;
static int litres[2];

static void fill(void)
{
	if (!ready) {
		pthread_mutex_lock(&filling);
		if (!ready) {
#ifndef FIXED
			ready = 1;
#endif
			litres[0] = 10;
			litres[1] = 20;
#ifdef FIXED
			ready = 1;
#endif
		}
		pthread_mutex_unlock(&filling);
	}
}

static void *drink(void *arg)
{
	int total;

	fill();
	total = litres[0] + litres[1];
	assert(total == 30);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, drink, NULL);
	pthread_create(&b, NULL, drink, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
