/* finds: livelock: reads the same again and again */
/* says: T1 goes round until is_on changes, and T1 wrote it at STEP over what */
/* says: main wrote at STEP, which nobody writes again: give is_on its first */
/* says: value before T1 is started, and not in T1 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static atomic_int is_on;

static void *serve(void *arg)
{
#ifndef FIXED
	is_on = 1;
#endif
	while (is_on)
		sched_yield();
	return arg;
}

int main(void)
{
	pthread_t server;

#ifdef FIXED
	is_on = 1;
#endif
	pthread_create(&server, NULL, serve, NULL);
	is_on = 0;
	pthread_join(server, NULL);
	return 0;
}
