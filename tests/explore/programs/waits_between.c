/* finds: assertion failed: assert\(count == 2\), in main at waits_between.c */
/* says: waits at waits_between.c:20 between the two, so no lock can be held */
/* says: over both: read count again after that, and change it in one step, */
/* says: or under a lock Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_barrier_t both_there;
static atomic_int count;

static void *add(void *arg)
{
#ifdef FIXED
	pthread_barrier_wait(&both_there);
	count++;
#else
	int n = count;

	pthread_barrier_wait(&both_there);
	count = n + 1;
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_barrier_init(&both_there, NULL, 2);
	pthread_create(&a, NULL, add, NULL);
	pthread_create(&b, NULL, add, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(count == 2);
	return 0;
}
