/* finds: assertion failed: assert.at_pump == 1., in T[12] at LINE */
/* says: T[12] tests busy.[01]. at STEP and T[12] tests busy.[01]. at STEP */
/* says: lock one mutex in place of what is from LINE to LINE, and unlock */
/* says: and unlock it in place of both_lock_flags.c:34 Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int at_pump;
#ifdef FIXED
static pthread_mutex_t pump = PTHREAD_MUTEX_INITIALIZER;
#else
static atomic_int busy[2];
#endif

static void take(int me)
{
#ifdef FIXED
	(void)me;
	pthread_mutex_lock(&pump);
#else
	while (busy[1 - me])
		;
	busy[me] = 1;
#endif
}

static void leave(int me)
{
#ifdef FIXED
	(void)me;
	pthread_mutex_unlock(&pump);
#else
	busy[me] = 0;
#endif
}

static void *draw(void *arg)
{
	int me = arg != NULL;

	take(me);
	at_pump++;
	assert(at_pump == 1);
	at_pump--;
	leave(me);
	return NULL;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, draw, NULL);
	pthread_create(&b, NULL, draw, &at_pump);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
