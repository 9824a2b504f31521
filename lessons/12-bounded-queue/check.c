/*
 * Two producers and two consumers; and a queue that is closed while consumers
 * sleep and an item is in it, or while a producer sleeps.
 */
#include "queue.h"

#include "lesson.h"

#include <pthread.h>

enum {
	NITEMS = 2
};

static int got[2];

static void *producer(void *item)
{
	EXPECT(queue_push(*(int *)item), "an open queue took no item");
	return NULL;
}

static void *consumer(void *item)
{
	EXPECT(queue_pop(item), "a queue said that it is closed, and is not");
	return NULL;
}

static void many(void)
{
	static int items[NITEMS] = {1, 2};
	pthread_t threads[2 * NITEMS];

	for (int i = 0; i < NITEMS; i++) {
		pthread_create(&threads[i], NULL, consumer, &got[i]);
		pthread_create(&threads[i + NITEMS], NULL, producer, &items[i]);
	}
	for (int i = 0; i < 2 * NITEMS; i++)
		pthread_join(threads[i], NULL);
	EXPECT(got[0] && got[1], "an item was taken, and nobody had put it "
				 "there");
	EXPECT(got[0] != got[1], "two consumers took the same item");
	EXPECT_EQUAL(got[0] + got[1], 3, "the sum of the items 1 and 2");
}

static void *last_consumer(void *taken)
{
	int item;

	while (queue_pop(&item))
		++*(int *)taken;
	return NULL;
}

static void *last_producer(void *unused)
{
	EXPECT(queue_push(1), "an open queue took no item");
	queue_close();
	EXPECT(!queue_push(2), "a closed queue took an item");
	return unused;
}

static void *closer(void *unused)
{
	queue_close();
	return unused;
}

/* Two consumers, and what the third thread does. Returns what was taken. */
static int sleepers(void *(*third)(void *))
{
	int taken[2] = {0, 0};
	pthread_t threads[3];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, last_consumer, &taken[i]);
	pthread_create(&threads[2], NULL, third, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return taken[0] + taken[1];
}

static void *late_producer(void *unused)
{
	EXPECT(!queue_push(2), "a full queue that was closed took an item");
	return unused;
}

/* Nobody takes anything: only closing can wake who waits for room. */
static void full(void)
{
	pthread_t thread;

	EXPECT(queue_push(1), "an open queue took no item");
	pthread_create(&thread, NULL, late_producer, NULL);
	queue_close();
	pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	int ntaken;

	(void)argc;
	if (argv[1][0] == 'm') {
		many();
		return 0;
	}
	if (argv[1][0] == 'f') {
		full();
		return 0;
	}
	if (argv[1][0] == 'e') {
		EXPECT(sleepers(closer) == 0, "an item came out of nothing");
		return 0;
	}
	ntaken = sleepers(last_producer);
	EXPECT(ntaken > 0, "an item was lost when the queue was closed");
	EXPECT(ntaken == 1, "one item was taken twice");
	return 0;
}
