/* finds: assertion failed: assert.!mine .. steps == mine. */
/* says: under lock, the two together are not: hold it from LINE round the */
/* says: loop to LINE,? */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int steps;

static void *climb(void *arg)
{
	int mine = 0;

#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	for (int i = 0; i < 2; i++) {
#ifndef FIXED
		pthread_mutex_lock(&lock);
#endif
		assert(!mine || steps == mine);
		mine = ++steps;
#ifndef FIXED
		pthread_mutex_unlock(&lock);
#endif
	}
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, climb, NULL);
	pthread_create(&b, NULL, climb, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
