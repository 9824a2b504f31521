#include "lib/mpmc.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "lib/sync.h"
#include "tests/suite.h"

enum {
	NSIDES = 3,
	EACH = 10000,
	NITEMS = NSIDES * EACH
};

START_TEST(a_capacity_that_is_no_power_of_2)
{
	struct mpmc mpmc;

	ck_assert_int_eq(mpmc_init(&mpmc, 0), -EINVAL);
	ck_assert_int_eq(mpmc_init(&mpmc, 1), -EINVAL);
	ck_assert_int_eq(mpmc_init(&mpmc, 12), -EINVAL);
	ck_assert_int_eq(mpmc_init(&mpmc, 2), 0);
	mpmc_fini(&mpmc);
}
END_TEST

START_TEST(q1_fifo_full_and_empty)
{
	struct mpmc mpmc;
	uint64_t item = 7;

	ck_assert_int_eq(mpmc_init(&mpmc, 4), 0);
	for (uint64_t round = 0; round < 5; round++) {
		ck_assert_int_eq(mpmc_pop(&mpmc, &item), -EAGAIN);
		for (uint64_t i = 0; i < 4; i++)
			ck_assert_int_eq(mpmc_push(&mpmc, i), 0);
		ck_assert_int_eq(mpmc_push(&mpmc, 9), -EAGAIN);
		for (uint64_t i = 0; i < 4; i++) {
			ck_assert_int_eq(mpmc_pop(&mpmc, &item), 0);
			ck_assert_uint_eq(item, i);
		}
	}
	mpmc_fini(&mpmc);
}
END_TEST

struct flow {
	struct mpmc mpmc;
	struct barrier gate;
	atomic_int ntaken, ndisorder;
	unsigned char times[NITEMS]; /* taken; plain: the ring keeps order */
};

struct side {
	struct flow *flow;
	pthread_t thread;
	unsigned number;
};

static void *produce(void *arg)
{
	struct side *me = arg;

	barrier_wait(&me->flow->gate);
	for (uint64_t i = 0; i < EACH; i++)
		while (mpmc_push(&me->flow->mpmc, me->number * EACH + i))
			sched_yield();
	return NULL;
}

static void *consume(void *arg)
{
	struct side *me = arg;
	struct flow *flow = me->flow;
	uint64_t item, next[NSIDES] = {0};

	barrier_wait(&flow->gate);
	while (atomic_load(&flow->ntaken) < NITEMS) {
		if (mpmc_pop(&flow->mpmc, &item)) {
			sched_yield();
			continue;
		}
		atomic_fetch_add(&flow->ntaken, 1);
		flow->times[item]++;
		if (item % EACH < next[item / EACH])
			atomic_fetch_add(&flow->ndisorder, 1);
		next[item / EACH] = item % EACH + 1;
	}
	return NULL;
}

static void run_flow(size_t capacity)
{
	static struct flow flow;
	struct side sides[2 * NSIDES];

	memset(&flow, 0, sizeof(flow));
	ck_assert_int_eq(mpmc_init(&flow.mpmc, capacity), 0);
	barrier_init(&flow.gate, 2 * NSIDES);
	for (unsigned i = 0; i < 2 * NSIDES; i++) {
		sides[i] = (struct side){.flow = &flow, .number = i / 2};
		pthread_create(&sides[i].thread, NULL,
			i % 2 ? produce : consume, &sides[i]);
	}
	for (unsigned i = 0; i < 2 * NSIDES; i++)
		pthread_join(sides[i].thread, NULL);
	for (int i = 0; i < NITEMS; i++)
		ck_assert_uint_eq(flow.times[i], 1);
	ck_assert_int_eq(flow.ndisorder, 0);
	barrier_fini(&flow.gate);
	mpmc_fini(&flow.mpmc);
}

START_TEST(w4_each_item_once_and_in_order_of_its_producer)
{
	run_flow(2);
	run_flow(256);
}
END_TEST

int main(void)
{
	return suite_run("mpmc", 60,
		(const TTest *const[]){
			a_capacity_that_is_no_power_of_2,
			q1_fifo_full_and_empty,
			w4_each_item_once_and_in_order_of_its_producer,
			NULL,
		});
}
