/*
 * Two people fill in a form each, and whoever hands in the second one checks
 * that both are filled in. Let the check fail.
 */
/* title: two counters that do not agree */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int filled_in, handed_in;

static void *clerk(void *arg)
{
#ifdef FIXED
	filled_in++;
#else
	filled_in = filled_in + 1;
#endif
	if (++handed_in == 2)
		assert(filled_in == 2);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, clerk, NULL);
	pthread_create(&b, NULL, clerk, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 2 2 2 2 1 1 1 */
