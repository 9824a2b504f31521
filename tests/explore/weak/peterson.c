/* finds: assertion failed */
/* memory: tso */
/* needs: tso */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
#define ORDER memory_order_seq_cst
#else
#define ORDER memory_order_release /* and acquire */
#endif
#define LOAD_ORDER \
	(ORDER == memory_order_release ? memory_order_acquire : ORDER)

static atomic_int wants[2], turn;
static atomic_int inside;

/* Peterson's lock, tried once: whoever would have to wait gives up. */
static int try_lock(int me)
{
	atomic_store_explicit(&wants[me], 1, ORDER);
	atomic_store_explicit(&turn, 1 - me, ORDER);
	return !atomic_load_explicit(&wants[1 - me], LOAD_ORDER) ||
	       atomic_load_explicit(&turn, LOAD_ORDER) == me;
}

static void *enter(void *arg)
{
	int me = (int)(long)arg;

	if (try_lock(me)) {
		assert(atomic_fetch_add(&inside, 1) == 0);
		atomic_fetch_sub(&inside, 1);
	}
	atomic_store_explicit(&wants[me], 0, ORDER);
	return NULL;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, enter, (void *)0);
	pthread_create(&b, NULL, enter, (void *)1);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
