/* finds: misuse: unlocks a rwlock that it does not hold, in T[12] at */
/* says: T[12] did not get lock at STEP, and goes on all the same: use what */
/* says: where pthread_rwlock_trywrlock has returned 0, or wait for it with */
/* says: for it with pthread_rwlock_wrlock Lesson: */
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int hits;

static void *count(void *arg)
{
#ifdef FIXED
	pthread_rwlock_wrlock(&lock);
#else
	pthread_rwlock_trywrlock(&lock);
#endif
	hits++;
	pthread_rwlock_unlock(&lock);
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
