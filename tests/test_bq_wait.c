/* Who waits in a bq, and what wakes them: edge cases Q2 to Q7. */
#include "tests/bq_calls.h"

START_TEST(q2_a_push_waits_for_room)
{
	struct bq *q = make(2, BQ_FIFO);
	struct call call = {.item = 3};

	push_all(q, (int[]){1, 2}, 2);
	begin(&call, q, push_once);
	await_asleep(q, 1, 0);
	ck_assert_uint_eq(bq_length(q), 2);
	expect(q, (int[]){1}, 1);
	ck_assert_int_eq(end(&call), 0);
	expect(q, (int[]){2, 3}, 2);
	bq_destroy(q);
}
END_TEST

START_TEST(q2_a_pop_waits_for_an_item)
{
	struct bq *q = make(2, BQ_FIFO);
	struct call call = {.item = 0};

	begin(&call, q, pop_once);
	await_asleep(q, 0, 1);
	push_all(q, (int[]){7}, 1);
	ck_assert_int_eq(end(&call), 0);
	ck_assert_int_eq(call.item, 7);
	bq_destroy(q);
}
END_TEST

START_TEST(q3_one_item_wakes_one)
{
	struct bq *q = make(8, BQ_FIFO);
	struct call calls[4];
	int sum = 0;

	for (int i = 0; i < 4; i++)
		begin(&calls[i], q, pop_once);
	await_asleep(q, 0, 4);
	for (int i = 1; i <= 4; i++) {
		push_all(q, &i, 1);
		await_asleep(q, 0, (unsigned)(4 - i));
		ck_assert_uint_eq(bq_length(q), 0);
	}
	/* 10 were all woken each time; a system may wake one for no reason. */
	ck_assert_uint_le(state_of(q).nwakeups, 4 + 1);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(end(&calls[i]), 0);
		sum += calls[i].item;
	}
	ck_assert_int_eq(sum, 1 + 2 + 3 + 4);
	bq_destroy(q);
}
END_TEST

START_TEST(q3_several_items_at_once_wake_as_many)
{
	struct bq *q = make(8, BQ_FIFO);
	struct call calls[4];

	for (int i = 0; i < 4; i++)
		begin(&calls[i], q, pop_once);
	await_asleep(q, 0, 4);
	push_all(q, (int[]){1, 2, 3}, 3);
	await_asleep(q, 0, 1);
	push_all(q, (int[]){4}, 1);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(end(&calls[i]), 0);
	bq_destroy(q);
}
END_TEST

START_TEST(q3_room_for_one_wakes_one)
{
	struct bq *q = make(1, BQ_FIFO);
	struct call calls[3];
	int item;

	push_all(q, (int[]){0}, 1);
	for (int i = 0; i < 3; i++) {
		calls[i].item = i + 1;
		begin(&calls[i], q, push_once);
	}
	await_asleep(q, 3, 0);
	for (unsigned left = 3; left > 0; left--) {
		ck_assert_int_eq(bq_pop(q, &item, 0), 0);
		await_asleep(q, left - 1, 0);
		ck_assert_uint_eq(bq_length(q), 1);
	}
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(end(&calls[i]), 0);
	bq_destroy(q);
}
END_TEST

START_TEST(q3_a_queue_that_has_shrunk_is_still_full)
{
	struct bq *q = make(4, BQ_FIFO);
	struct call call = {.item = 5};
	int item = 9;

	push_all(q, (int[]){1, 2, 3, 4}, 4);
	ck_assert_int_eq(bq_set_capacity(q, 2), 0);
	ck_assert_uint_eq(state_of(q).capacity, 2);
	ck_assert_uint_eq(bq_length(q), 4);
	begin(&call, q, push_once);
	await_asleep(q, 1, 0);
	expect(q, (int[]){1, 2}, 2);
	ck_assert_int_eq(bq_push(q, &item, 0), -EAGAIN);
	await_asleep(q, 1, 0);
	expect(q, (int[]){3}, 1);
	ck_assert_int_eq(end(&call), 0);
	expect(q, (int[]){4, 5}, 2);
	bq_destroy(q);
}
END_TEST

START_TEST(q3_more_capacity_lets_those_in_who_wait)
{
	struct bq *q = make(3, BQ_FIFO);
	struct call calls[2] = {{.item = 6}, {.item = 6}};

	push_all(q, (int[]){1, 2, 3}, 3);
	expect(q, (int[]){1, 2}, 2);
	push_all(q, (int[]){4, 5}, 2);
	begin(&calls[0], q, push_once);
	begin(&calls[1], q, push_once);
	await_asleep(q, 2, 0);
	ck_assert_int_eq(bq_set_capacity(q, 7), 0);
	ck_assert_int_eq(end(&calls[0]), 0);
	ck_assert_int_eq(end(&calls[1]), 0);
	expect(q, (int[]){3, 4, 5, 6, 6}, 5);
	bq_destroy(q);
}
END_TEST

START_TEST(q4_join_waits_for_every_task)
{
	struct bq *q = make(4, BQ_FIFO);
	struct call call;

	push_all(q, (int[]){1, 2}, 2);
	ck_assert_int_eq(bq_join(q, 0), -EAGAIN);
	ck_assert_int_eq(bq_join(q, in_ms(2)), -ETIMEDOUT);
	begin(&call, q, join_once);
	expect(q, (int[]){1, 2}, 2);
	ck_assert_int_eq(bq_task_done(q), 0);
	ck_assert_int_eq(bq_join(q, 0), -EAGAIN);
	ck_assert_int_eq(bq_task_done(q), 0);
	ck_assert_int_eq(end(&call), 0);
	ck_assert_int_eq(bq_join(q, CLOCK_NEVER), 0);
	ck_assert_int_eq(bq_join(q, 0), 0);
	bq_destroy(q);
}
END_TEST

START_TEST(q4_join_of_an_empty_queue_returns)
{
	struct bq *q = make(4, BQ_FIFO);

	ck_assert_int_eq(bq_join(q, CLOCK_NEVER), 0);
	bq_destroy(q);
}
END_TEST

START_TEST(q4_done_too_often)
{
	struct bq *q = make(4, BQ_FIFO);

	ck_assert_int_eq(bq_task_done(q), -EINVAL);
	push_all(q, (int[]){1, 2}, 2);
	ck_assert_int_eq(bq_task_done(q), -EINVAL);
	expect(q, (int[]){1}, 1);
	ck_assert_int_eq(bq_task_done(q), 0);
	ck_assert_int_eq(bq_task_done(q), -EINVAL);
	ck_assert_uint_eq(state_of(q).unfinished, 1);
	bq_destroy(q);
}
END_TEST

START_TEST(q5_draining_refuses_pushes_and_hands_out_the_rest)
{
	struct bq *q = make(2, BQ_FIFO);
	struct call call = {.item = 3};
	int item = 9;

	push_all(q, (int[]){1, 2}, 2);
	begin(&call, q, push_once);
	await_asleep(q, 1, 0);
	bq_close(q, BQ_DRAIN);
	ck_assert_int_eq(end(&call), -EPIPE);
	ck_assert_int_eq(bq_push(q, &item, CLOCK_NEVER), -EPIPE);
	ck_assert_int_eq(bq_push(q, &item, 0), -EPIPE);
	expect(q, (int[]){1, 2}, 2);
	ck_assert_int_eq(bq_push(q, &item, 0), -EPIPE);
	ck_assert_int_eq(bq_pop(q, &item, CLOCK_NEVER), -EPIPE);
	ck_assert_int_eq(bq_pop(q, &item, 0), -EPIPE);
	ck_assert_int_eq(bq_peek(q, &item), -EPIPE);
	ck_assert_int_eq(item, 9);
	bq_destroy(q);
}
END_TEST

START_TEST(q5_closing_wakes_those_who_wait_for_an_item)
{
	const enum bq_close ways[] = {BQ_DRAIN, BQ_DISCARD};

	for (int way = 0; way < 2; way++) {
		struct bq *q = make(2, BQ_FIFO);
		struct call calls[3];

		for (int i = 0; i < 3; i++)
			begin(&calls[i], q, pop_once);
		await_asleep(q, 0, 3);
		bq_close(q, ways[way]);
		for (int i = 0; i < 3; i++)
			ck_assert_int_eq(end(&calls[i]), -EPIPE);
		bq_destroy(q);
	}
}
END_TEST

START_TEST(q6_discarding_counts_as_done_and_releases_join)
{
	struct bq *q = make(2, BQ_FIFO);
	struct call push = {.item = 3}, join;
	int item;

	push_all(q, (int[]){1, 2}, 2);
	begin(&join, q, join_once);
	begin(&push, q, push_once);
	await_asleep(q, 1, 0);
	bq_close(q, BQ_DISCARD);
	ck_assert_int_eq(end(&push), -EPIPE);
	ck_assert_int_eq(end(&join), 0);
	ck_assert_int_eq(bq_pop(q, &item, CLOCK_NEVER), -EPIPE);
	ck_assert_uint_eq(state_of(q).unfinished, 0);
	ck_assert_int_eq(bq_task_done(q), -EINVAL);
	bq_destroy(q);
}
END_TEST

START_TEST(q6_join_still_waits_for_an_item_being_processed)
{
	struct bq *q = make(2, BQ_LIFO);
	struct call join;

	push_all(q, (int[]){1, 2}, 2);
	expect(q, (int[]){2}, 1);
	begin(&join, q, join_once);
	bq_close(q, BQ_DISCARD);
	ck_assert_int_eq(bq_join(q, in_ms(2)), -ETIMEDOUT);
	ck_assert_int_eq(bq_task_done(q), 0);
	ck_assert_int_eq(end(&join), 0);
	bq_destroy(q);
}
END_TEST

START_TEST(q7_closing_again_and_harder)
{
	struct bq *q = make(4, BQ_PRIORITY);
	int item;

	push_all(q, (int[]){3, 1, 2}, 3);
	bq_close(q, BQ_DRAIN);
	bq_close(q, BQ_DRAIN);
	expect(q, (int[]){1}, 1);
	bq_close(q, BQ_DISCARD);
	ck_assert_int_eq(bq_pop(q, &item, 0), -EPIPE);
	ck_assert_uint_eq(state_of(q).unfinished, 1);
	bq_close(q, BQ_DISCARD);
	bq_close(q, BQ_DRAIN);
	ck_assert_int_eq(bq_pop(q, &item, CLOCK_NEVER), -EPIPE);
	ck_assert(state_of(q).closed);
	ck_assert_uint_eq(state_of(q).unfinished, 1);
	bq_destroy(q);
}
END_TEST

int main(void)
{
	return suite_run("bq_wait", 60,
		(const TTest *const[]){
			q2_a_push_waits_for_room,
			q2_a_pop_waits_for_an_item,
			q3_one_item_wakes_one,
			q3_several_items_at_once_wake_as_many,
			q3_room_for_one_wakes_one,
			q3_a_queue_that_has_shrunk_is_still_full,
			q3_more_capacity_lets_those_in_who_wait,
			q4_join_waits_for_every_task,
			q4_join_of_an_empty_queue_returns,
			q4_done_too_often,
			q5_draining_refuses_pushes_and_hands_out_the_rest,
			q5_closing_wakes_those_who_wait_for_an_item,
			q6_discarding_counts_as_done_and_releases_join,
			q6_join_still_waits_for_an_item_being_processed,
			q7_closing_again_and_harder,
			NULL,
		});
}
