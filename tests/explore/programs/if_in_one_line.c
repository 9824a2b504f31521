/* finds: assertion failed: assert\(ready\) */
/* says: T1 tests ready at LINE .STEP. before it waits.* use while instead */
#include <assert.h>
#include <pthread.h>

#ifdef FIXED
#define IF while
#else
#define IF if
#endif
#define WAIT() pthread_cond_wait(&changed, &lock)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *wait(void *arg)
{
	pthread_mutex_lock(&lock);
	/* clang-format off */
	{ IF (!ready) WAIT(); } assert(ready);
	/* clang-format on */
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, wait, NULL);
	pthread_mutex_lock(&lock);
	ready = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return 0;
}
