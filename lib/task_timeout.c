#include "lib/task_timeout.h"

#include <errno.h>

#include "lib/must.h"
#include "lib/task_impl.h"

static int expire(void *arg)
{
	struct task_timeout *timeout = arg;

	task_throw_for(timeout->task, -ETIMEDOUT, &timeout->told);
	return 0;
}

int task_timeout_begin(struct task_timeout *timeout, uint64_t due_ns)
{
	struct task *self = task_self();

	*timeout = (struct task_timeout){
		.timer.call = {.fn = expire, .arg = timeout, .name = "timeout"},
		.task = self,
	};
	if (!self)
		return -EPERM;
	return loop_timer_start(self->loop, &timeout->timer, due_ns);
}

bool task_timeout_end(struct task_timeout *timeout)
{
	struct task *self = timeout->task;

	if (!self)
		return false;
	must(self == task_self());
	loop_timer_stop(self->loop, &timeout->timer);
	return task_take_back(self, &timeout->told);
}
