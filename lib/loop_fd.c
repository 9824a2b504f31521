#include "lib/loop_impl.h"

#include <stddef.h>

static void fd_ready(struct poller_watch *poller_watch, unsigned events)
{
	struct loop_fd *watch =
		(struct loop_fd *)((char *)poller_watch -
				   offsetof(struct loop_fd, watch));

	watch->seen |= events;
	if (!loop_is_ready(&watch->call))
		loop_append(watch->loop, &watch->call);
}

static bool fd_runs(const struct loop_fd *watch)
{
	return watch->loop != NULL;
}

int loop_fd_start(
	struct loop *loop, struct loop_fd *watch, int fd, unsigned events)
{
	int error;

	loop_fd_stop(loop, watch);
	watch->watch = (struct poller_watch){
		.fd = fd, .events = events, .ready = fd_ready};
	error = poller_add(loop->poller, &watch->watch);
	if (error < 0)
		return error;
	watch->loop = loop;
	watch->seen = 0;
	watch->previous = NULL;
	watch->next = loop->fds;
	if (loop->fds)
		loop->fds->previous = watch;
	loop->fds = watch;
	loop->nfds += !watch->background;
	return 0;
}

void loop_fd_stop(struct loop *loop, struct loop_fd *watch)
{
	if (!fd_runs(watch))
		return;
	poller_remove(loop->poller, &watch->watch);
	loop_cancel(loop, &watch->call);
	if (watch->next)
		watch->next->previous = watch->previous;
	if (watch->previous)
		watch->previous->next = watch->next;
	else
		loop->fds = watch->next;
	loop->nfds -= !watch->background;
	watch->loop = NULL;
}
