#include "cmd/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a handler may not take a lock");

enum {
	SIGNALS = 3,
};

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
static atomic_int requested;

/* raise takes effect when the handler returns and unblocks the signal. */
static void note(int signal_number)
{
	if (atomic_exchange(&requested, signal_number) == 0)
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
