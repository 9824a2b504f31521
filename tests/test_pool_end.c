/* How a pool comes to its end, and what becomes of the jobs in it. */
#include "tests/pool_rig.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NJOBS = 50
};

START_TEST(x4_submitting_after_the_end)
{
	struct pool *pool = pool_of(2);
	struct future *future = NULL;
	atomic_int n = 0;

	ck_assert_int_eq(pool_shutdown(pool, 0), 0);
	ck_assert_int_eq(pool_submit(pool, count, &n, &future), -ESHUTDOWN);
	ck_assert_ptr_null(future);
	ck_assert_int_eq(pool_post(pool, count, &n), -ESHUTDOWN);
	ck_assert_int_eq(pool_resize(pool, 3), -ESHUTDOWN);
	pool_destroy(pool);
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(x5_waiting_for_the_end)
{
	struct pool *pool = pool_of(4);
	atomic_int n = 0;

	for (int i = 0; i < NJOBS; i++)
		pool_post(pool, count, &n);
	ck_assert_int_eq(pool_shutdown(pool, POOL_WAIT), 0);
	ck_assert_int_eq(n, NJOBS);
	ck_assert_int_eq(state_of(pool).nlive, 0);
	ck_assert_int_eq(pool_shutdown(pool, POOL_WAIT), 0);
	ck_assert_int_eq(pool_shutdown(pool, POOL_WAIT | POOL_CANCEL), 0);
	ck_assert_uint_eq(state_of(pool).nran, NJOBS);
	pool_destroy(pool);
}
END_TEST

START_TEST(x6_not_waiting_for_the_end)
{
	struct pool *pool = pool_of(1);
	struct held held = {0};
	atomic_int n = 0;

	pool_post(pool, hold, &held);
	for (int i = 0; i < NJOBS; i++)
		pool_post(pool, count, &n);
	await_begun(&held, 1);
	ck_assert_int_eq(pool_shutdown(pool, 0), 0);
	ck_assert_int_eq(n, 0);
	let(&held, 1);
	pool_destroy(pool);
	ck_assert_int_eq(n, NJOBS);
}
END_TEST

static int write_byte(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	sched_yield();
	return write(*(int *)arg, "x", 1) == 1 ? 0 : -EIO;
}

static _Noreturn void leave_at_once(int *fd)
{
	struct pool *pool = pool_of(2);

	for (int i = 0; i < NJOBS; i++)
		pool_post(pool, write_byte, fd);
	pool_shutdown(pool, 0);
	exit(7);
}

START_TEST(x6_exit_waits_all_the_same)
{
	char bytes[NJOBS + 1];
	int fds[2], status;
	ssize_t n, total = 0;
	pid_t child;

	ck_assert_int_eq(pipe(fds), 0);
	child = fork();
	if (child == 0)
		leave_at_once(&fds[1]);
	close(fds[1]);
	while ((n = read(fds[0], bytes, sizeof(bytes))) > 0)
		total += n;
	close(fds[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	ck_assert_int_eq(total, NJOBS);
}
END_TEST

START_TEST(x6_a_forked_child_waits_for_nothing)
{
	struct pool *pool = pool_of(1);
	struct held held = {0};
	int status;
	pid_t child;

	pool_post(pool, hold, &held);
	await_begun(&held, 1);
	child = fork();
	if (child == 0)
		exit(3);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	let(&held, 1);
	pool_destroy(pool);
}
END_TEST

START_TEST(x7_cancelling_what_is_pending)
{
	struct pool *pool = pool_of(2);
	struct future *futures[NJOBS];
	struct held held = {0};
	int ncancelled = 0;

	for (int i = 0; i < NJOBS; i++)
		futures[i] = submit(pool, hold, &held);
	await_begun(&held, 2);
	pool_shutdown(pool, POOL_CANCEL);
	for (int i = 2; i < NJOBS; i++)
		ck_assert_int_eq(future_wait(futures[i], CLOCK_NEVER), 0);
	let(&held, 2);
	pool_shutdown(pool, POOL_WAIT);
	for (int i = 0; i < NJOBS; i++) {
		ck_assert(future_is_over(futures[i]));
		ncancelled += future_state(futures[i]) == FUTURE_CANCELLED;
		future_unref(futures[i]);
	}
	ck_assert_int_eq(ncancelled, NJOBS - 2);
	ck_assert_int_eq(held.nbegun, 2);
	ck_assert_uint_eq(state_of(pool).nskipped, NJOBS - 2);
	pool_destroy(pool);
}
END_TEST

START_TEST(e3_cancel_one_that_is_pending)
{
	struct pool *pool = pool_of(1);
	struct held held = {0};
	struct future *running = submit(pool, hold, &held);
	struct future *pending = submit(pool, hold, &held);

	await_begun(&held, 1);
	ck_assert(!future_cancel(running));
	ck_assert(future_cancel(pending));
	ck_assert_int_eq(
		future_result(pending, CLOCK_NEVER, NULL, NULL), -ECANCELED);
	let(&held, 1);
	ck_assert_int_eq(outcome(running), 42);
	pool_shutdown(pool, POOL_WAIT);
	ck_assert_int_eq(held.nbegun, 1);
	ck_assert_uint_eq(state_of(pool).nskipped, 1);
	future_unref(running);
	future_unref(pending);
	pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("pool_end", 60,
		(const TTest *const[]){
			x4_submitting_after_the_end,
			x5_waiting_for_the_end,
			x6_not_waiting_for_the_end,
			x6_exit_waits_all_the_same,
			x6_a_forked_child_waits_for_nothing,
			x7_cancelling_what_is_pending,
			e3_cancel_one_that_is_pending,
			NULL,
		});
}
