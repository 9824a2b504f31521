/*
 * Our own queue: one pushes so many items, more than fit, and closes; so many
 * threads pop. Each item comes out once, in order, and everybody comes back.
 */
#include "lib/bq.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum {
	CAPACITY = 1,
	MOST_POPPERS = 2
};

static struct bq *queue;
static int nitems;
static int sums[MOST_POPPERS];

static void *push(void *arg)
{
	for (int i = 1; i <= nitems; i++)
		assert(bq_push(queue, &i, CLOCK_NEVER) == 0);
	bq_close(queue, BQ_DRAIN);
	return arg;
}

static void *pop(void *arg)
{
	int *sum = arg, item, last = 0;

	while (bq_pop(queue, &item, CLOCK_NEVER) == 0) {
		assert(item > last);
		*sum += last = item;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const struct bq_options options = {
		.capacity = CAPACITY, .item_size = sizeof(int)};
	int npoppers = argc > 1 ? atoi(argv[1]) : 1, sum = 0;
	pthread_t pusher, poppers[MOST_POPPERS];

	nitems = argc > 2 ? atoi(argv[2]) : 2;
	assert(bq_create(&options, &queue) == 0);
	pthread_create(&pusher, NULL, push, NULL);
	for (int i = 0; i < npoppers; i++)
		pthread_create(&poppers[i], NULL, pop, &sums[i]);
	pthread_join(pusher, NULL);
	for (int i = 0; i < npoppers; i++) {
		pthread_join(poppers[i], NULL);
		sum += sums[i];
	}
	assert(sum == nitems * (nitems + 1) / 2);
	bq_destroy(queue);
	return 0;
}
