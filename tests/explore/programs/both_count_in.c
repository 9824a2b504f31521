/* finds: (assertion failed: assert.crossed == 2|hang: no visible) */
/* says: T[12] tests at_gate.[01]. at STEP and T[12] tests at_gate.[01]. at */
/* says: each before the other sets it .steps [0-9]+ and [0-9]+., and so both */
/* says: lock one mutex in place of what is from LINE to LINE, and unlock */
/* omits: make at_gate _Atomic|; and so */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static int crossed;
#ifdef FIXED
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
#else
static bool at_gate[2]; /* plain: a compiler may read it once, for ever */
#endif

static void *cross(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&gate);
	crossed++;
	pthread_mutex_unlock(&gate);
#else
	int side = arg != NULL;

	while (at_gate[!side])
		;
	at_gate[side] = true;
	crossed++;
	at_gate[side] = false;
#endif
	return NULL;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, cross, NULL);
	pthread_create(&b, NULL, cross, &crossed);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(crossed == 2);
	return 0;
}
