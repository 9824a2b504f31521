/* finds: .*data race on want */
/* says: a loop at LINE waits for want and turn to change; plain variables */
/* says: order nothing, volatile ones neither: make want and turn _Atomic, */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* Peterson's algorithm is right where each store and load comes in its turn. */
#ifdef FIXED
static atomic_int want[2], turn;
#else
static int want[2], turn;
#endif
static int inside;

static void *enter(void *arg)
{
	int me = *(int *)arg;

	want[me] = 1;
	turn = !me;
	while (want[!me] && turn == !me)
		sched_yield();
	inside++;
	assert(inside == 1);
	inside--;
	want[me] = 0;
	return NULL;
}

int main(void)
{
	static int zero, one = 1;
	pthread_t thread;

	pthread_create(&thread, NULL, enter, &one);
	enter(&zero);
	pthread_join(thread, NULL);
	return 0;
}
