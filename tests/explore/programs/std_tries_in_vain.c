/* finds: misuse: unlocks a mutex that T[12] holds, in T[12] at */
/* says: T[12] did not get lock at STEP, and goes on all the same: use what */
/* says: only where mtx_trylock has returned thrd_success, or wait for it */
/* says: or wait for it with mtx_lock Lesson: 06-mutex */
#include <assert.h>
#include <threads.h>

static mtx_t lock;
static int votes;

static int vote(void *arg)
{
	(void)arg;
#ifdef FIXED
	mtx_lock(&lock);
#else
	mtx_trylock(&lock);
#endif
	votes++;
	mtx_unlock(&lock);
	return 0;
}

int main(void)
{
	thrd_t a, b;

	mtx_init(&lock, mtx_plain);
	thrd_create(&a, vote, NULL);
	thrd_create(&b, vote, NULL);
	thrd_join(a, NULL);
	thrd_join(b, NULL);
	assert(votes == 2);
	return 0;
}
