/* finds: deadlock */
/* says: gun is initialised for 2 threads, and 3 come to it: */
/* says: initialise it for 3, if all of them are to meet */
/* says: Lesson: 14-barrier */
#include <pthread.h>
#include <stdio.h>

#define RUNNERS 2

static pthread_barrier_t gun;
static int ran[RUNNERS];

static void *run(void *arg)
{
	pthread_barrier_wait(&gun);
	*(int *)arg = 1;
	return NULL;
}

int main(void)
{
	pthread_t threads[RUNNERS];

#ifndef FIXED
	pthread_barrier_init(&gun, NULL, RUNNERS);
#else
	pthread_barrier_init(&gun, NULL, RUNNERS + 1);
#endif
	for (int i = 0; i < RUNNERS; i++)
		pthread_create(&threads[i], NULL, run, &ran[i]);
	pthread_barrier_wait(&gun); /* the starter */
	for (int i = 0; i < RUNNERS; i++)
		pthread_join(threads[i], NULL);
	printf("%d\n", ran[0] + ran[1]);
	return 0;
}
