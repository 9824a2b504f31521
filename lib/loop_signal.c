/*
 * Signals through a signalfd: they are blocked, so that none interrupts
 * anything, and read when the loop comes to it. Signals of one number that
 * come before they are read are one, except for what is told by the kernel's
 * own queue of real-time signals; count says how many were read.
 */
#include "lib/loop_impl.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/must.h"

static void deliver(struct loop *loop, int number)
{
	for (struct loop_signal *w = loop->signals; w; w = w->next) {
		if (w->number != number)
			continue;
		if (!loop_is_ready(&w->call)) {
			w->count = 0;
			loop_append(loop, &w->call);
		}
		w->count++;
	}
}

static void signals_came(struct poller_watch *watch, unsigned events)
{
	struct loop *loop =
		(struct loop *)((char *)watch -
				offsetof(struct loop, signal_watch));
	struct signalfd_siginfo info;

	(void)events;
	while (read(watch->fd, &info, sizeof(info)) == sizeof(info))
		deliver(loop, (int)info.ssi_signo);
}

static bool watched(const struct loop *loop, int number)
{
	const struct loop_signal *watch = loop->signals;

	while (watch && watch->number != number)
		watch = watch->next;
	return watch != NULL;
}

static int open_signalfd(struct loop *loop)
{
	int error, fd;

	if (loop->signal_watch.fd >= 0)
		return 0;
	sigemptyset(&loop->caught);
	sigemptyset(&loop->unblock);
	fd = signalfd(-1, &loop->caught, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	loop->signal_watch = (struct poller_watch){
		.fd = fd, .events = POLLIN, .ready = signals_came};
	error = poller_add(loop->poller, &loop->signal_watch);
	if (error < 0) {
		close(fd);
		loop->signal_watch.fd = -1;
	}
	return error;
}

/* Blocked first: a signal that comes in between waits for the signalfd. */
static void start_catching(struct loop *loop, int number)
{
	sigset_t one, before;

	sigemptyset(&one);
	sigaddset(&one, number);
	must_zero(pthread_sigmask(SIG_BLOCK, &one, &before));
	if (!sigismember(&before, number))
		sigaddset(&loop->unblock, number);
	sigaddset(&loop->caught, number);
	must(signalfd(loop->signal_watch.fd, &loop->caught, 0) >= 0);
}

static void stop_catching(struct loop *loop, int number)
{
	sigset_t one;

	sigdelset(&loop->caught, number);
	must(signalfd(loop->signal_watch.fd, &loop->caught, 0) >= 0);
	if (!sigismember(&loop->unblock, number))
		return;
	sigdelset(&loop->unblock, number);
	sigemptyset(&one);
	sigaddset(&one, number);
	must_zero(pthread_sigmask(SIG_UNBLOCK, &one, NULL));
}

int loop_signal_start(
	struct loop *loop, struct loop_signal *watch, int signal_number)
{
	int error;

	if (signal_number < 1 || signal_number > SIGRTMAX ||
		signal_number == SIGKILL || signal_number == SIGSTOP)
		return -EINVAL;
	loop_signal_stop(loop, watch);
	error = open_signalfd(loop);
	if (error < 0)
		return error;
	if (!watched(loop, signal_number))
		start_catching(loop, signal_number);
	watch->number = signal_number;
	watch->count = 0;
	watch->next = loop->signals;
	loop->signals = watch;
	return 0;
}

void loop_signal_stop(struct loop *loop, struct loop_signal *watch)
{
	struct loop_signal **at = &loop->signals;

	while (*at && *at != watch)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = watch->next;
	loop_cancel(loop, &watch->call);
	if (!watched(loop, watch->number))
		stop_catching(loop, watch->number);
}

void loop_forget_signals(struct loop *loop)
{
	while (loop->signals)
		loop_signal_stop(loop, loop->signals);
	if (loop->signal_watch.fd < 0)
		return;
	poller_remove(loop->poller, &loop->signal_watch);
	close(loop->signal_watch.fd);
}
