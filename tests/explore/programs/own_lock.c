/* finds: (assertion failed|data race on) */
/* says: a loop at LINE waits for taken to change, and two threads can */
/* says: leave it before one sets it: use a mutex, or make it _Atomic, and */
/* says: loop on atomic_exchange, which looks and sets in one step */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#ifdef FIXED
static atomic_int taken;
#else
static int taken;
#endif
static int sum;

static void *add(void *arg)
{
#ifdef FIXED
	while (atomic_exchange(&taken, 1))
		;
#else
	while (taken)
		sched_yield();
	taken = 1;
#endif
	sum++;
	taken = 0;
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, add, NULL);
	pthread_create(&b, NULL, add, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(sum == 2);
	return 0;
}
