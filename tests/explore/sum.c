/* Three threads add without a lock: what can come out? */
#include <pthread.h>
#include <stdio.h>

static int sum;

static void *add(void *arg)
{
	sum = sum + *(int *)arg;
	return NULL;
}

int main(void)
{
	static int parts[] = {1, 10, 100};
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, add, &parts[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf("%d\n", sum);
	return 0;
}
