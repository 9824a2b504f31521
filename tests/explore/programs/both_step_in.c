/* finds: assertion failed: assert.inside == 1., in T[12] at LINE */
/* says: T[12] tests (up|down) at STEP and T[12] tests (up|down) at STEP */
/* says: each before the other sets it .steps [0-9]+ and [0-9]+., and so both */
/* says: lock one mutex in place of what is from LINE to LINE, and unlock */
/* says: in place of LINE; and so from LINE to LINE, and unlock it in place */
/* says: Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int up, down, inside;

static void climb(void)
{
	atomic_fetch_add(&inside, 1);
	assert(inside == 1);
	atomic_fetch_sub(&inside, 1);
}

#ifdef FIXED
static pthread_mutex_t ladder = PTHREAD_MUTEX_INITIALIZER;
#endif

static void *go_up(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&ladder);
#else
	while (down)
		;
	up = 1;
#endif
	climb();
#ifdef FIXED
	pthread_mutex_unlock(&ladder);
#else
	up = 0;
#endif
	return arg;
}

static void *go_down(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&ladder);
#else
	while (up)
		;
	down = 1;
#endif
	climb();
#ifdef FIXED
	pthread_mutex_unlock(&ladder);
#else
	down = 0;
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, go_up, NULL);
	pthread_create(&b, NULL, go_down, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return up + down;
}
