/* finds: data race on sum */
/* says: a sleep orders nothing: use sum after the join .sleeps.c:28., which */
/* says: does, or hold one lock at LINE and at LINE */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int sum;

static void *add(void *arg)
{
	for (int i = 1; i <= 4; i++)
		sum += i;
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, add, NULL);
#ifdef FIXED
	pthread_join(thread, NULL);
	printf("%d\n", sum);
#else
	sleep(1);
	printf("%d\n", sum);
	pthread_join(thread, NULL);
#endif
	return 0;
}
