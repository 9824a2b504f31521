/* finds: deadlock */
/* says: T1 waits at LINE for others to arrive at meeting .2 of 3 are there. */
/* says: It fails in every order */
/* says: Think: meeting opens for 3, 2 are there, and nobody else comes */
/* says: Lesson: 14-barrier */
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
