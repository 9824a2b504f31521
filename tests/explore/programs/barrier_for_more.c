/* finds: deadlock */
/* says: T1 waits at LINE for others to arrive at meeting .2 of 3 are there. */
/* says: 5x T1 arrives at meeting .1 of 3., waits [0-9]+: .* T2 begins 7x T2 */
/* says: arrives at meeting .2 of 3., waits [0-9]+: */
/* says: Think: meeting is initialised for 3 threads, but only 2 come to it: */
/* says: initialise it for 2 Lesson: 14-barrier */
#include <pthread.h>

#ifdef FIXED
#define COME 2
#else
#define COME 3
#endif

static pthread_barrier_t meeting;

static void *come(void *arg)
{
	pthread_barrier_wait(&meeting);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_barrier_init(&meeting, NULL, COME);
	pthread_create(&a, NULL, come, NULL);
	pthread_create(&b, NULL, come, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
