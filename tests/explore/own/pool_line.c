/*
 * The line of jobs of our own pool: one puts more than a segment holds, two
 * take what they see. Each job is taken once, in order.
 */
#include "lib/pool_impl.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>

enum {
	NITEMS = 3,
	NTAKERS = 2
};

static struct pool_line line;
static int taken[NTAKERS][NITEMS + 1];

static int nothing(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	(void)failure;
	return 0;
}

static void take_what_is_there(int taken_here[])
{
	uint64_t tail = pool_line_tail(&line);
	struct pool_item item;
	uintptr_t last = 0;

	while (pool_line_take(&line, tail, &item)) {
		uintptr_t number = (uintptr_t)item.arg;

		assert(item.fn == nothing);
		assert(number > last && number <= NITEMS);
		taken_here[number]++;
		last = number;
	}
}

static void *take(void *arg)
{
	take_what_is_there(arg);
	return NULL;
}

static void put_all(void)
{
	for (uintptr_t i = 1; i <= NITEMS; i++) {
		struct pool_item item = {.fn = nothing, .arg = (void *)i};

		assert(pool_line_put(&line, &item) == 0);
	}
}

int main(void)
{
	pthread_t takers[NTAKERS];
	int rest[NITEMS + 1] = {0};

	assert(pool_line_init(&line) == 0);
	for (int i = 0; i < NTAKERS; i++)
		pthread_create(&takers[i], NULL, take, taken[i]);
	put_all();
	for (int i = 0; i < NTAKERS; i++)
		pthread_join(takers[i], NULL);
	take_what_is_there(rest);
	for (int i = 1; i <= NITEMS; i++)
		assert(taken[0][i] + taken[1][i] + rest[i] == 1);
	pool_line_fini(&line);
	return 0;
}
