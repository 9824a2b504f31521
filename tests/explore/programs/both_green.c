/* finds: invariant broken: !\(north&&east\), in (main|T1) at both_green.c */
/* with: --invariant !(north&&east) */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int north, east; /* lights; neither way sees the other */

static void *turn(void *light)
{
	atomic_store((atomic_int *)light, 1);
	atomic_store((atomic_int *)light, 0);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, turn, &north);
#ifdef FIXED
	pthread_join(thread, NULL);
	turn(&east);
#else
	turn(&east);
	pthread_join(thread, NULL);
#endif
	return 0;
}
