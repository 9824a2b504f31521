#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/rng.h"
#include "tests/bq_calls.h"

START_TEST(q1_fifo)
{
	struct bq *q = make(3, BQ_FIFO);

	for (int round = 0; round < 7; round++) {
		push_all(q, (int[]){round, 9}, 2);
		expect(q, (int[]){round, 9}, 2);
	}
	bq_destroy(q);
}
END_TEST

START_TEST(q1_lifo)
{
	struct bq *q = make(4, BQ_LIFO);

	push_all(q, (int[]){1, 2, 3}, 3);
	expect(q, (int[]){3}, 1);
	push_all(q, (int[]){4}, 1);
	expect(q, (int[]){4, 2, 1}, 3);
	bq_destroy(q);
}
END_TEST

START_TEST(q1_priority)
{
	struct bq *q = make(8, BQ_PRIORITY);

	push_all(q, (int[]){5, 1, 4, 1, 3}, 5);
	expect(q, (int[]){1, 1, 3}, 3);
	push_all(q, (int[]){2, 9, 0}, 3);
	expect(q, (int[]){0, 2, 4, 5, 9}, 5);
	bq_destroy(q);
}
END_TEST

/* An awkward size on purpose: the number of the push has to be aligned. */
struct ranked {
	uint16_t rank;
	uint16_t number;
	uint8_t rest[7];
};

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Of the items not yet taken, the first that is least. */
static int least(const struct ranked items[], const bool taken[], int n)
{
	int best = -1;

	for (int i = 0; i < n; i++)
		if (!taken[i] && (best < 0 || items[i].rank < items[best].rank))
			best = i;
	return best;
}

START_TEST(q1_priority_with_equals_in_order_of_pushing)
{
	enum {
		N = 400
	};
	const struct bq_options options = {.capacity = N,
		.item_size = sizeof(struct ranked),
		.order = BQ_PRIORITY,
		.compare = compare_ranks};
	struct ranked items[N] = {0}, got;
	bool taken[N] = {false};
	struct rng rng;
	struct bq *q;
	int npushed = 0;

	rng_init(&rng, 3);
	ck_assert_int_eq(bq_create(&options, &q), 0);
	while (npushed < N || bq_length(q) > 0) {
		if (npushed < N && rng_below(&rng, 5) > 1) {
			items[npushed].rank = (uint16_t)rng_below(&rng, 9);
			items[npushed].number = (uint16_t)npushed;
			items[npushed].rest[6] = (uint8_t)npushed;
			ck_assert_int_eq(bq_push(q, &items[npushed], 0), 0);
			npushed++;
		} else if (bq_pop(q, &got, 0) == 0) {
			int i = least(items, taken, npushed);

			ck_assert_int_eq(got.number, i);
			ck_assert_mem_eq(&got, &items[i], sizeof(got));
			taken[i] = true;
		}
	}
	bq_destroy(q);
}
END_TEST

START_TEST(q2_full_and_empty_without_waiting_and_in_time)
{
	struct bq *q = make(1, BQ_FIFO);
	int item = 5;
	uint64_t deadline = in_ms(5);

	ck_assert_int_eq(bq_pop(q, &item, 0), -EAGAIN);
	ck_assert_int_eq(bq_pop(q, &item, deadline), -ETIMEDOUT);
	ck_assert_uint_ge(clock_now(), deadline);
	ck_assert_int_eq(item, 5);
	push_all(q, (int[]){1}, 1);
	deadline = in_ms(5);
	ck_assert_int_eq(bq_push(q, &item, 0), -EAGAIN);
	ck_assert_int_eq(bq_push(q, &item, deadline), -ETIMEDOUT);
	ck_assert_uint_ge(clock_now(), deadline);
	expect(q, (int[]){1}, 1);
	bq_destroy(q);
}
END_TEST

/* An absolute time cannot be negative; what it can be is over. */

START_TEST(q2_a_deadline_that_has_passed)
{
	struct bq *q = make(1, BQ_FIFO);
	int item = 5;

	ck_assert_int_eq(bq_pop(q, &item, 1), -ETIMEDOUT);
	ck_assert_int_eq(bq_push(q, &item, 1), 0);
	ck_assert_int_eq(bq_push(q, &item, 1), -ETIMEDOUT);
	ck_assert_int_eq(bq_join(q, 1), -ETIMEDOUT);
	ck_assert_int_eq(bq_pop(q, &item, 1), 0);
	bq_destroy(q);
}
END_TEST

START_TEST(q10_what_fails_changes_nothing)
{
	const enum bq_order orders[] = {BQ_FIFO, BQ_LIFO, BQ_PRIORITY};

	for (int i = 0; i < 3; i++) {
		struct bq *q = make(2, orders[i]);
		int item = 3;

		push_all(q, (int[]){2, 2}, 2);
		ck_assert_int_eq(bq_push(q, &item, 0), -EAGAIN);
		ck_assert_int_eq(bq_push(q, &item, in_ms(1)), -ETIMEDOUT);
		ck_assert_int_eq(bq_set_capacity(q, SIZE_MAX), -ENOMEM);
		ck_assert_int_eq(bq_set_capacity(q, 0), -EINVAL);
		ck_assert_uint_eq(state_of(q).capacity, 2);
		ck_assert_uint_eq(state_of(q).unfinished, 2);
		expect(q, (int[]){2}, 1);
		push_all(q, (int[]){2}, 1);
		expect(q, (int[]){2, 2}, 2);
		ck_assert_int_eq(bq_pop(q, &item, 0), -EAGAIN);
		bq_destroy(q);
	}
}
END_TEST

START_TEST(q12_peek_does_not_consume)
{
	const enum bq_order orders[] = {BQ_FIFO, BQ_LIFO, BQ_PRIORITY};
	const int first[] = {5, 7, 4};

	for (int i = 0; i < 3; i++) {
		struct bq *q = make(3, orders[i]);
		int item = 1;

		ck_assert_int_eq(bq_peek(q, &item), -EAGAIN);
		ck_assert_int_eq(item, 1);
		push_all(q, (int[]){5, 4, 7}, 3);
		for (int again = 0; again < 2; again++) {
			ck_assert_int_eq(bq_peek(q, &item), 0);
			ck_assert_int_eq(item, first[i]);
		}
		ck_assert_uint_eq(bq_length(q), 3);
		bq_close(q, BQ_DRAIN);
		ck_assert_int_eq(bq_peek(q, &item), 0);
		expect(q, &first[i], 1);
		bq_destroy(q);
	}
}
END_TEST

START_TEST(options_that_make_no_sense)
{
	static const struct bq_options bad[] = {
		{.capacity = 0, .item_size = 4, .order = BQ_LIFO},
		{.capacity = 4, .item_size = 0},
		{.capacity = 4, .item_size = 4, .order = BQ_PRIORITY},
		{.capacity = 4, .item_size = 4, .order = (enum bq_order)7},
	};
	static const struct bq_options large[] = {
		{.capacity = 4, .item_size = SIZE_MAX / 2},
		{.capacity = SIZE_MAX, .item_size = 2},
		{.capacity = 1,
			.item_size = SIZE_MAX,
			.order = BQ_PRIORITY,
			.compare = compare_ints},
	};
	struct bq *q = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(bq_create(&bad[i], &q), -EINVAL);
	for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++)
		ck_assert_int_eq(bq_create(&large[i], &q), -ENOMEM);
	ck_assert_ptr_null(q);
	bq_destroy(q);
}
END_TEST

START_TEST(items_of_any_size)
{
	static const size_t sizes[] = {1, 3, 8, 12, 200};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		const struct bq_options options = {
			.capacity = 2, .item_size = sizes[i]};
		unsigned char in[200], out[201];
		struct bq *q;

		ck_assert_int_eq(bq_create(&options, &q), 0);
		for (int round = 0; round < 5; round++) {
			memset(in, round + 1, sizeof(in));
			memset(out, 0xee, sizeof(out));
			ck_assert_int_eq(bq_push(q, in, 0), 0);
			ck_assert_int_eq(bq_pop(q, out, 0), 0);
			ck_assert_mem_eq(in, out, sizes[i]);
			ck_assert_int_eq(out[sizes[i]], 0xee);
		}
		bq_destroy(q);
	}
}
END_TEST

int main(void)
{
	return suite_run("bq", 60,
		(const TTest *const[]){
			q1_fifo,
			q1_lifo,
			q1_priority,
			q1_priority_with_equals_in_order_of_pushing,
			q2_full_and_empty_without_waiting_and_in_time,
			q2_a_deadline_that_has_passed,
			q10_what_fails_changes_nothing,
			q12_peek_does_not_consume,
			options_that_make_no_sense,
			items_of_any_size,
			NULL,
		});
}
