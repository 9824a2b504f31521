#include "cmd/interrupt.h"

#include "lib/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a handler may not take a lock");

enum {
	SIGNALS = 3,
	/*
	 * timeout(1) and some shells send the same signal to the process and
	 * then to its group. Nobody presses a key twice within this time.
	 */
	ECHO_NS = 3 * 1000 * 1000,
};

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
static atomic_int requested;
static _Atomic uint64_t requested_ns;

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a handler may not take a lock");

/*
 * raise takes effect when the handler returns and unblocks the signal.
 * clock_gettime, and so clock_now, may be called here.
 */
static void note(int signal_number)
{
	int error = errno;
	uint64_t now = clock_now();

	errno = error;
	if (atomic_exchange(&requested, signal_number) == 0) {
		atomic_store(&requested_ns, now);
		return;
	}
	if (now < atomic_load(&requested_ns) + ECHO_NS)
		return;
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

void interrupt_catch(void)
{
	struct sigaction catch = {.sa_handler = note};
	struct sigaction before;

	sigemptyset(&catch.sa_mask);
	for (int i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaction(signals[i], &catch, NULL);
	}
}

int interrupt_requested(void)
{
	return atomic_load(&requested);
}

void interrupt_forget(void)
{
	struct sigaction now;

	for (int i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &now);
		if (now.sa_handler == note)
			signal(signals[i], SIG_DFL);
	}
	atomic_store(&requested, 0);
}

void interrupt_die(int signal_number)
{
	sigset_t set;

	signal(signal_number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
	/* Only reached when the default action does not kill. */
	_exit(128 + signal_number);
}
