#include "lib/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/must.h"
#include "tests/suite.h"

static struct poller *poller;
static int pipe_fds[2];
static unsigned first_seen, second_seen;

static void first_ready(struct poller_watch *watch, unsigned events)
{
	(void)watch;
	first_seen |= events;
}

static void second_ready(struct poller_watch *watch, unsigned events)
{
	(void)watch;
	second_seen |= events;
}

static void setup(void)
{
	must_zero(poller_create(&poller));
	must_zero(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK));
	first_seen = second_seen = 0;
}

static void teardown(void)
{
	poller_destroy(poller);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

START_TEST(a_watch_is_told_of_what_it_wants_as_long_as_it_is_so)
{
	struct poller_watch watch = {.events = POLLIN, .ready = first_ready};
	char byte;

	setup();
	watch.fd = pipe_fds[0];
	ck_assert_int_eq(poller_add(poller, &watch), 0);
	ck_assert_int_eq(poller_wait(poller, 0), 0);
	must(write(pipe_fds[1], "x", 1) == 1);
	for (int i = 0; i < 2; i++) {
		first_seen = 0;
		ck_assert_int_eq(poller_wait(poller, CLOCK_NEVER), 1);
		ck_assert_uint_eq(first_seen, POLLIN);
	}
	must(read(pipe_fds[0], &byte, 1) == 1);
	ck_assert_int_eq(poller_wait(poller, 0), 0);
	poller_remove(poller, &watch);
	must(write(pipe_fds[1], "x", 1) == 1);
	ck_assert_int_eq(poller_wait(poller, 0), 0);
	teardown();
}
END_TEST

START_TEST(a_descriptor_may_have_several_watches)
{
	struct poller_watch reader = {.events = POLLIN, .ready = first_ready};
	struct poller_watch writer = {.events = POLLOUT, .ready = second_ready};

	setup();
	reader.fd = writer.fd = pipe_fds[1];
	ck_assert_int_eq(poller_add(poller, &reader), 0);
	ck_assert_int_eq(poller_add(poller, &writer), 0);
	ck_assert_int_eq(poller_wait(poller, 0), 1);
	ck_assert_uint_eq(first_seen, 0);
	ck_assert_uint_eq(second_seen, POLLOUT);
	poller_remove(poller, &writer);
	ck_assert_int_eq(poller_wait(poller, 0), 0);
	close(pipe_fds[0]);
	ck_assert_int_eq(poller_wait(poller, 0), 1);
	ck_assert_uint_eq(first_seen, POLLERR);
	pipe_fds[0] = dup(pipe_fds[1]);
	poller_remove(poller, &reader);
	teardown();
}
END_TEST

START_TEST(what_cannot_be_watched_is_refused)
{
	struct poller_watch watch = {.events = POLLIN, .ready = first_ready};
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	setup();
	watch.fd = fd;
	ck_assert_int_eq(poller_add(poller, &watch), -EPERM);
	watch.fd = -1;
	ck_assert_int_eq(poller_add(poller, &watch), -EBADF);
	close(fd);
	watch.fd = fd;
	ck_assert_int_eq(poller_add(poller, &watch), -EBADF);
	teardown();
}
END_TEST

START_TEST(a_wait_lasts_at_least_as_long_as_it_was_told)
{
	setup();
	for (uint64_t ns = 1; ns < 20 * CLOCK_NS_PER_MS; ns *= 100) {
		uint64_t begun = clock_now();

		ck_assert_int_eq(poller_wait(poller, ns), 0);
		ck_assert_uint_ge(clock_now() - begun, ns);
	}
	teardown();
}
END_TEST

static void do_nothing(int number)
{
	(void)number;
}

START_TEST(a_signal_just_ends_the_wait)
{
	struct sigaction action = {.sa_handler = do_nothing};
	struct itimerval soon = {
		.it_value.tv_usec = 1000, .it_interval.tv_usec = 1000};

	setup();
	must_zero(sigaction(SIGALRM, &action, NULL));
	must_zero(setitimer(ITIMER_REAL, &soon, NULL));
	ck_assert_int_eq(poller_wait(poller, CLOCK_NEVER), 0);
	ck_assert_int_eq(poller_wait(poller, 3600 * CLOCK_NS_PER_S), 0);
	memset(&soon, 0, sizeof(soon));
	must_zero(setitimer(ITIMER_REAL, &soon, NULL));
	teardown();
}
END_TEST

int main(void)
{
	return suite_run("poller", 20,
		(const TTest *const[]){
			a_watch_is_told_of_what_it_wants_as_long_as_it_is_so,
			a_descriptor_may_have_several_watches,
			what_cannot_be_watched_is_refused,
			a_wait_lasts_at_least_as_long_as_it_was_told,
			a_signal_just_ends_the_wait,
			NULL,
		});
}
