/* Signals: to send one, to wait for one, and what is to become of it. */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whoever is killed for good is dead before anybody goes on. */
static void wait_for_death(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd death = {.fd = fd, .events = POLLIN};

	if (fd < 0)
		return;
	while (REAL(poll)(&death, 1, -1) < 0 && errno == EINTR)
		;
	REAL(close)(fd);
}

static const char *signal_name(int signal, char *name)
{
	const char *known = sigabbrev_np(signal);

	if (known)
		snprintf(name, SHIM_NAME_SIZE, "SIG%s", known);
	else
		snprintf(name, SHIM_NAME_SIZE, "%d", signal);
	return name;
}

EXPORT int kill(pid_t pid, int signal)
{
	struct desk_place *target;
	char name[SHIM_NAME_SIZE], what[SHIM_NAME_SIZE];
	int result;

	if (!shim_place())
		return REAL(kill)(pid, signal);
	shim_ask(CALLER, NULL, NULL, "kill(%s, %s)", shim_name(pid, name),
		signal_name(signal, what));
	target = pid > 0 ? shim_find(pid) : NULL;
	if (target && signal == SIGKILL)
		target->killed = true;
	else if (target && signal != 0)
		target->signalled = true;
	result = REAL(kill)(pid, signal);
	shim_tell(result);
	if (target && result == 0 && signal == SIGKILL)
		wait_for_death(pid);
	return result;
}

/* It goes on when a handler has run, unless that has run before it sleeps. */
EXPORT int pause(void)
{
	if (!shim_place())
		return REAL(pause)();
	shim_ask(CALLER, NULL, NULL, "calls pause()");
	shim_ask_once(CALLER, shim_never, NULL, "pause()");
	errno = EINTR;
	return -1;
}

/* Some signal that has a handler would be let in by both. */
static bool has_one_open(const sigset_t *now, const sigset_t *then)
{
	for (int i = 1; i < NSIG; i++) {
		if (sigismember(now, i) == 0 && sigismember(then, i) == 0 &&
			shim_handles(i))
			return true;
	}
	return false;
}

void shim_ask_before(uint64_t pc, const sigset_t *signals, const char *name)
{
	sigset_t now;

	REAL(sigprocmask)(SIG_BLOCK, NULL, &now);
	if (has_one_open(&now, signals ? signals : &now))
		shim_ask(pc, NULL, NULL, "calls %s()", name);
}

/* What is let in before is lost to it; what was blocked until then is not. */
EXPORT int sigsuspend(const sigset_t *signals)
{
	if (!shim_place())
		return REAL(sigsuspend)(signals);
	shim_ask_before(CALLER, signals, "sigsuspend");
	shim_block_instead(signals);
	shim_ask_once(CALLER, shim_never, NULL, "sigsuspend()");
	errno = EINTR;
	return -1;
}

static const char *handler_words(sighandler_t handler)
{
	return handler == SIG_IGN   ? ", SIG_IGN"
	       : handler == SIG_DFL ? ", SIG_DFL"
				    : "";
}

/* While there is no other, nobody can send it one. */
EXPORT sighandler_t INSTEAD_OF(signal)(int number, sighandler_t handler)
{
	char what[SHIM_NAME_SIZE];
	sighandler_t before;

	if (!shim_place() || shim_is_alone())
		return REAL(signal)(number, handler);
	shim_ask(CALLER, NULL, NULL, "signal(%s%s)", signal_name(number, what),
		handler_words(handler));
	before = REAL(signal)(number, handler);
	shim_tell(before == SIG_ERR ? -1 : 0);
	return before;
}

EXPORT int INSTEAD_OF(sigaction)(
	int number, const struct sigaction *action, struct sigaction *before)
{
	char what[SHIM_NAME_SIZE];
	int result;

	if (!shim_place() || shim_is_alone() || !action)
		return REAL(sigaction)(number, action, before);
	shim_ask(CALLER, NULL, NULL, "sigaction(%s%s)",
		signal_name(number, what), handler_words(action->sa_handler));
	result = REAL(sigaction)(number, action, before);
	shim_tell(result);
	return result;
}

/* "SIGCHLD", "SIGCHLD, ...", "all" or "none" */
static void set_words(const sigset_t *signals, char words[2 * SHIM_NAME_SIZE])
{
	char what[SHIM_NAME_SIZE];
	int n = 0, first = 0;

	for (int i = NSIG - 1; i > 0; i--) {
		if (sigismember(signals, i) != 1)
			continue;
		first = i;
		n++;
	}
	snprintf(words, 2 * SHIM_NAME_SIZE, "%s%s",
		n == 0         ? "none"
		: n > NSIG / 2 ? "all"
			       : signal_name(first, what),
		n > 1 && n <= NSIG / 2 ? ", ..." : "");
}

EXPORT int sigprocmask(int how, const sigset_t *signals, sigset_t *before)
{
	char words[2 * SHIM_NAME_SIZE];
	int result;

	if (!shim_place() || shim_is_alone() || !signals)
		return REAL(sigprocmask)(how, signals, before);
	set_words(signals, words);
	shim_ask(CALLER, NULL, NULL, "sigprocmask(%s, %s)",
		how == SIG_BLOCK     ? "SIG_BLOCK"
		: how == SIG_UNBLOCK ? "SIG_UNBLOCK"
				     : "SIG_SETMASK",
		words);
	result = REAL(sigprocmask)(how, signals, before);
	shim_tell(result);
	return result;
}

/* It is blocked, and has come. */
static bool can_take(const void *wait)
{
	sigset_t pending, both;

	sigpending(&pending);
	return sigandset(&both, wait, &pending) == 0 && !sigisemptyset(&both);
}

static int took(int number)
{
	char what[SHIM_NAME_SIZE];

	if (number > 0)
		shim_tell_words(number, "%s", signal_name(number, what));
	else
		shim_tell(number);
	return number;
}

EXPORT int sigwaitinfo(const sigset_t *signals, siginfo_t *info)
{
	static const struct timespec now;
	char words[2 * SHIM_NAME_SIZE];
	int number;

	if (!shim_place())
		return REAL(sigwaitinfo)(signals, info);
	set_words(signals, words);
	shim_ask_once(CALLER, can_take, signals, "sigwaitinfo(%s)", words);
	number = REAL(sigtimedwait)(signals, info, &now);
	if (number < 0 && errno == EAGAIN)
		errno = EINTR;
	return took(number);
}

EXPORT int sigwait(const sigset_t *signals, int *number)
{
	static const struct timespec now;
	char words[2 * SHIM_NAME_SIZE];

	if (!shim_place())
		return REAL(sigwait)(signals, number);
	set_words(signals, words);
	shim_ask(CALLER, can_take, signals, "sigwait(%s)", words);
	*number = took(REAL(sigtimedwait)(signals, NULL, &now));
	return *number > 0 ? 0 : errno;
}

static bool can_take_or_not(const void *wait)
{
	return can_take(wait) || shim_rests(wait);
}

EXPORT int sigtimedwait(
	const sigset_t *signals, siginfo_t *info, const struct timespec *time)
{
	static const struct timespec now;
	char words[2 * SHIM_NAME_SIZE];
	uint64_t until;
	int number;

	if (!shim_place())
		return REAL(sigtimedwait)(signals, info, time);
	set_words(signals, words);
	until = shim_now() + shim_ns(time);
	shim_ask(CALLER, can_take_or_not, signals, "sigtimedwait(%s)", words);
	number = REAL(sigtimedwait)(signals, info, &now);
	if (number < 0 && errno == EAGAIN) {
		shim_reach(until);
		errno = EAGAIN;
	}
	return took(number);
}
