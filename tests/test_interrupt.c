#include "cmd/interrupt.h"
#include "lib/clock.h"
#include "tests/suite.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum {
	NSIGNALS = 3,
	FINE = 7,
	NOT_FINE = 8,
};

typedef int (*body_fn)(int signal_number);

/* How a child that runs body ends: FINE, NOT_FINE or -signal. */
static int end_of(body_fn body, int signal_number)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(10);
		_exit(body(signal_number));
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int note_one(int signal_number)
{
	interrupt_catch();
	if (interrupt_requested() != 0)
		return NOT_FINE;
	raise(signal_number);
	return interrupt_requested() == signal_number ? FINE : NOT_FINE;
}

START_TEST(one_signal_is_noted)
{
	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(end_of(note_one, signals[i]), FINE);
}
END_TEST

static int die(int signal_number)
{
	interrupt_catch();
	raise(signal_number);
	interrupt_die(interrupt_requested());
}

START_TEST(the_parent_sees_death_by_the_signal)
{
	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(end_of(die, signals[i]), -signals[i]);
}
END_TEST

/* Time that stands still until it is told to move. */
static uint64_t fake_now = 1;

static uint64_t read_fake_now(void)
{
	return fake_now;
}

static int raise_twice(int signal_number)
{
	clock_set_source(read_fake_now);
	interrupt_catch();
	raise(signal_number);
	fake_now += 150 * CLOCK_NS_PER_MS;
	raise(SIGINT);
	return NOT_FINE;
}

static int raise_with_echo(int signal_number)
{
	clock_set_source(read_fake_now);
	interrupt_catch();
	kill(getpid(), signal_number);
	kill(getpid(), signal_number);
	return interrupt_requested() == signal_number ? FINE : NOT_FINE;
}

/* timeout(1) signals the process and then its group. */
START_TEST(an_echo_is_no_second_signal)
{
	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(end_of(raise_with_echo, signals[i]), FINE);
}
END_TEST

static int take_no_notice(int signal_number)
{
	interrupt_catch();
	raise(signal_number);
	while (pause() < 0)
		;
	return NOT_FINE;
}

START_TEST(who_takes_no_notice_dies_of_it_all_the_same)
{
	uint64_t start = clock_now();

	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(
			end_of(take_no_notice, signals[i]), -signals[i]);
	ck_assert_uint_ge(clock_now() - start, NSIGNALS * CLOCK_NS_PER_S);
}
END_TEST

START_TEST(the_second_signal_ends_at_once)
{
	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(end_of(raise_twice, signals[i]), -SIGINT);
}
END_TEST

static int ignore(int signal_number)
{
	signal(signal_number, SIG_IGN);
	interrupt_catch();
	raise(signal_number);
	return interrupt_requested() == 0 ? FINE : NOT_FINE;
}

START_TEST(what_was_ignored_stays_ignored)
{
	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(end_of(ignore, signals[i]), FINE);
}
END_TEST

static int forget(int signal_number)
{
	interrupt_catch();
	raise(signal_number);
	interrupt_forget();
	if (interrupt_requested() != 0)
		return NOT_FINE;
	raise(signal_number);
	return NOT_FINE;
}

START_TEST(a_child_that_forgets_dies_of_the_first)
{
	for (int i = 0; i < NSIGNALS; i++)
		ck_assert_int_eq(end_of(forget, signals[i]), -signals[i]);
}
END_TEST

int main(void)
{
	return suite_run("interrupt", 20,
		(const TTest *const[]){
			one_signal_is_noted,
			the_parent_sees_death_by_the_signal,
			the_second_signal_ends_at_once,
			who_takes_no_notice_dies_of_it_all_the_same,
			an_echo_is_no_second_signal,
			what_was_ignored_stays_ignored,
			a_child_that_forgets_dies_of_the_first,
			NULL,
		});
}
