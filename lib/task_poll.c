#include "lib/task_poll.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/task_impl.h"

static int wake_poller(void *arg)
{
	task_wake(arg, 0);
	return 0;
}

/* Returns 1 when it is ready without a watch. */
static int watch(struct task *self, struct loop_fd *watch, struct pollfd *fd)
{
	int error;

	*watch = (struct loop_fd){
		.call = {.fn = wake_poller, .arg = self, .name = self->name}};
	fd->revents = 0;
	error = loop_fd_start(self->loop, watch, fd->fd,
		(unsigned)(unsigned short)fd->events);
	if (error != -EPERM)
		return error;
	fd->revents = fd->events & (POLLIN | POLLOUT);
	return fd->revents != 0;
}

static int watch_all(struct task *self, struct loop_fd *watches,
	struct pollfd *fds, size_t nfds)
{
	int nready = 0, status;

	for (size_t i = 0; i < nfds; i++) {
		status = watch(self, &watches[i], &fds[i]);
		if (status < 0)
			return status;
		nready += status;
	}
	return nready;
}

static int collect(struct task *self, struct loop_fd *watches,
	struct pollfd *fds, size_t nfds)
{
	int nready = 0;

	for (size_t i = 0; i < nfds; i++) {
		loop_fd_stop(self->loop, &watches[i]);
		fds[i].revents |= (short)watches[i].seen;
		nready += fds[i].revents != 0;
	}
	return nready;
}

/* One turn of the loop is a look at all of them. */
static int wait_until(uint64_t deadline_ns)
{
	const struct task_why why = {.what = "descriptors"};

	if (deadline_ns == 0)
		return task_yield();
	return task_line_wait(NULL, &why, deadline_ns);
}

int task_poll(struct pollfd *fds, size_t nfds, uint64_t deadline_ns)
{
	struct task *self = task_self();
	struct loop_fd *watches;
	int status, nready;

	if (!self)
		return -EPERM;
	watches = calloc(nfds ? nfds : 1, sizeof(*watches));
	if (!watches)
		return -ENOMEM;
	status = watch_all(self, watches, fds, nfds);
	if (status == 0)
		status = wait_until(deadline_ns);
	nready = collect(self, watches, fds, nfds);
	free(watches);
	return status < 0 && status != -ETIMEDOUT ? status : nready;
}
