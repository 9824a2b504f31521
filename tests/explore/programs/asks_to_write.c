/* finds: deadlock */
/* says: T2 waits at LINE for .*, which T1 has held since LINE and T2 has */
/* says: T1 holds cache.lock to read since LINE, and asks for it to write at */
/* says: unlock it first, then lock it to write, and test again */
/* says: Lesson: 13-readers-writer */
#include <pthread.h>

static struct {
	pthread_rwlock_t lock;
	int is_valid, value;
} cache = {.lock = PTHREAD_RWLOCK_INITIALIZER};

static void *look_up(void *arg)
{
	pthread_rwlock_rdlock(&cache.lock);
	if (!cache.is_valid) {
#ifdef FIXED
		pthread_rwlock_unlock(&cache.lock);
#endif
		pthread_rwlock_wrlock(&cache.lock);
		cache.value = 42;
		cache.is_valid = 1;
		pthread_rwlock_unlock(&cache.lock);
#ifdef FIXED
		return arg;
#endif
	}
	pthread_rwlock_unlock(&cache.lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, look_up, NULL);
	pthread_create(&b, NULL, look_up, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
