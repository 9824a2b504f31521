#include "lib/task_poll.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/green.h"

static int ends[2];

BODY(poll_nothing)
{
	UNUSED_BODY_ARGS;
	must(task_poll(NULL, 0, 20) == 0 && green_now() == 20);
	return 0;
}

START_TEST(without_descriptors_it_sleeps)
{
	ck_assert_int_eq(green_run(poll_nothing, NULL), 0);
	ck_assert_int_eq(task_poll(NULL, 0, 0), -EPERM);
}
END_TEST

BODY(write_later)
{
	UNUSED_BODY_ARGS;
	must_zero(task_sleep(30));
	must(write(ends[1], "x", 1) == 1);
	return 0;
}

BODY(poll_a_pipe)
{
	struct task *writer;
	struct pollfd fds[2];

	UNUSED_BODY_ARGS;
	must_zero(pipe2(ends, O_CLOEXEC));
	fds[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
	fds[1] = (struct pollfd){.fd = ends[1], .events = 0};
	writer = green_spawn("w", write_later, NULL);
	must(task_poll(fds, 2, 0) == 0);
	must(task_poll(fds, 2, 10) == 0 && green_now() == 10);
	must(task_poll(fds, 2, 100) == 1 && green_now() == 30);
	must(fds[0].revents == POLLIN && fds[1].revents == 0);
	must(task_poll(fds, 2, 0) == 1); /* it is still so */
	close(ends[0]);
	must(task_poll(&fds[1], 1, CLOCK_NEVER) == 1);
	must(fds[1].revents & POLLERR);
	close(ends[1]);
	must(task_poll(fds, 2, 0) == -EBADF);
	green_join(writer);
	return 0;
}

START_TEST(a_task_waits_for_descriptors_and_others_run)
{
	ck_assert_int_eq(green_run(poll_a_pipe, NULL), 0);
}
END_TEST

BODY(poll_a_directory)
{
	struct pollfd fd = {
		.fd = open("/", O_RDONLY | O_CLOEXEC), .events = POLLIN};

	UNUSED_BODY_ARGS;
	must(task_poll(&fd, 1, CLOCK_NEVER) == 1 && fd.revents == POLLIN);
	close(fd.fd);
	return 0;
}

START_TEST(what_is_always_ready_is_ready_at_once)
{
	ck_assert_int_eq(green_run(poll_a_directory, NULL), 0);
}
END_TEST

BODY(poll_for_ever)
{
	struct pollfd fd = {.fd = ends[0], .events = POLLIN};

	UNUSED_BODY_ARGS;
	return task_poll(&fd, 1, CLOCK_NEVER);
}

BODY(cancel_a_poll)
{
	struct task *task;

	UNUSED_BODY_ARGS;
	must_zero(pipe2(ends, O_CLOEXEC));
	task = green_spawn("p", poll_for_ever, NULL);
	must_zero(task_yield());
	must_zero(task_kill(task, CLOCK_NEVER));
	must(task_result(task, NULL, NULL) == -ECANCELED);
	task_unref(task);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

START_TEST(h20_a_poll_can_be_cancelled)
{
	ck_assert_int_eq(green_run(cancel_a_poll, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task_poll", 30,
		(const TTest *const[]){
			without_descriptors_it_sleeps,
			a_task_waits_for_descriptors_and_others_run,
			what_is_always_ready_is_ready_at_once,
			h20_a_poll_can_be_cancelled,
			NULL,
		});
}
