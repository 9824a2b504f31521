/* Our own ring for many: two push, two pop, each item comes out once. */
#include "lib/mpmc.h"

#include <assert.h>
#include <pthread.h>

enum {
	CAPACITY = 2
};

static struct mpmc mpmc;
static int pushed[2];

static void *push(void *arg)
{
	int i = *(int *)arg;

	pushed[i] = mpmc_push(&mpmc, (uint64_t)i + 1) == 0;
	return arg;
}

int main(void)
{
	static int zero = 0, one = 1;
	pthread_t a, b;
	uint64_t item, sum = 0, expected = 0;

	assert(mpmc_init(&mpmc, CAPACITY) == 0);
	pthread_create(&a, NULL, push, &zero);
	pthread_create(&b, NULL, push, &one);
	if (mpmc_pop(&mpmc, &item) == 0)
		sum += item;
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	while (mpmc_pop(&mpmc, &item) == 0)
		sum += item;
	for (uint64_t i = 0; i < 2; i++)
		expected += pushed[i] ? i + 1 : 0;
	assert(expected == 3 && sum == expected);
	mpmc_fini(&mpmc);
	return 0;
}
