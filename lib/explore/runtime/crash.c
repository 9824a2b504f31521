/*
 * Signals that the program's own faults raise, and a watchdog for code that
 * runs on without a step. Both end the execution and go back to the search:
 * the handler leaves by a context switch, and never returns.
 */
#include "lib/explore/runtime/rt.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	SIGNAL_STACK_SIZE = 64 << 10,
	TICK_US = 250 * 1000,
	TICKS_TO_HANG = 8, /* two seconds of processor time */
};

static uint64_t pc_of(const void *context)
{
#if defined(__x86_64__)
	const ucontext_t *uc = context;

	return (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	const ucontext_t *uc = context;

	return uc->uc_mcontext.pc;
#else
	(void)context;
	return 0;
#endif
}

static bool in_program(uint64_t pc)
{
	return pc >= rt->code && pc < rt->code_end;
}

/* In a library: the innermost call of the program that we know of. */
static uint64_t place_of(uint64_t pc)
{
	const struct thread *thread = self();

	if (in_program(pc))
		return pc + 1; /* as a return address: behind the instruction */
	if (thread->nframes && thread->nframes <= MAX_FRAMES)
		return thread->frames[thread->nframes - 1].call;
	return pc;
}

static bool in_guard(const void *address)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)rt->stacks;

	return offset < (size_t)MAX_THREADS * STACK_SIZE &&
	       offset % STACK_SIZE < PAGE_SIZE;
}

static void die(int signal)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigaction(signal, &action, NULL);
	raise(signal);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	uint64_t pc;

	if (!rt->in_execution) {
		die(signal);
		return;
	}
	pc = place_of(pc_of(context));
	if (signal == SIGSEGV && in_guard(info->si_addr))
		fail_signal(signal, pc, "the stack of %s overflows",
			thread_name(rt->current).text);
	if (signal == SIGSEGV || signal == SIGBUS)
		fail_signal(signal, pc, "bad memory access at address 0x%llx",
			(unsigned long long)(uintptr_t)info->si_addr);
	fail_signal(signal, pc, "died of signal %d (%s)", signal,
		sigabbrev_np(signal));
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	uint64_t steps = rt->wire->progress.steps + rt->nsteps;

	(void)signal;
	(void)info;
	if (!rt->in_execution || steps != rt->watchdog_steps) {
		rt->watchdog_steps = steps;
		rt->watchdog_ticks = 0;
		return;
	}
	if (++rt->watchdog_ticks >= TICKS_TO_HANG)
		fail(FOUND_HANG, place_of(pc_of(context)),
			"runs on and on without a step that others could "
			"notice");
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};

	sigaction(signal, &action, NULL);
}

/* For each process anew: a fork has no timers. */
void crash_watch(void)
{
	const struct itimerval tick = {
		.it_interval.tv_usec = TICK_US, .it_value.tv_usec = TICK_US};

	setitimer(ITIMER_VIRTUAL, &tick, NULL);
}

void crash_setup(void)
{
	stack_t stack = {
		.ss_sp = map_memory(SIGNAL_STACK_SIZE),
		.ss_size = SIGNAL_STACK_SIZE,
	};

	for (unsigned i = 0; i < MAX_THREADS; i++)
		mprotect(rt->stacks + (size_t)i * STACK_SIZE, PAGE_SIZE,
			PROT_NONE);
	sigaltstack(&stack, NULL);
	handle(SIGSEGV, on_fault);
	handle(SIGBUS, on_fault);
	handle(SIGFPE, on_fault);
	handle(SIGILL, on_fault);
	handle(SIGTRAP, on_fault);
	handle(SIGABRT, on_fault);
	handle(SIGVTALRM, on_tick);
	crash_watch();
}
