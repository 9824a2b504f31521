/*
 * Calls that wait for any of several descriptors. Those with a time-out may
 * come back without any at any time: as by a sleep, others go first.
 */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

/* How it waits, and what for it is let in. */
struct waiting {
	shim_can_fn can;
	bool timed; /* not for ever */
	bool looks; /* and not at all */
	uint64_t ns; /* and so long at most, then */
	const sigset_t *signals; /* or NULL: those of now */
};

struct watched {
	struct waiting how;
	uint64_t until;
	union {
		struct {
			struct pollfd *all;
			nfds_t n;
		};
		struct {
			fd_set *sets[3];
			int most;
		};
		int epoll;
	};
};

static bool can_poll(const void *wait)
{
	const struct watched *watched = wait;

	return REAL(poll)(watched->all, watched->n, 0) != 0;
}

static int select_now(
	const struct watched *watched, fd_set copies[3], fd_set *given[3])
{
	static const struct timeval zero;
	struct timeval now = zero;

	for (int i = 0; i < 3; i++) {
		given[i] = watched->sets[i] ? &copies[i] : NULL;
		if (given[i])
			copies[i] = *watched->sets[i];
	}
	return REAL(select)(watched->most, given[0], given[1], given[2], &now);
}

static bool can_select(const void *wait)
{
	fd_set copies[3], *given[3];

	return select_now(wait, copies, given) != 0;
}

static bool can_epoll(const void *wait)
{
	const struct watched *watched = wait;
	struct pollfd ready = {.fd = watched->epoll, .events = POLLIN};

	return REAL(poll)(&ready, 1, 0) != 0;
}

static bool can_or_not(const void *wait)
{
	const struct watched *watched = wait;

	return watched->how.can(wait) || shim_rests(wait);
}

static void ask(uint64_t pc, struct watched *watched, const char *name,
	const char *what)
{
	const struct waiting *how = &watched->how;

	if (!how->timed)
		shim_ask_before(pc, how->signals, name);
	watched->until = shim_now() + how->ns;
	if (how->signals)
		shim_block_instead(how->signals);
	shim_ask_once(pc,
		how->looks   ? NULL
		: how->timed ? can_or_not
			     : how->can,
		watched, "%s(%s)", name, what);
}

/* With nothing, and no end to the waiting, it was a signal. */
static int came(const struct watched *watched, int result)
{
	if (result == 0 && !watched->how.timed) {
		errno = EINTR;
		result = -1;
	}
	if (result == 0)
		shim_reach(watched->until);
	if (result < 0)
		shim_tell(result);
	else
		shim_tell_words(result, result ? "%d ready" : "none", result);
	return result;
}

static void list_polled(
	const struct pollfd *all, nfds_t n, char *words, size_t size)
{
	size_t length = 0;

	words[0] = '\0';
	for (nfds_t i = 0; i < n && length + 12 < size; i++)
		length += (size_t)snprintf(words + length, size - length,
			"%s%d", i ? ", " : "", all[i].fd);
}

static int polled(uint64_t pc, const char *name, struct pollfd *all, nfds_t n,
	struct waiting how)
{
	struct watched watched = {.how = how, .all = all, .n = n};
	char words[60];

	list_polled(all, n, words, sizeof(words));
	watched.how.can = can_poll;
	ask(pc, &watched, name, words);
	return came(&watched, REAL(poll)(all, n, 0));
}

static uint64_t of_ms(int ms)
{
	return ms > 0 ? (uint64_t)ms * 1000 * 1000 : 0;
}

EXPORT int poll(struct pollfd *all, nfds_t n, int ms)
{
	return shim_place() ? polled(CALLER, "poll", all, n,
				      (struct waiting){.timed = ms >= 0,
					      .looks = ms == 0,
					      .ns = of_ms(ms)})
			    : REAL(poll)(all, n, ms);
}

static bool is_zero(const struct timespec *time)
{
	return time && time->tv_sec == 0 && time->tv_nsec == 0;
}

EXPORT int ppoll(struct pollfd *all, nfds_t n, const struct timespec *time,
	const sigset_t *signals)
{
	return shim_place() ? polled(CALLER, "ppoll", all, n,
				      (struct waiting){.timed = time != NULL,
					      .looks = is_zero(time),
					      .ns = time ? shim_ns(time) : 0,
					      .signals = signals})
			    : REAL(ppoll)(all, n, time, signals);
}

static void list_selected(
	const struct watched *watched, char *words, size_t size)
{
	size_t length = 0;

	words[0] = '\0';
	for (int fd = 0; fd < watched->most && length + 12 < size; fd++) {
		bool any = false;

		for (int i = 0; i < 3; i++)
			any |= watched->sets[i] &&
			       FD_ISSET(fd, watched->sets[i]);
		if (any)
			length += (size_t)snprintf(words + length,
				size - length, "%s%d", length ? ", " : "", fd);
	}
}

static int selected(uint64_t pc, const char *name, struct watched *watched)
{
	fd_set copies[3], *given[3];
	char words[60];
	int result;

	list_selected(watched, words, sizeof(words));
	watched->how.can = can_select;
	ask(pc, watched, name, words);
	result = came(watched, select_now(watched, copies, given));
	for (int i = 0; result >= 0 && i < 3; i++) {
		if (given[i])
			*watched->sets[i] = copies[i];
	}
	return result;
}

static uint64_t of_timeval(const struct timeval *time)
{
	return shim_ns(&(struct timespec){
		.tv_sec = time->tv_sec, .tv_nsec = time->tv_usec * 1000});
}

EXPORT int select(
	int most, fd_set *in, fd_set *out, fd_set *other, struct timeval *time)
{
	struct watched watched = {.sets = {in, out, other},
		.most = most,
		.how = {.timed = time != NULL,
			.looks = time && !time->tv_sec && !time->tv_usec,
			.ns = time ? of_timeval(time) : 0}};

	return shim_place() ? selected(CALLER, "select", &watched)
			    : REAL(select)(most, in, out, other, time);
}

EXPORT int pselect(int most, fd_set *in, fd_set *out, fd_set *other,
	const struct timespec *time, const sigset_t *signals)
{
	struct watched watched = {.sets = {in, out, other},
		.most = most,
		.how = {.timed = time != NULL,
			.looks = is_zero(time),
			.ns = time ? shim_ns(time) : 0,
			.signals = signals}};

	return shim_place()
		       ? selected(CALLER, "pselect", &watched)
		       : REAL(pselect)(most, in, out, other, time, signals);
}

static int epolled(uint64_t pc, const char *name, int epoll,
	struct epoll_event *events, int n, struct waiting how)
{
	struct watched watched = {.how = how, .epoll = epoll};
	char words[12];

	snprintf(words, sizeof(words), "%d", epoll);
	watched.how.can = can_epoll;
	ask(pc, &watched, name, words);
	return came(&watched, REAL(epoll_wait)(epoll, events, n, 0));
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int n, int ms)
{
	return shim_place() ? epolled(CALLER, "epoll_wait", epoll, events, n,
				      (struct waiting){.timed = ms >= 0,
					      .looks = ms == 0,
					      .ns = of_ms(ms)})
			    : REAL(epoll_wait)(epoll, events, n, ms);
}

EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int n, int ms,
	const sigset_t *signals)
{
	return shim_place() ? epolled(CALLER, "epoll_pwait", epoll, events, n,
				      (struct waiting){.timed = ms >= 0,
					      .looks = ms == 0,
					      .ns = of_ms(ms),
					      .signals = signals})
			    : REAL(epoll_pwait)(epoll, events, n, ms, signals);
}
