/* finds: crash: bad memory access at address 0x0 */
/* says: reads config at STEP, and nobody has set it by then: let it wait */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static int *_Atomic config;
#ifdef FIXED
static pthread_once_t once = PTHREAD_ONCE_INIT;
#else
static atomic_flag is_started = ATOMIC_FLAG_INIT;
#endif

static void make(void)
{
	int *made = calloc(1, sizeof(*made));

	atomic_store(&config, made);
}

static void *use(void *arg)
{
#ifdef FIXED
	pthread_once(&once, make);
#else
	if (!atomic_flag_test_and_set(&is_started))
		make();
#endif
	return *atomic_load(&config) ? NULL : arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, use, NULL);
	pthread_create(&b, NULL, use, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	free(config);
	return 0;
}
