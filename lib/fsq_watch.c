#include "lib/fsq_watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fsq_impl.h"
#include "lib/fsq_trigger.h"

struct fsq_watch {
	int epoll; /* of the two below */
	int inotify; /* -1: none */
	bool blind;
	size_t nlisteners;
	struct fsq_listener listeners[]; /* room for one for each queue */
};

/* The descriptor's own directory, wherever it is by now. */
static int watch_directory(struct fsq_watch *watch, int dir, uint32_t events)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(dir)];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir);
	return inotify_add_watch(watch->inotify, path, events | IN_ONLYDIR);
}

static void watch_queue(struct fsq_watch *watch, const struct fsq *fsq)
{
	const uint32_t came = IN_CREATE | IN_MOVED_TO;
	const uint32_t went = IN_DELETE | IN_MOVED_FROM;

	if (watch_directory(watch, fsq->folders[FSQ_QUEUE], came) < 0 ||
		watch_directory(watch, fsq->top, went) < 0)
		watch->blind = true;
	if (fsq->outer >= 0 && watch_directory(watch, fsq->outer, went) < 0)
		watch->blind = true;
}

static int add(const struct fsq_watch *watch, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno
								      : 0;
}

/* Hosts of a queue have one FIFO, and come one after another. */
static bool same_fifo(const struct fsq *a, const struct fsq *b)
{
	return a->outer >= 0 && b->outer >= 0 && !strcmp(a->name, b->name) &&
	       !strcmp(a->rules.root, b->rules.root);
}

static int listen_to(struct fsq_watch *watch, struct fsq *fsq)
{
	struct fsq_listener *listener = &watch->listeners[watch->nlisteners];
	int error = fsq_trigger_listen(fsq, listener);

	if (error == -EMFILE || error == -ENFILE)
		return error;
	if (error)
		return 0;
	watch->nlisteners++;
	return add(watch, listener->fd);
}

static int start(struct fsq_watch *watch, struct fsq *const *queues, size_t n)
{
	int error;

	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (watch->epoll < 0)
		return -errno;
	watch->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch->blind = watch->inotify < 0;
	error = watch->blind ? 0 : add(watch, watch->inotify);
	for (size_t i = 0; i < n && !error; i++) {
		if (!watch->blind)
			watch_queue(watch, queues[i]);
		if (i == 0 || !same_fifo(queues[i - 1], queues[i]))
			error = listen_to(watch, queues[i]);
	}
	return error;
}

int fsq_watch_open(
	struct fsq *const *queues, size_t n, struct fsq_watch **result)
{
	struct fsq_watch *watch = calloc(
		1, sizeof(*watch) + n * sizeof(*watch->listeners));
	int error;

	if (!watch)
		return -ENOMEM;
	watch->epoll = watch->inotify = -1;
	error = start(watch, queues, n);
	if (error)
		fsq_watch_close(watch);
	else
		*result = watch;
	return error;
}

void fsq_watch_close(struct fsq_watch *watch)
{
	if (!watch)
		return;
	while (watch->nlisteners)
		fsq_trigger_close(&watch->listeners[--watch->nlisteners]);
	if (watch->inotify >= 0)
		close(watch->inotify);
	if (watch->epoll >= 0)
		close(watch->epoll);
	free(watch);
}

static void clear_inotify(int inotify)
{
	char events[4096];
	ssize_t n;

	do
		n = read(inotify, events, sizeof(events));
	while (n > 0 || (n < 0 && errno == EINTR));
}

void fsq_watch_clear(struct fsq_watch *watch)
{
	if (watch->inotify >= 0)
		clear_inotify(watch->inotify);
	for (size_t i = 0; i < watch->nlisteners; i++)
		fsq_trigger_clear(&watch->listeners[i]);
}

int fsq_watch_wait(struct fsq_watch *watch, uint64_t deadline_ns)
{
	struct pollfd told = {.fd = watch->epoll, .events = POLLIN};
	int n = poll(&told, 1, clock_poll_ms(deadline_ns));

	return n < 0 ? -errno : n > 0;
}

int fsq_watch_fd(const struct fsq_watch *watch)
{
	return watch->epoll;
}

bool fsq_watch_is_blind(const struct fsq_watch *watch)
{
	return watch->blind;
}
