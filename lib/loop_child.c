/*
 * Children by pidfd: a descriptor that is readable once the process has
 * ended. Each is waited for by its own number, so that nobody else's child is
 * taken away, and no signal is needed.
 */
#include "lib/loop_impl.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sanitizer.h"

static int open_pidfd(const struct loop *loop, pid_t pid)
{
#ifdef SYS_pidfd_open
	int fd = -1;

	if (loop->rules.no_pidfd || RUNNING_ON_VALGRIND)
		return -ENOSYS;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	return fd < 0 ? -errno : fd;
#else
	(void)loop, (void)pid;
	return -ENOSYS;
#endif
}

/* Whether it has ended, or there is none of that number to wait for. */
static bool has_ended(struct loop_child *watch)
{
	pid_t pid;

	do {
		pid = waitpid(watch->pid, &watch->status, WNOHANG);
	} while (pid < 0 && errno == EINTR);
	if (pid < 0)
		watch->status = -ECHILD;
	return pid != 0;
}

static void end_watch(struct loop *loop, struct loop_child *watch)
{
	struct loop_child **at = &loop->children;

	while (*at != watch)
		at = &(*at)->next;
	*at = watch->next;
	if (watch->watch.fd >= 0) {
		poller_remove(loop->poller, &watch->watch);
		close(watch->watch.fd);
	} else {
		loop->nunwatched--;
	}
	watch->loop = NULL;
}

static void tell_end(struct loop_child *watch)
{
	struct loop *loop = watch->loop;

	end_watch(loop, watch);
	loop_append(loop, &watch->call);
}

static void child_came(struct poller_watch *poller_watch, unsigned events)
{
	struct loop_child *watch =
		(struct loop_child *)((char *)poller_watch -
				      offsetof(struct loop_child, watch));

	(void)events;
	if (has_ended(watch))
		tell_end(watch);
}

void loop_ask_for_children(struct loop *loop)
{
	struct loop_child *watch, *next;

	for (watch = loop->nunwatched ? loop->children : NULL; watch;
		watch = next) {
		next = watch->next;
		if (watch->watch.fd < 0 && has_ended(watch))
			tell_end(watch);
	}
}

/* Without a descriptor for it the child is asked for, as without pidfds. */
static void watch_pidfd(struct loop *loop, struct loop_child *watch)
{
	watch->watch = (struct poller_watch){
		.fd = open_pidfd(loop, watch->pid),
		.events = POLLIN,
		.ready = child_came,
	};
	if (watch->watch.fd >= 0 &&
		poller_add(loop->poller, &watch->watch) == 0)
		return;
	if (watch->watch.fd >= 0)
		close(watch->watch.fd);
	watch->watch.fd = -1;
	loop->nunwatched++;
}

int loop_child_start(struct loop *loop, struct loop_child *watch, pid_t pid)
{
	siginfo_t info;

	loop_child_stop(loop, watch);
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
		return -ECHILD;
	watch->pid = pid;
	watch->loop = loop;
	watch->next = loop->children;
	loop->children = watch;
	watch_pidfd(loop, watch);
	return 0;
}

void loop_child_stop(struct loop *loop, struct loop_child *watch)
{
	if (watch->loop)
		end_watch(loop, watch);
	else
		loop_cancel(loop, &watch->call);
}
