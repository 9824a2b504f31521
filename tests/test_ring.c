#include "lib/ring.h"

#include <pthread.h>
#include <sched.h>

#include "lib/sync.h"
#include "tests/suite.h"

enum {
	NITEMS = 50000
};

START_TEST(a_capacity_that_is_no_power_of_2)
{
	struct ring ring;

	ck_assert_int_eq(ring_init(&ring, 0), -EINVAL);
	ck_assert_int_eq(ring_init(&ring, 3), -EINVAL);
	ck_assert_int_eq(ring_init(&ring, 1), 0);
	ring_fini(&ring);
}
END_TEST

static void fill_and_empty(struct ring *ring, uint64_t first, uint64_t n)
{
	uint64_t item = 0;

	for (uint64_t i = 0; i < n; i++)
		ck_assert_int_eq(ring_push(ring, first + i), 0);
	ck_assert_uint_eq(ring_length(ring), n);
	for (uint64_t i = 0; i < n; i++) {
		ck_assert_int_eq(ring_pop(ring, &item), 0);
		ck_assert_uint_eq(item, first + i);
	}
}

START_TEST(q1_fifo_round_and_round)
{
	struct ring ring;
	uint64_t item = 7;

	ck_assert_int_eq(ring_init(&ring, 4), 0);
	for (uint64_t round = 0; round < 10; round++)
		fill_and_empty(&ring, round * 3, 3);
	ck_assert_int_eq(ring_pop(&ring, &item), -EAGAIN);
	ck_assert_uint_eq(item, 7);
	for (uint64_t i = 0; i < 4; i++)
		ck_assert_int_eq(ring_push(&ring, i), 0);
	ck_assert_int_eq(ring_push(&ring, 4), -EAGAIN);
	ck_assert_uint_eq(ring_length(&ring), 4);
	ring_fini(&ring);
}
END_TEST

struct flow {
	struct ring ring;
	struct barrier gate;
	uint64_t *payload; /* plain memory that an item is an index of */
};

static void *produce(void *arg)
{
	struct flow *flow = arg;

	barrier_wait(&flow->gate);
	for (uint64_t i = 0; i < NITEMS; i++) {
		flow->payload[i] = i * i;
		while (ring_push(&flow->ring, i))
			sched_yield();
	}
	return NULL;
}

static void run_flow(size_t capacity)
{
	struct flow flow = {.payload = calloc(NITEMS, sizeof(uint64_t))};
	uint64_t item = 0, nwrong = 0;
	pthread_t producer;

	ck_assert_int_eq(ring_init(&flow.ring, capacity), 0);
	barrier_init(&flow.gate, 2);
	pthread_create(&producer, NULL, produce, &flow);
	barrier_wait(&flow.gate);
	for (uint64_t i = 0; i < NITEMS; i++) {
		while (ring_pop(&flow.ring, &item))
			sched_yield();
		nwrong += item != i || flow.payload[item] != i * i;
	}
	pthread_join(producer, NULL);
	ck_assert_uint_eq(nwrong, 0);
	barrier_fini(&flow.gate);
	ring_fini(&flow.ring);
	free(flow.payload);
}

START_TEST(what_was_written_before_is_seen_behind)
{
	run_flow(1);
	run_flow(64);
}
END_TEST

int main(void)
{
	return suite_run("ring", 60,
		(const TTest *const[]){
			a_capacity_that_is_no_power_of_2,
			q1_fifo_round_and_round,
			what_was_written_before_is_seen_behind,
			NULL,
		});
}
