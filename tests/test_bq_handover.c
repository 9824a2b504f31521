/* A queue of capacity 0: items go from hand to hand. */
#include <stdatomic.h>
#include <stdint.h>

#include "tests/bq_calls.h"

enum {
	NSIDES = 3,
	EACH = 3000
};

START_TEST(q11_a_push_needs_a_pop_that_waits)
{
	struct bq *q = make(0, BQ_FIFO);
	struct call pops[2];
	int item = 1;

	ck_assert_int_eq(bq_push(q, &item, 0), -EAGAIN);
	ck_assert_int_eq(bq_push(q, &item, in_ms(5)), -ETIMEDOUT);
	ck_assert_int_eq(bq_pop(q, &item, 0), -EAGAIN);
	ck_assert_int_eq(bq_pop(q, &item, in_ms(5)), -ETIMEDOUT);
	ck_assert_int_eq(bq_push(q, &item, 0), -EAGAIN);
	begin(&pops[0], q, pop_once);
	begin(&pops[1], q, pop_once);
	await_asleep(q, 0, 2);
	ck_assert_int_eq(bq_push(q, &item, 0), 0);
	item = 2;
	ck_assert_int_eq(bq_push(q, &item, 0), 0);
	ck_assert_int_eq(end(&pops[0]), 0);
	ck_assert_int_eq(end(&pops[1]), 0);
	ck_assert_int_eq(pops[0].item + pops[1].item, 3);
	ck_assert_int_eq(bq_push(q, &item, 0), -EAGAIN);
	bq_destroy(q);
}
END_TEST

START_TEST(q11_a_pop_lets_go_on_who_waits_to_push)
{
	struct bq *q = make(0, BQ_FIFO);
	struct call pushes[2] = {{.item = 1}, {.item = 2}};
	int item, sum = 0;

	begin(&pushes[0], q, push_once);
	begin(&pushes[1], q, push_once);
	await_asleep(q, 2, 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(bq_pop(q, &item, CLOCK_NEVER), 0);
		sum += item;
	}
	ck_assert_int_eq(end(&pushes[0]), 0);
	ck_assert_int_eq(end(&pushes[1]), 0);
	ck_assert_int_eq(sum, 3);
	bq_destroy(q);
}
END_TEST

START_TEST(q11_closing_wakes_both_sides)
{
	struct bq *q = make(0, BQ_FIFO);
	struct call push = {.item = 1}, pop;

	begin(&push, q, push_once);
	await_asleep(q, 1, 0);
	bq_close(q, BQ_DRAIN);
	ck_assert_int_eq(end(&push), -EPIPE);
	bq_destroy(q);
	q = make(0, BQ_FIFO);
	begin(&pop, q, pop_once);
	await_asleep(q, 0, 1);
	bq_close(q, BQ_DRAIN);
	ck_assert_int_eq(end(&pop), -EPIPE);
	ck_assert_int_eq(bq_set_capacity(q, 3), -EINVAL);
	bq_destroy(q);
}
END_TEST

struct side {
	pthread_t thread;
	struct bq *q;
	atomic_int *times;
	int first;
};

static void *hand_over(void *arg)
{
	struct side *me = arg;

	for (int i = 0; i < EACH; i++) {
		int item = me->first + i;

		while (bq_push(me->q, &item, i % 3 ? CLOCK_NEVER : in_ms(1)))
			continue;
	}
	return NULL;
}

static void *take_over(void *arg)
{
	struct side *me = arg;
	int item, error;

	while ((error = bq_pop(me->q, &item, in_ms(1))) != -EPIPE)
		if (!error)
			atomic_fetch_add(&me->times[item], 1);
	return NULL;
}

START_TEST(q11_each_item_once_whoever_gives_up)
{
	static atomic_int times[NSIDES * EACH];
	struct bq *q = make(0, BQ_FIFO);
	struct side sides[2 * NSIDES];

	for (int i = 0; i < 2 * NSIDES; i++) {
		sides[i] = (struct side){
			.q = q, .times = times, .first = i / 2 * EACH};
		pthread_create(&sides[i].thread, NULL,
			i % 2 ? hand_over : take_over, &sides[i]);
	}
	for (int i = 1; i < 2 * NSIDES; i += 2)
		pthread_join(sides[i].thread, NULL);
	bq_close(q, BQ_DRAIN);
	for (int i = 0; i < 2 * NSIDES; i += 2)
		pthread_join(sides[i].thread, NULL);
	for (int i = 0; i < NSIDES * EACH; i++)
		ck_assert_int_eq(times[i], 1);
	bq_destroy(q);
}
END_TEST

int main(void)
{
	return suite_run("bq_handover", 60,
		(const TTest *const[]){
			q11_a_push_needs_a_pop_that_waits,
			q11_a_pop_lets_go_on_who_waits_to_push,
			q11_closing_wakes_both_sides,
			q11_each_item_once_whoever_gives_up,
			NULL,
		});
}
