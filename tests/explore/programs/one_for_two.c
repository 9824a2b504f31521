/* finds: bad memory access: uses task->number, which T[12] freed, in T[12] */
/* says: Think: main gives task to T[12] and T[12] .LINE., and each frees it: */
/* says: and each frees it: give each thread one of its own Lesson: 05-data */
#include <pthread.h>
#include <stdlib.h>

struct task {
	int number;
	long *result;
};

static void *add_up(void *arg)
{
	struct task *task = arg;
	long sum = 0;

	for (int i = 1; i <= task->number; i++)
		sum += i;
	*task->result = sum;
	free(task);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];
	long results[2];
#ifndef FIXED
	struct task *task = malloc(sizeof(*task));
#endif

	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		struct task *task = malloc(sizeof(*task));
#endif
		if (!task)
			exit(0);
		task->number = 3 + i;
		task->result = &results[i];
		pthread_create(&threads[i], NULL, add_up, task);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return results[0] != 6 || results[1] != 10;
}
