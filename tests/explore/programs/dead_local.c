/* finds: dead local variable: uses number of start.., which returned at step */
/* says: returned at step 2, in T1 at dead_local.c */
/* says: number ends with start.., and T1 has its address */
/* says: since main started it at LINE: join T1 before start.. returns */
/* says: Lesson: 05-data-race */
#include <pthread.h>

static void *use(void *number)
{
	*(int *)number += 1;
	return NULL;
}

static pthread_t start(void)
{
#ifdef FIXED
	static int number = 7;
#else
	int number = 7;
#endif
	pthread_t thread;

	pthread_create(&thread, NULL, use, &number);
	return thread;
}

int main(void)
{
	pthread_t thread = start();

	pthread_join(thread, NULL);
	return 0;
}
