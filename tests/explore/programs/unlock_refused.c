/* finds: misuse: unlocks a mutex that T[12] holds, in T[12] */
/* says: T[12] did not get lock at STEP, and goes on all the same: use what */
/* says: and unlock it, only where pthread_mutex_trylock has returned 0 */
/* says: 0, or wait for it with pthread_mutex_lock */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;

static void *work(void *arg)
{
	if (pthread_mutex_trylock(&lock) == 0) {
		n++;
#ifdef FIXED
		pthread_mutex_unlock(&lock);
#endif
	}
#ifndef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, work, NULL);
	pthread_create(&b, NULL, work, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return n == 0;
}
