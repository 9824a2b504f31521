/* finds: data race on square */
/* says: main reads square .early_print.c:25., and does not wait until T1 has */
/* says: written it .early_print.c:12.: join T1 before that .the join at */
/* says: early_print.c:28 comes too late. Lesson: 05-data-race */
#include <pthread.h>
#include <stdio.h>

static int square;

static void *compute(void *arg)
{
	square = *(int *)arg * *(int *)arg;
	return NULL;
}

int main(void)
{
	pthread_t thread;
	int side = 6;

	pthread_create(&thread, NULL, compute, &side);
#ifdef FIXED
	pthread_join(thread, NULL);
#endif
	printf("%d\n", square);

#ifndef FIXED
	pthread_join(thread, NULL);
#endif
	return 0;
}
