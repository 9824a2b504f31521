#include "lib/task_queue.h"

#include <pthread.h>

#include "tests/green.h"

static struct task_queue *q;

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void open_queue(size_t capacity, enum bq_order order)
{
	const struct bq_options options = {.capacity = capacity,
		.item_size = sizeof(int),
		.order = order,
		.compare = by_value};

	must_zero(task_queue_create(tasks, "q", &options, &q));
}

static int put(int item, uint64_t deadline_ns)
{
	return task_queue_put(q, &item, deadline_ns);
}

/* The item, or what failed. */
static int get(uint64_t deadline_ns)
{
	int item = 0, status = task_queue_get(q, &item, deadline_ns);

	return status < 0 ? status : item;
}

static void note_number(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d ", n);
	note(text);
}

BODY(in_three_orders)
{
	static const int items[] = {3, 1, 2};

	UNUSED_BODY_ARGS;
	for (int order = BQ_FIFO; order <= BQ_PRIORITY; order++) {
		open_queue(3, (enum bq_order)order);
		for (int i = 0; i < 3; i++)
			must_zero(put(items[i], 0));
		for (int i = 0; i < 3; i++)
			note_number(get(0));
		task_queue_destroy(q);
	}
	return 0;
}

START_TEST(q1_fifo_lifo_priority)
{
	ck_assert_int_eq(green_run(in_three_orders, NULL), 0);
	ck_assert_str_eq(events, "3 1 2 2 1 3 1 2 3 ");
}
END_TEST

BODY(put_three)
{
	UNUSED_BODY_ARGS;
	for (int i = 1; i <= 3; i++) {
		must_zero(put(i, CLOCK_NEVER));
		note("put ");
	}
	return 0;
}

BODY(get_slowly)
{
	struct task *putter;

	UNUSED_BODY_ARGS;
	open_queue(1, BQ_FIFO);
	must(get(0) == -EAGAIN && get(5) == -ETIMEDOUT);
	putter = green_spawn("p", put_three, NULL);
	must_zero(task_sleep(1));
	must(put(9, 0) == -EAGAIN && put(9, green_now() + 3) == -ETIMEDOUT);
	for (int i = 1; i <= 3; i++) {
		note_number(get(CLOCK_NEVER));
		must_zero(task_sleep(1));
	}
	green_join(putter);
	task_queue_destroy(q);
	return 0;
}

START_TEST(q2_a_bounded_put_waits_for_a_get)
{
	ck_assert_int_eq(green_run(get_slowly, NULL), 0);
	ck_assert_str_eq(events, "put 1 put 2 put 3 ");
}
END_TEST

BODY(get_one)
{
	UNUSED_BODY_ARGS;
	note_number(get(CLOCK_NEVER));
	return 0;
}

BODY(serve_in_order)
{
	struct task *all[3];

	UNUSED_BODY_ARGS;
	open_queue(2, BQ_FIFO);
	for (int i = 0; i < 3; i++)
		all[i] = green_spawn("g", get_one, NULL);
	must_zero(task_yield());
	must_zero(put(1, 0));
	must_zero(put(2, 0));
	must(get(0) == -EAGAIN); /* they have gone to those who waited */
	must_zero(put(3, 0));
	for (int i = 0; i < 3; i++)
		green_join(all[i]);
	must_zero(put(1, 0));
	must_zero(put(2, 0));
	must_zero(task_queue_set_capacity(q, 1));
	must(put(3, 0) == -EAGAIN && task_queue_length(q) == 2);
	must(get(0) == 1 && put(3, 0) == -EAGAIN);
	must_zero(task_queue_set_capacity(q, 3));
	must_zero(put(3, 0));
	task_queue_destroy(q);
	return 0;
}

START_TEST(q3_one_for_one_in_the_order_of_waiting)
{
	ck_assert_int_eq(green_run(serve_in_order, NULL), 0);
	ck_assert_str_eq(events, "1 2 3 ");
}
END_TEST

BODY(join_queue)
{
	UNUSED_BODY_ARGS;
	must_zero(task_queue_join(q, CLOCK_NEVER));
	note("joined ");
	return 0;
}

BODY(work_and_join)
{
	struct task *joiner;

	UNUSED_BODY_ARGS;
	open_queue(5, BQ_FIFO);
	must_zero(task_queue_join(q, 0)); /* empty */
	must(task_queue_task_done(q) == -EINVAL);
	must_zero(put(1, 0));
	must_zero(put(2, 0));
	must(task_queue_join(q, 0) == -EAGAIN);
	joiner = green_spawn("j", join_queue, NULL);
	for (int i = 1; i <= 2; i++) {
		must(get(0) == i);
		must_zero(task_sleep(1));
		note("done ");
		must_zero(task_queue_task_done(q));
	}
	green_join(joiner);
	must_zero(task_queue_join(q, 0));
	must(task_queue_task_done(q) == -EINVAL);
	task_queue_destroy(q);
	return 0;
}

START_TEST(q4_join_waits_for_task_done_of_every_put)
{
	ck_assert_int_eq(green_run(work_and_join, NULL), 0);
	ck_assert_str_eq(events, "done done joined ");
}
END_TEST

BODY(put_blocked)
{
	UNUSED_BODY_ARGS;
	note(put(7, CLOCK_NEVER) == -EPIPE ? "refused " : "in ");
	return 0;
}

BODY(close_gracefully)
{
	struct task *putter, *getter;

	UNUSED_BODY_ARGS;
	open_queue(1, BQ_FIFO);
	must_zero(put(1, 0));
	putter = green_spawn("p", put_blocked, NULL);
	must_zero(task_yield());
	must_zero(task_queue_close(q, BQ_DRAIN));
	must_zero(task_queue_close(q, BQ_DRAIN));
	green_join(putter);
	must(put(2, 0) == -EPIPE);
	must(get(0) == 1 && get(0) == -EPIPE && get(CLOCK_NEVER) == -EPIPE);
	task_queue_destroy(q);
	open_queue(1, BQ_FIFO);
	getter = green_spawn("g", get_one, NULL);
	must_zero(task_yield());
	must_zero(task_queue_close(q, BQ_DRAIN));
	green_join(getter);
	task_queue_destroy(q);
	return 0;
}

START_TEST(q5_a_closed_queue_drains_and_wakes_all_who_wait)
{
	ck_assert_int_eq(green_run(close_gracefully, NULL), 0);
	ck_assert_str_eq(events, "refused -32 ");
}
END_TEST

BODY(close_at_once)
{
	struct task *joiner;

	UNUSED_BODY_ARGS;
	open_queue(5, BQ_FIFO);
	for (int i = 0; i < 3; i++)
		must_zero(put(i, 0));
	must(get(0) == 0);
	joiner = green_spawn("j", join_queue, NULL);
	must_zero(task_yield());
	must_zero(task_queue_close(q, BQ_DRAIN));
	must_zero(task_queue_close(q, BQ_DISCARD)); /* Q7 */
	must_zero(task_sleep(1));
	must(task_state(joiner) == TASK_WAITING); /* one is in progress */
	must_zero(task_queue_task_done(q));
	green_join(joiner);
	must(get(0) == -EPIPE);
	task_queue_destroy(q);
	return 0;
}

START_TEST(q6_q7_discarded_items_are_done)
{
	ck_assert_int_eq(green_run(close_at_once, NULL), 0);
}
END_TEST

BODY(put_notes)
{
	UNUSED_BODY_ARGS;
	must_zero(put(5, CLOCK_NEVER));
	note("taken ");
	return 0;
}

BODY(meet)
{
	struct task *putter, *getter;

	UNUSED_BODY_ARGS;
	open_queue(0, BQ_FIFO);
	must(put(1, 0) == -EAGAIN); /* nobody waits */
	getter = green_spawn("g", get_one, NULL);
	must_zero(task_yield());
	must_zero(put(1, 0));
	green_join(getter);
	putter = green_spawn("p", put_notes, NULL);
	must_zero(task_sleep(3));
	note("| ");
	must(get(0) == 5);
	green_join(putter);
	task_queue_destroy(q);
	return 0;
}

START_TEST(q11_without_a_place_it_is_a_rendezvous)
{
	ck_assert_int_eq(green_run(meet, NULL), 0);
	ck_assert_str_eq(events, "1 | taken ");
}
END_TEST

BODY(peek_twice)
{
	int item = 0;

	UNUSED_BODY_ARGS;
	open_queue(2, BQ_FIFO);
	must(task_queue_peek(q, &item) == -EAGAIN);
	must_zero(put(4, 0));
	must_zero(task_queue_peek(q, &item));
	must_zero(task_queue_peek(q, &item));
	must(item == 4 && get(0) == 4);
	must_zero(task_queue_close(q, BQ_DRAIN));
	must(task_queue_peek(q, &item) == -EPIPE);
	task_queue_destroy(q);
	return 0;
}

START_TEST(q12_peek_does_not_consume)
{
	ck_assert_int_eq(green_run(peek_twice, NULL), 0);
}
END_TEST

BODY(get_then_wait)
{
	int item;

	UNUSED_BODY_ARGS;
	item = get(CLOCK_NEVER);
	note_number(item);
	return item < 0 ? item : task_sleep(1);
}

/* Handed over and then cancelled: the item is not lost. */
BODY(cancel_getters)
{
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	open_queue(2, BQ_FIFO);
	a = green_spawn("a", get_then_wait, NULL);
	b = green_spawn("b", get_then_wait, NULL);
	must_zero(task_yield());
	task_cancel(a);
	must_zero(put(1, 0));
	task_cancel(b);
	must_zero(task_join(a, CLOCK_NEVER));
	must_zero(task_join(b, CLOCK_NEVER));
	must(task_queue_length(q) == 0);
	task_unref(a);
	task_unref(b);
	task_queue_destroy(q);
	return 0;
}

START_TEST(a_cancel_loses_no_item)
{
	ck_assert_int_eq(green_run(cancel_getters, NULL), 0);
	ck_assert_str_eq(events, "-125 1 ");
}
END_TEST

static int from_thread[4];

static void *use_from_thread(void *arg)
{
	(void)arg;
	from_thread[0] = put(1, CLOCK_NEVER);
	from_thread[1] = get(CLOCK_NEVER);
	from_thread[2] = task_queue_close(q, BQ_DRAIN);
	from_thread[3] = task_queue_join(q, CLOCK_NEVER);
	return NULL;
}

BODY(let_a_thread_try)
{
	pthread_t thread;

	UNUSED_BODY_ARGS;
	open_queue(2, BQ_FIFO);
	must_zero(pthread_create(&thread, NULL, use_from_thread, NULL));
	must_zero(pthread_join(thread, NULL));
	task_queue_destroy(q);
	return 0;
}

START_TEST(h14_queues_are_refused_to_other_threads)
{
	ck_assert_int_eq(green_run(let_a_thread_try, NULL), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(from_thread[i], -EPERM);
}
END_TEST

int main(void)
{
	return suite_run("task_queue", 30,
		(const TTest *const[]){
			q1_fifo_lifo_priority,
			q2_a_bounded_put_waits_for_a_get,
			q3_one_for_one_in_the_order_of_waiting,
			q4_join_waits_for_task_done_of_every_put,
			q5_a_closed_queue_drains_and_wakes_all_who_wait,
			q6_q7_discarded_items_are_done,
			q11_without_a_place_it_is_a_rendezvous,
			q12_peek_does_not_consume,
			a_cancel_loses_no_item,
			h14_queues_are_refused_to_other_threads,
			NULL,
		});
}
