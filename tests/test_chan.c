#include "lib/chan.h"

#include <pthread.h>

#include "tests/green.h"

static struct chan *chan, *other;

static struct chan *open_chan(size_t capacity)
{
	struct chan *result = NULL;

	must_zero(chan_create(tasks, "c", sizeof(int), capacity, &result));
	return result;
}

static int send(struct chan *to, int item, uint64_t deadline_ns)
{
	return chan_send(to, &item, deadline_ns);
}

/* The item, or what failed. */
static int receive(struct chan *from, uint64_t deadline_ns)
{
	int item = 0, status = chan_receive(from, &item, deadline_ns);

	return status < 0 ? status : item;
}

static void note_number(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d ", n);
	note(text);
}

BODY(receive_and_note)
{
	UNUSED_BODY_ARGS;
	note_number(receive(chan, CLOCK_NEVER));
	return 0;
}

BODY(send_what_arg_says)
{
	int status = send(chan, *(int *)arg, CLOCK_NEVER);

	UNUSED_BODY_ARGS;
	note(status == 0 ? "sent " : "refused ");
	return status == -EPIPE ? 0 : status;
}

BODY(q11_main)
{
	struct task *receiver;

	UNUSED_BODY_ARGS;
	chan = open_chan(0);
	must(send(chan, 1, 0) == -EAGAIN);
	must(receive(chan, 0) == -EAGAIN);
	receiver = green_spawn("receiver", receive_and_note, NULL);
	must_zero(task_yield());
	must(chan_nwaiting(chan) == 1);
	must_zero(send(chan, 2, 0));
	must(send(chan, 3, 0) == -EAGAIN);
	must(chan_length(chan) == 0);
	green_join(receiver);
	chan_destroy(chan);
	return 0;
}

START_TEST(q11_a_meeting_needs_both)
{
	ck_assert_int_eq(green_run(q11_main, NULL), 0);
	ck_assert_str_eq(events, "2 ");
}
END_TEST

BODY(q11_send_first)
{
	int item = 5;
	struct task *sender;

	UNUSED_BODY_ARGS;
	chan = open_chan(0);
	sender = green_spawn("sender", send_what_arg_says, &item);
	must_zero(task_yield());
	note("main ");
	note_number(receive(chan, 0));
	green_join(sender);
	chan_destroy(chan);
	return 0;
}

START_TEST(q11_a_send_waits_until_it_is_received)
{
	ck_assert_int_eq(green_run(q11_send_first, NULL), 0);
	ck_assert_str_eq(events, "main 5 sent ");
}
END_TEST

BODY(q2_main)
{
	static int items[] = {3, 4};
	struct task *senders[2];

	UNUSED_BODY_ARGS;
	chan = open_chan(2);
	must_zero(send(chan, 1, 0));
	must_zero(send(chan, 2, 0));
	must(send(chan, 9, 0) == -EAGAIN);
	must(send(chan, 9, green_now() + 5) == -ETIMEDOUT);
	must(green_now() == 5);
	for (int i = 0; i < 2; i++)
		senders[i] = green_spawn(
			"sender", send_what_arg_says, &items[i]);
	must_zero(task_yield());
	for (int i = 0; i < 4; i++)
		note_number(receive(chan, 0));
	must(receive(chan, 0) == -EAGAIN);
	must(receive(chan, green_now() + 5) == -ETIMEDOUT);
	for (int i = 0; i < 2; i++)
		green_join(senders[i]);
	must(chan_nwaiting(chan) == 0);
	chan_destroy(chan);
	return 0;
}

START_TEST(q2_a_full_one_makes_senders_wait_in_order)
{
	ck_assert_int_eq(green_run(q2_main, NULL), 0);
	ck_assert_str_eq(events, "1 2 3 4 sent sent ");
}
END_TEST

BODY(q3_main)
{
	struct task *receivers[3];

	UNUSED_BODY_ARGS;
	chan = open_chan(1);
	for (int i = 0; i < 3; i++)
		receivers[i] = green_spawn("r", receive_and_note, NULL);
	must_zero(task_yield());
	must_zero(send(chan, 1, 0));
	must_zero(task_yield());
	note("| ");
	must_zero(send(chan, 2, 0));
	must_zero(send(chan, 3, 0));
	for (int i = 0; i < 3; i++)
		green_join(receivers[i]);
	chan_destroy(chan);
	return 0;
}

START_TEST(q3_one_item_wakes_one)
{
	ck_assert_int_eq(green_run(q3_main, NULL), 0);
	ck_assert_str_eq(events, "1 | 2 3 ");
}
END_TEST

BODY(q5_main)
{
	int item = 3;
	struct task *sender, *receiver;

	UNUSED_BODY_ARGS;
	chan = open_chan(2);
	must_zero(send(chan, 1, 0));
	must_zero(send(chan, 2, 0));
	sender = green_spawn("sender", send_what_arg_says, &item);
	must_zero(task_yield());
	must_zero(chan_close(chan));
	must(chan_close(chan) == -EPIPE);
	must(send(chan, 4, CLOCK_NEVER) == -EPIPE);
	note_number(receive(chan, CLOCK_NEVER));
	note_number(receive(chan, CLOCK_NEVER));
	must(receive(chan, CLOCK_NEVER) == -EPIPE);
	green_join(sender);
	chan_destroy(chan);
	chan = open_chan(0);
	receiver = green_spawn("receiver", receive_and_note, NULL);
	must_zero(task_yield());
	must_zero(chan_close(chan));
	green_join(receiver);
	chan_destroy(chan);
	return 0;
}

START_TEST(q5_a_closed_one_is_emptied_and_then_says_so)
{
	char expected[64];

	ck_assert_int_eq(green_run(q5_main, NULL), 0);
	snprintf(expected, sizeof(expected), "1 2 refused %d ", -EPIPE);
	ck_assert_str_eq(events, expected);
}
END_TEST

/* --- select --- */

static int choose(int *got, int *given, uint64_t deadline_ns)
{
	struct chan_case cases[] = {
		{.chan = chan, .way = CHAN_RECEIVE, .item = got},
		{.chan = NULL, .way = CHAN_RECEIVE, .item = got},
		{.chan = other, .way = CHAN_SEND, .item = given},
	};
	int which = chan_select(cases, 3, deadline_ns);

	must(which < 0 || cases[which].status == 0);
	return which;
}

BODY(choose_and_note)
{
	int got = -1, given = 70;
	int which = choose(&got, &given, CLOCK_NEVER);

	UNUSED_BODY_ARGS;
	note_number(which);
	note_number(got);
	return which < 0 ? which : 0;
}

BODY(select_main)
{
	struct task *chooser;

	UNUSED_BODY_ARGS;
	chan = open_chan(0);
	other = open_chan(0);
	chooser = green_spawn("chooser", choose_and_note, NULL);
	must_zero(task_yield());
	must(chan_nwaiting(chan) == 1 && chan_nwaiting(other) == 1);
	must_zero(send(chan, 7, 0));
	must(chan_nwaiting(chan) == 0 && chan_nwaiting(other) == 0);
	must(receive(other, 0) == -EAGAIN);
	green_join(chooser);
	chooser = green_spawn("chooser", choose_and_note, NULL);
	must_zero(task_yield());
	must(receive(other, 0) == 70);
	must(send(chan, 8, 0) == -EAGAIN);
	green_join(chooser);
	chan_destroy(chan);
	chan_destroy(other);
	return 0;
}

START_TEST(a_select_does_exactly_one)
{
	ck_assert_int_eq(green_run(select_main, NULL), 0);
	ck_assert_str_eq(events, "0 7 2 -1 ");
}
END_TEST

BODY(in_turn_main)
{
	int got, given = 1, nchosen[3] = {0};

	UNUSED_BODY_ARGS;
	chan = open_chan(1);
	other = open_chan(100);
	for (int i = 0; i < 90; i++) {
		send(chan, i, 0);
		nchosen[choose(&got, &given, 0)]++;
	}
	must(nchosen[0] >= 20 && nchosen[2] >= 20);
	chan_destroy(chan);
	chan_destroy(other);
	return 0;
}

START_TEST(a_select_passes_over_none_for_ever)
{
	ck_assert_int_eq(green_run(in_turn_main, NULL), 0);
}
END_TEST

BODY(nothing_main)
{
	int got, given = 1;

	UNUSED_BODY_ARGS;
	chan = open_chan(0);
	other = open_chan(0);
	must(choose(&got, &given, 0) == -EAGAIN);
	must(choose(&got, &given, green_now() + 9) == -ETIMEDOUT);
	must(green_now() == 9);
	must(chan_nwaiting(chan) == 0 && chan_nwaiting(other) == 0);
	must(chan_select(NULL, 0, green_now() + 1) == -ETIMEDOUT);
	chan_destroy(chan);
	chan_destroy(other);
	return 0;
}

START_TEST(a_select_may_give_up)
{
	ck_assert_int_eq(green_run(nothing_main, NULL), 0);
}
END_TEST

BODY(closed_main)
{
	int got = 0;
	struct chan_case cases[] = {
		{.way = CHAN_RECEIVE, .item = &got},
		{.way = CHAN_SEND, .item = &got},
	};

	UNUSED_BODY_ARGS;
	cases[0].chan = chan = open_chan(0);
	cases[1].chan = other = open_chan(0);
	must_zero(chan_close(other));
	must(chan_select(cases, 2, CLOCK_NEVER) == 1);
	must(cases[1].status == -EPIPE);
	chan_destroy(chan);
	chan_destroy(other);
	return 0;
}

START_TEST(a_closed_channel_is_a_choice)
{
	ck_assert_int_eq(green_run(closed_main, NULL), 0);
}
END_TEST

/* Cancelled before it has run on: the item goes to the next that waits. */
BODY(cancel_main)
{
	struct task *first, *second;
	int item;

	UNUSED_BODY_ARGS;
	chan = open_chan(0);
	first = green_spawn("first", receive_and_note, NULL);
	second = green_spawn("second", receive_and_note, NULL);
	must_zero(task_yield());
	task_cancel(first);
	must_zero(send(chan, 6, 0));
	must(chan_send(chan, &(int){7}, 0) == -EAGAIN);
	green_join(first);
	green_join(second);
	must(chan_receive(chan, &item, 0) == -EAGAIN);
	chan_destroy(chan);
	return 0;
}

START_TEST(who_was_cancelled_takes_no_item_with_it)
{
	char expected[64];

	ck_assert_int_eq(green_run(cancel_main, NULL), 0);
	snprintf(expected, sizeof(expected), "%d 6 ", -ECANCELED);
	ck_assert_str_eq(events, expected);
}
END_TEST

BODY(deadlock_main)
{
	UNUSED_BODY_ARGS;
	chan = open_chan(0);
	note_number(receive(chan, CLOCK_NEVER));
	must(chan_nwaiting(chan) == 0);
	chan_destroy(chan);
	return 0;
}

START_TEST(h10_who_would_wait_for_ever_is_told)
{
	char expected[64];

	ck_assert_int_eq(green_run(deadlock_main, NULL), 0);
	snprintf(expected, sizeof(expected), "%d ", -EDEADLK);
	ck_assert_str_eq(events, expected);
	ck_assert_int_eq(nreported, 1);
	ck_assert(strstr(reported[0].text, "channel 'c'"));
}
END_TEST

static void *use_elsewhere(void *arg)
{
	int item;

	(void)arg;
	must(send(chan, 1, 0) == -EPERM);
	must(chan_receive(chan, &item, CLOCK_NEVER) == -EPERM);
	must(chan_close(chan) == -EPERM);
	return NULL;
}

BODY(elsewhere_main)
{
	pthread_t thread;

	UNUSED_BODY_ARGS;
	chan = open_chan(1);
	must_zero(pthread_create(&thread, NULL, use_elsewhere, NULL));
	must_zero(pthread_join(thread, NULL));
	chan_destroy(chan);
	return 0;
}

START_TEST(h14_another_thread_is_refused)
{
	ck_assert_int_eq(green_run(elsewhere_main, NULL), 0);
}
END_TEST

START_TEST(sizes_that_make_no_sense_are_refused)
{
	ck_assert_int_eq(chan_create(NULL, "c", 0, 1, &chan), -EINVAL);
	ck_assert_int_eq(
		chan_create(NULL, "c", SIZE_MAX / 2, 3, &chan), -EINVAL);
}
END_TEST

int main(void)
{
	return suite_run("chan", 60,
		(const TTest *const[]){
			q11_a_meeting_needs_both,
			q11_a_send_waits_until_it_is_received,
			q2_a_full_one_makes_senders_wait_in_order,
			q3_one_item_wakes_one,
			q5_a_closed_one_is_emptied_and_then_says_so,
			a_select_does_exactly_one,
			a_select_passes_over_none_for_ever,
			a_select_may_give_up,
			a_closed_channel_is_a_choice,
			who_was_cancelled_takes_no_item_with_it,
			h10_who_would_wait_for_ever_is_told,
			h14_another_thread_is_refused,
			sizes_that_make_no_sense_are_refused,
			NULL,
		});
}
