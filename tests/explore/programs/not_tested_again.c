/* finds: assertion failed: assert\(loads == 1\) */
/* says: check-then-act on loaded: T1 reads it at STEP .LINE., T2 writes it */
/* says: between reading and writing lock is nobody's: test loaded again */
/* says: after not_tested_again.c:17, when lock is locked for writing, or */
/* says: lock it for writing at not_tested_again.c:14 already Lesson: 07-at */
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int loaded, loads;

static void *look_up(void *arg)
{
	pthread_rwlock_rdlock(&lock);
	if (!loaded) {
		pthread_rwlock_unlock(&lock);
		pthread_rwlock_wrlock(&lock);
#ifdef FIXED
		if (!loaded)
#endif
			loads++;
		loaded = 1;
	}
	pthread_rwlock_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, look_up, NULL);
	pthread_create(&b, NULL, look_up, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(loads == 1);
	return 0;
}
