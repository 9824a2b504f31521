/* finds: assertion failed */
/* says: no lock protects counter: hold one lock at LINE, or make it atomic */
/* says: lost update on counter: T[12] .*._Atomic. Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>

static int counter;

#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#define LOCK() pthread_mutex_lock(&lock)
#define UNLOCK() pthread_mutex_unlock(&lock)
#else
#define LOCK() ((void)0)
#define UNLOCK() ((void)0)
#endif

static void *count(void *arg)
{
	LOCK();
	counter++;
	UNLOCK();
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, count, NULL);
	pthread_create(&b, NULL, count, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(counter == 2);
	return 0;
}
