/* finds: .*data race on turn */
/* says: a loop at LINE waits for turn to change; a plain variable */
/* says: orders nothing, a volatile one neither: make turn _Atomic, */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#ifdef FIXED
static atomic_int turn;
#else
static int turn;
#endif
static int sum;

static void *add(void *arg)
{
	int me = *(int *)arg;

	for (int i = 0; i < 2; i++) {
		while (turn != me)
			sched_yield();
		sum++;
		turn = !me;
	}
	return NULL;
}

int main(void)
{
	static int zero, one = 1;
	pthread_t thread;

	pthread_create(&thread, NULL, add, &one);
	add(&zero);
	pthread_join(thread, NULL);
	assert(sum == 4);
	return 0;
}
