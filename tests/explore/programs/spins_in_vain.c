/* finds: misuse: unlocks a mutex that T[12] holds, in T[12] at */
/* says: where pthread_spin_trylock has returned 0, or wait for it with */
/* says: for it with pthread_spin_lock */
#include <assert.h>
#include <pthread.h>

static pthread_spinlock_t lock;
static int hits;

static void *count(void *arg)
{
#ifdef FIXED
	pthread_spin_lock(&lock);
#else
	pthread_spin_trylock(&lock);
#endif
	hits++;
	pthread_spin_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
	pthread_create(&a, NULL, count, NULL);
	pthread_create(&b, NULL, count, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(hits == 2);
	return 0;
}
