#include "cmd/interrupt.h"

#include "lib/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a handler may not take a lock");

enum {
	SIGNALS = 3,
	/*
	 * timeout(1) sends a signal to the process and then to its group.
	 * The same sender within this time means the same request; a key
	 * pressed twice has no sender and always counts.
	 */
	ECHO_NS = 100 * 1000 * 1000,
	GRACE_US = 1500 * 1000, /* from the first signal to the end */
};

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
static atomic_int requested;
static _Atomic uint64_t requested_ns;
static atomic_int unhurried;
static atomic_int sender; /* the process that sent the first, or 0 */

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a handler may not take a lock");

static bool is_echo(int from, uint64_t now)
{
	return from && from == atomic_load(&sender) &&
	       now < atomic_load(&requested_ns) + ECHO_NS;
}

static void die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* The flag was not seen in time, by a write that nobody reads from say. */
static void give_up(int alarm)
{
	(void)alarm;
	die_of(atomic_load(&requested));
}

/* On Linux a plain system call, which a handler may make. */
static void start_grace(void)
{
	if (atomic_load(&unhurried))
		return;
	const struct itimerval grace = {
		.it_value = {GRACE_US / 1000000, GRACE_US % 1000000}};

	setitimer(ITIMER_REAL, &grace, NULL);
}

/*
 * raise takes effect when the handler returns and unblocks the signal.
 * clock_gettime, and so clock_now, may be called here.
 */
static void note(int signal_number, siginfo_t *info, void *context)
{
	int error = errno;
	uint64_t now = clock_now();
	int from = info->si_code == SI_USER ? info->si_pid : 0;

	(void)context;
	errno = error;
	if (atomic_exchange(&requested, signal_number) == 0) {
		atomic_store(&requested_ns, now);
		atomic_store(&sender, from);
		start_grace();
	} else if (!is_echo(from, now)) {
		die_of(signal_number);
	}
}

void interrupt_catch(void)
{
	struct sigaction catch = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
	struct sigaction before;

	sigemptyset(&catch.sa_mask);
	signal(SIGALRM, give_up);
	for (int i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaction(signals[i], &catch, NULL);
	}
}

void interrupt_catch_unhurried(void)
{
	atomic_store(&unhurried, 1);
	interrupt_catch();
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
		if (now.sa_sigaction == note)
			signal(signals[i], SIG_DFL);
	}
	signal(SIGALRM, SIG_DFL);
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
