#include "lib/to_thread.h"

#include <errno.h>

#include "lib/sync.h"
#include "lib/task_impl.h"

static struct mutex lock;
static struct pool *the_pool; /* guarded by lock */

/* To find out how many processors there are takes longer than a call. */
static int create_pool(void)
{
	const struct pool_options options = {
		.size = pool_default_size(), .name = "to_thread"};

	return pool_create(&options, &the_pool);
}

int to_thread_pool(struct pool **result)
{
	int error = 0;

	mutex_lock(&lock);
	if (!the_pool)
		error = create_pool();
	if (error == 0)
		*result = the_pool;
	mutex_unlock(&lock);
	return error;
}

/* Told while the body runs, and not waiting for its end. */
static int abandon(struct future *future, int status)
{
	if (!future_cancel(future))
		future_ask_to_stop(future);
	return status;
}

static int await_body(struct future *future, enum to_thread how)
{
	int status;

	if (how == TO_THREAD_SHIELD)
		return task_await(future, TASK_AWAIT_CANCEL, CLOCK_NEVER);
	status = task_await(future, TASK_AWAIT_LEAVE, CLOCK_NEVER);
	return status < 0 ? abandon(future, status) : 0;
}

/* A cancelled future was dropped by its pool; the task's own cancel wins. */
static int take_result(struct future *future, union future_value *value,
	struct failure *failure)
{
	int thrown;

	if (future_state(future) != FUTURE_CANCELLED)
		return future_result(future, 0, value, failure);
	thrown = task_take_thrown(task_self());
	return thrown ? thrown : -ESHUTDOWN;
}

/* tag::to-thread[] */
static int submit_and_await(struct pool *pool, future_fn fn, void *arg,
	enum to_thread how, union future_value *value, struct failure *failure)
{
	struct future *future;
	int status = pool_submit(pool, fn, arg, &future);

	if (status < 0)
		return status;
	status = await_body(future, how);
	if (status == 0)
		status = take_result(future, value, failure);
	future_unref(future);
	return status;
}
/* end::to-thread[] */

int to_thread(struct pool *pool, future_fn fn, void *arg, enum to_thread how,
	union future_value *value, struct failure *failure)
{
	struct task *self = task_self();
	int status;

	if (!self)
		return -EPERM;
	status = task_take_thrown(self);
	if (status == 0 && !pool)
		status = to_thread_pool(&pool);
	if (status < 0)
		return status;
	return submit_and_await(pool, fn, arg, how, value, failure);
}

static int run_here(future_fn fn, void *arg, union future_value *value,
	struct failure *failure)
{
	union future_value result = {0};
	struct failure reason = {0};
	int code = fn(arg, &result, &reason);

	if (code && !reason.code)
		failure_set(&reason, code, NULL, "%s", "");
	if (code && failure)
		*failure = reason;
	if (!code && value)
		*value = result;
	return code ? FUTURE_FAILED : 0;
}

int to_thread_or_here(struct pool *pool, future_fn fn, void *arg,
	union future_value *value, struct failure *failure)
{
	if (task_self())
		return to_thread(
			pool, fn, arg, TO_THREAD_SHIELD, value, failure);
	return loop_current() ? -EPERM : run_here(fn, arg, value, failure);
}

struct shutdown {
	struct pool *pool;
	unsigned flags;
};

static int shut_down(
	void *arg, union future_value *value, struct failure *failure)
{
	const struct shutdown *shutdown = arg;

	(void)value, (void)failure;
	return pool_shutdown(shutdown->pool, shutdown->flags | POOL_WAIT);
}

int to_thread_shutdown(struct pool *pool, unsigned flags)
{
	struct shutdown shutdown = {.pool = pool, .flags = flags};
	struct failure failure;
	int status = to_thread(
		NULL, shut_down, &shutdown, TO_THREAD_SHIELD, NULL, &failure);

	return status == FUTURE_FAILED ? failure.code : status;
}
