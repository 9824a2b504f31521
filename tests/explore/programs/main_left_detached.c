/* notes: ended early: main returns while T1, which is detached, still runs */
/* says: that ends every thread: do not detach it, but join it first */
/* says: with --strict that is a failure */
#include <pthread.h>
#include <stdio.h>

static void *save(void *text)
{
	printf("saved %s\n", (char *)text);
	return NULL;
}

int main(void)
{
	static char game[] = "game";
	pthread_t thread;

	pthread_create(&thread, NULL, save, game);
#ifdef FIXED
	pthread_join(thread, NULL);
#else
	pthread_detach(thread);
#endif
	return 0;
}
