/* finds: assertion failed: assert\(count == 2\) */
/* says: no lock protects count: one side holds locks\[[01]\], the other */
/* says: holds locks\[[01]\], each for a part, and count is for all: give it */
/* says: one lock of its own, held at LINE, or make it atomic \(_Atomic\) */
/* says: Lesson: 06-mutex */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
typedef atomic_int number;
#else
typedef int number;
#endif

static pthread_mutex_t locks[2] = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int parts[2];
static number count;

static void *put(void *arg)
{
	int *part = arg;
	pthread_mutex_t *lock = &locks[part - parts];

	pthread_mutex_lock(lock);
	*part = 1;
	count++;
	pthread_mutex_unlock(lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, put, &parts[0]);
	pthread_create(&b, NULL, put, &parts[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(count == 2);
	return 0;
}
