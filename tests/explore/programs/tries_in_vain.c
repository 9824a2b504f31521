/* finds: misuse: unlocks a mutex that T[12] holds, in T[12] at */
/* says: T[12] did not get lock at STEP, and goes on all the same: use what */
/* says: it protects, and unlock it, only where pthread_mutex_trylock has */
/* says: has returned 0, or wait for it with pthread_mutex_lock */
/* says: Lesson: 06-mutex */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int hits;

static void *count(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#else
	pthread_mutex_trylock(&lock);
#endif
	hits++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, count, NULL);
	pthread_create(&b, NULL, count, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(hits == 2);
	return 0;
}
