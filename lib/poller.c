#include "lib/poller.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/sanitizer.h"

enum {
	NEVENTS = 256 /* taken from the kernel at a time */
};

_Static_assert((int)EPOLLIN == POLLIN && (int)EPOLLOUT == POLLOUT &&
		       (int)EPOLLERR == POLLERR && (int)EPOLLHUP == POLLHUP,
	"epoll and poll have the same names for events");

/* What the kernel was told of a descriptor, and who asked for it. */
struct slot {
	struct poller_watch *watches;
	unsigned events;
};

struct poller {
	int epoll;
	bool coarse; /* the kernel (or valgrind) knows no epoll_pwait2 */
	struct slot *slots; /* one for each descriptor */
	size_t nslots;
	struct epoll_event ready[NEVENTS];
};

int poller_create(struct poller **result)
{
	struct poller *poller = calloc(1, sizeof(*poller));

	if (!poller)
		return -ENOMEM;
	poller->coarse = RUNNING_ON_VALGRIND;
	poller->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (poller->epoll < 0) {
		int error = -errno;

		free(poller);
		return error;
	}
	*result = poller;
	return 0;
}

void poller_destroy(struct poller *poller)
{
	close(poller->epoll);
	free(poller->slots);
	free(poller);
}

static int have_slot(struct poller *poller, int fd)
{
	size_t nslots = poller->nslots ? poller->nslots : 16;
	struct slot *slots;

	if (fd < 0)
		return -EBADF;
	while (nslots <= (size_t)fd)
		nslots *= 2;
	if (nslots == poller->nslots)
		return 0;
	slots = realloc(poller->slots, nslots * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	memset(slots + poller->nslots, 0,
		(nslots - poller->nslots) * sizeof(*slots));
	poller->slots = slots;
	poller->nslots = nslots;
	return 0;
}

/* Let the kernel know what all watches of a descriptor want together. */
static int tell(struct poller *poller, int fd, unsigned events, bool remains)
{
	struct slot *slot = &poller->slots[fd];
	struct epoll_event event = {.events = events, .data.fd = fd};
	int op = !remains        ? EPOLL_CTL_DEL
		 : slot->watches ? EPOLL_CTL_MOD
				 : EPOLL_CTL_ADD;

	if (op == EPOLL_CTL_MOD && events == slot->events)
		return 0;
	if (epoll_ctl(poller->epoll, op, fd, &event) < 0)
		return -errno;
	slot->events = events;
	return 0;
}

int poller_add(struct poller *poller, struct poller_watch *watch)
{
	struct slot *slot;
	int error = have_slot(poller, watch->fd);

	if (error < 0)
		return error;
	slot = &poller->slots[watch->fd];
	error = tell(poller, watch->fd,
		(slot->watches ? slot->events : 0) | watch->events, true);
	if (error < 0)
		return error;
	watch->next = slot->watches;
	slot->watches = watch;
	return 0;
}

/* The kernel forgets a closed descriptor by itself: no error matters. */
void poller_remove(struct poller *poller, struct poller_watch *watch)
{
	struct slot *slot = &poller->slots[watch->fd];
	struct poller_watch **at = &slot->watches;
	unsigned events = 0;

	while (*at != watch) {
		must(*at);
		at = &(*at)->next;
	}
	*at = watch->next;
	for (struct poller_watch *w = slot->watches; w; w = w->next)
		events |= w->events;
	tell(poller, watch->fd, events, slot->watches != NULL);
}

static int wait_ms(struct poller *poller, uint64_t timeout_ns)
{
	uint64_t ms = timeout_ns / CLOCK_NS_PER_MS +
		      (timeout_ns % CLOCK_NS_PER_MS != 0);
	int timeout = timeout_ns == CLOCK_NEVER ? -1
		      : ms > 1000000000         ? 1000000000
						: (int)ms;

	return epoll_wait(poller->epoll, poller->ready, NEVENTS, timeout);
}

/* epoll_wait counts in milliseconds, which is too coarse for timers. */
static int wait_ns(struct poller *poller, uint64_t timeout_ns)
{
#ifdef SYS_epoll_pwait2
	struct timespec timeout = {
		.tv_sec = (time_t)(timeout_ns / CLOCK_NS_PER_S),
		.tv_nsec = (long)(timeout_ns % CLOCK_NS_PER_S),
	};
	long n;

	if (poller->coarse || timeout_ns == 0 || timeout_ns == CLOCK_NEVER)
		return wait_ms(poller, timeout_ns);
	n = syscall(SYS_epoll_pwait2, poller->epoll, poller->ready, NEVENTS,
		&timeout, NULL, 0);
	if (n >= 0 || errno != ENOSYS)
		return (int)n;
	poller->coarse = true;
#endif
	return wait_ms(poller, timeout_ns);
}

static void tell_watches(struct poller *poller, const struct epoll_event *event)
{
	struct poller_watch *watch = poller->slots[event->data.fd].watches;

	while (watch) {
		struct poller_watch *next = watch->next;
		unsigned wanted = watch->events | POLLERR | POLLHUP;

		if (event->events & wanted)
			watch->ready(watch, event->events & wanted);
		watch = next;
	}
}

int poller_wait(struct poller *poller, uint64_t timeout_ns)
{
	int n = wait_ns(poller, timeout_ns);

	must(n >= 0 || errno == EINTR);
	for (int i = 0; i < n; i++)
		tell_watches(poller, &poller->ready[i]);
	return n < 0 ? 0 : n;
}
