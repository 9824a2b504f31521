/* finds: assertion failed */
/* memory: tso */
/* needs: tso */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
#define ORDER memory_order_seq_cst
#else
#define ORDER memory_order_relaxed
#endif

static atomic_int wants[2];
static atomic_int inside;

/* Each says that it wants to enter, and enters when the other does not. */
static void *enter(void *arg)
{
	long me = (long)arg;

	atomic_store_explicit(&wants[me], 1, ORDER);
	if (atomic_load_explicit(&wants[1 - me], ORDER) == 0) {
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
