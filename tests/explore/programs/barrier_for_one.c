/* finds: data race on half.1. */
/* says: T1 reads half.1. .LINE., and does not wait until T2 has written it */
/* says: .LINE.: meeting is initialised for 1, but 2 threads come to it, so */
/* says: it does not wait for all of them: initialise it for 2 */
#include <pthread.h>
#include <stdio.h>

#ifdef FIXED
#define MEET 2
#else
#define MEET 1
#endif

static pthread_barrier_t meeting;
static int half[2], total;

static void *work(void *arg)
{
	int *mine = arg;

	*mine = 1 + (mine == &half[1]);
	pthread_barrier_wait(&meeting);
	if (mine == &half[0])
		total = half[0] + half[1];
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	pthread_barrier_init(&meeting, NULL, MEET);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, &half[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	printf("%d\n", total);
	return 0;
}
