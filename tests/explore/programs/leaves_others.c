/* finds: deadlock: no thread can go on */
/* says: Think: met is initialised for 3 threads, but only 2 come to it: */
/* says: initialise it for 2, or let T3 come to it, too */
/* says: Lesson: 14-barrier */
#include <pthread.h>

enum {
	THREADS = 3,
	NUMBERS = 2,
};

struct part {
	int from, to;
};

static int numbers[NUMBERS] = {4, 8};
static pthread_barrier_t met;

static void *halve(void *arg)
{
	struct part *part = arg;

#ifndef FIXED
	if (part->from >= part->to)
		return NULL;
#endif
	for (int i = part->from; i < part->to; i++)
		numbers[i] /= 2;
	pthread_barrier_wait(&met);
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	struct part parts[THREADS];

	pthread_barrier_init(&met, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		parts[i].from = i;
		parts[i].to = i < NUMBERS ? i + 1 : i;
		pthread_create(&threads[i], NULL, halve, &parts[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&met);
	return 0;
}
