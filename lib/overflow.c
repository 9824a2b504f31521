#include "lib/overflow.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/coro.h"
#include "lib/must.h"

enum {
	ALTERNATE_SIZE = 64 << 10
};

static struct sigaction previous;
static pthread_once_t installed = PTHREAD_ONCE_INIT;
static pthread_key_t alternate_key;

/* Everything from here to on_fault runs in a signal handler. */
struct line {
	char text[256];
	size_t length;
};

static void add_char(struct line *line, char c)
{
	if (line->length < sizeof line->text - 1)
		line->text[line->length++] = c;
}

static void add_text(struct line *line, const char *text)
{
	while (*text)
		add_char(line, *text++);
}

/* Names may come from anywhere: nothing that a terminal would act on. */
static void add_name(struct line *line, const char *name)
{
	enum {
		LONGEST = 64
	};

	for (int i = 0; name[i] && i < LONGEST; i++)
		add_char(
			line, name[i] >= ' ' && name[i] <= '~' ? name[i] : '?');
}

static void add_number(struct line *line, size_t number)
{
	if (number >= 10)
		add_number(line, number / 10);
	add_char(line, (char)('0' + number % 10));
}

static void report(const struct coro *coro)
{
	struct line line = {.length = 0};
	const char *name = coro_name(coro);
	const char *at = line.text;

	add_text(&line, "coroutine '");
	add_name(&line, name ? name : "");
	add_text(&line, "' used more than its stack of ");
	add_number(&line, stack_pool_size(stack_pool_of(coro_stack(coro))));
	add_text(&line, " bytes: recurse less, keep large arrays off the "
			"stack, or create its pool with larger stacks\n");
	while (line.length) {
		ssize_t n = write(STDERR_FILENO, at, line.length);

		if (n < 0)
			return;
		at += n;
		line.length -= (size_t)n;
	}
}

/* A fault comes again when the handler returns, and finds the default. */
static void die(int signal_number, const siginfo_t *info)
{
	struct sigaction by_default = {.sa_handler = SIG_DFL};
	const int was_sent = info->si_code <= 0;

	sigaction(signal_number, &by_default, NULL);
	if (was_sent)
		raise(signal_number);
}

static void pass_on(int signal_number, siginfo_t *info, void *context)
{
	if (previous.sa_flags & SA_SIGINFO)
		previous.sa_sigaction(signal_number, info, context);
	else if (previous.sa_handler == SIG_DFL ||
		 previous.sa_handler == SIG_IGN)
		die(signal_number, info);
	else
		previous.sa_handler(signal_number);
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
	const struct coro *self = coro_self();

	if (self && info->si_code > 0 &&
		stack_guard_holds(coro_stack(self), info->si_addr)) {
		report(self);
		die(signal_number, info);
	} else {
		pass_on(signal_number, info, context);
	}
}

static void remove_alternate(void *alternate)
{
	const stack_t none = {.ss_flags = SS_DISABLE};

	must_zero(sigaltstack(&none, NULL));
	munmap(alternate, ALTERNATE_SIZE);
}

static void install(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	sigemptyset(&action.sa_mask);
	must_zero(pthread_key_create(&alternate_key, remove_alternate));
	must_zero(sigaction(SIGSEGV, NULL, &previous));
	must_zero(sigaction(SIGSEGV, &action, NULL));
}

int overflow_watch(void)
{
	stack_t stack;

	must_zero(pthread_once(&installed, install));
	must_zero(sigaltstack(NULL, &stack));
	if (!(stack.ss_flags & SS_DISABLE))
		return 0;
	stack = (stack_t){.ss_size = ALTERNATE_SIZE};
	stack.ss_sp = mmap(NULL, ALTERNATE_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return -ENOMEM;
	if (pthread_setspecific(alternate_key, stack.ss_sp)) {
		munmap(stack.ss_sp, ALTERNATE_SIZE);
		return -ENOMEM;
	}
	must_zero(sigaltstack(&stack, NULL));
	return 0;
}
