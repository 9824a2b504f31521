/* finds: assertion failed */
/* says: check-then-act on busy */
/* says: each access is atomic, the two together are not */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int busy;
static int inside; /* under the flag, it is hoped */

static void *enter(void *arg)
{
#ifdef FIXED
	if (atomic_exchange(&busy, 1) == 0) {
#else
	if (atomic_load(&busy) == 0) {
		atomic_store(&busy, 1);
#endif
		inside++;
		assert(inside == 1);
		inside--;
		atomic_store(&busy, 0);
	}
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, enter, NULL);
	pthread_create(&b, NULL, enter, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
