/* finds: misuse: unlocks a mutex that nobody holds */
/* says: T[12] has unlocked lock at unlock_twice.c:13 already .STEP., and has */
/* says: since: on that way, unlock it in one of the two places only, or lock */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stock = 1;

static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
	if (stock == 0) {
		pthread_mutex_unlock(&lock);
#ifdef FIXED
		return arg;
#endif
	} else {
		stock--;
	}
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, take, NULL);
	take(NULL);
	pthread_join(thread, NULL);
	return 0;
}
