/* notes: ended early: main returns while T1 still runs */
/* says: join them first \(05-data-race\); with --strict that is a failure */
#include <pthread.h>

static int done;

static void *work(void *arg)
{
	done = 1;
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
#ifdef FIXED
	pthread_join(thread, NULL);
#endif
	return 0;
}
