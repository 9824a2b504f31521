/* finds: (assertion failed: assert.taken == 1.|bad memory access: uses) */
/* says: STEP uses stack.-1., in front of stack, which has 8 elements */
#include <assert.h>
#include <pthread.h>

static int stack[8]; /* nothing of ours lies in front of it */
static int n;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	if (n == 0)
		*(int *)arg = 1;
	else
#endif
		*(int *)arg = stack[--n];
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	int taken = 0;

	pthread_create(&thread, NULL, take, &taken);
	pthread_mutex_lock(&lock);
	stack[n++] = 1;
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	assert(taken == 1);
	return 0;
}
