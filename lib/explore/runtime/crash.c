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
	TICK_US = 50 * 1000, /* of processor time */
	TICKS_TO_HANG = 32,
	TICKS_TO_HANG_AGAIN = 5, /* both together are under two seconds */
};

#if defined(__x86_64__)

static uint64_t pc_of(const ucontext_t *uc)
{
	return (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
}

static uint64_t sp_of(const ucontext_t *uc)
{
	return (uint64_t)uc->uc_mcontext.gregs[REG_RSP];
}

#elif defined(__aarch64__)

static uint64_t pc_of(const ucontext_t *uc)
{
	return uc->uc_mcontext.pc;
}

static uint64_t sp_of(const ucontext_t *uc)
{
	return uc->uc_mcontext.sp;
}

#else

static uint64_t pc_of(const ucontext_t *uc)
{
	(void)uc;
	return 0;
}

static uint64_t sp_of(const ucontext_t *uc)
{
	(void)uc;
	return 0;
}

#endif

/* The linker's, where the runtime is linked into the program. */
extern const char __start_conc_text[] __attribute__((weak));
extern const char __stop_conc_text[] __attribute__((weak));

static bool in_program(uint64_t pc)
{
	return pc >= rt->code && pc < rt->code_end &&
	       !(pc >= (uint64_t)(uintptr_t)__start_conc_text &&
		       pc < (uint64_t)(uintptr_t)__stop_conc_text);
}

/* On the way from there to us lies an address in the program. */
static uint64_t return_address(uint64_t sp)
{
	uint64_t top = (uint64_t)(uintptr_t)rt->stacks +
		       (rt->current + UINT64_C(1)) * STACK_SIZE;

	for (; sp % 8 == 0 && on_own_stack(sp) && sp < top; sp += 8) {
		uint64_t word = value_at(sp, sizeof(word));

		if (in_program(word))
			return word;
	}
	return 0;
}

/* We look at what the program is about to access. */
static bool is_pending(uint64_t address)
{
	const struct op *op = &self()->pending;

	return (op->kind == OP_READ || op->kind == OP_WRITE) &&
	       address - op->object < op->size;
}

/* We look at a value of the program's, to trace it; or 0. */
static uint64_t traced_at(void)
{
	const struct wire *wire = rt->wire;
	const struct event *last;

	if (wire->nevents == 0)
		return 0;
	last = &wire->events[wire->nevents - 1];
	return last->flags & EVENT_NOWHERE ? last->op.pc : 0;
}

/* In a library, or in here: where the program called it. */
static uint64_t place_of(const void *context, uint64_t address)
{
	uint64_t pc = pc_of(context);
	uint64_t caller;

	if (in_program(pc))
		return pc + 1; /* as a return address: behind the instruction */
	if (is_pending(address))
		return self()->pending.pc;
	if (traced_at())
		return traced_at();
	caller = return_address(sp_of(context));
	return caller ? caller : pc;
}

/* What is left of a stack that has overflown begins behind its guard. */
static uint64_t place_of_overflow(const void *context)
{
	uint64_t pc = pc_of(context);
	uint64_t stack = (uint64_t)(uintptr_t)rt->stacks +
			 (uint64_t)rt->current * STACK_SIZE;

	return in_program(pc) ? pc + 1 : return_address(stack + PAGE_SIZE);
}

/* Nothing of the program is on the stack that the fault could come from. */
static bool is_lost(const void *context)
{
	return rt->wire->config.compiled && self()->left_pc &&
	       !in_program(pc_of(context)) && !return_address(sp_of(context));
}

static bool in_guard(const void *address, unsigned thread)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)rt->stacks;

	return offset - (size_t)thread * STACK_SIZE < PAGE_SIZE;
}

/* What is no address at all was taken from the stack to return to. */
static bool returns_nowhere(const siginfo_t *info, const void *context)
{
#ifdef __x86_64__
	const uint8_t *ret = (const uint8_t *)(uintptr_t)pc_of(context);

	return info->si_code == SI_KERNEL && in_program(pc_of(context)) &&
	       *ret == 0xc3;
#else
	(void)info;
	(void)context;
	return false;
#endif
}

/* Somebody wrote on, from a variable there to the end of it. */
static bool is_overwritten(const siginfo_t *info, const void *context)
{
	return in_guard(info->si_addr, rt->current + 1) ||
	       returns_nowhere(info, context);
}

static void die(int signal)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigaction(signal, &action, NULL);
	raise(signal);
}

/*
 * A wild write of the program may have hit our own variables. The one that
 * leads to all the rest is kept beside the signal stack; the others are put
 * back with the program's as soon as the execution has ended.
 */
static void mend(void)
{
	stack_t stack;

	sigaltstack(NULL, &stack);
	rt = *(struct rt **)stack.ss_sp;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	uint64_t pc;

	mend();
	if (!rt->in_execution) {
		die(signal);
		return;
	}
	pc = place_of(context, (uint64_t)(uintptr_t)info->si_addr);
	rt->crashed = true;
	if (signal == SIGSEGV && in_guard(info->si_addr, rt->current))
		fail_signal(signal, place_of_overflow(context),
			"the stack of %s overflows",
			thread_name(rt->current).text);
	if (signal == SIGSEGV && is_overwritten(info, context))
		fail_signal(signal, pc, "the stack of %s was overwritten",
			thread_name(rt->current).text);
	if (signal == SIGSEGV && is_lost(context))
		fail_signal(signal, self()->left_pc,
			"the stack of %s was overwritten",
			thread_name(rt->current).text);
	if (signal == SIGSEGV || signal == SIGBUS)
		fail_signal(signal, pc, "bad memory access at address 0x%llx",
			(unsigned long long)(uintptr_t)info->si_addr);
	fail_signal(signal, pc, "died of signal %d (%s%s)", signal,
		sigabbrev_np(signal),
		signal == SIGFPE ? ", as by a division by zero" : "");
}

/* Nobody could run in between since the last operation, which is told, too. */
static _Noreturn void fail_hang(uint64_t pc)
{
	struct finding finding = {
		.kind = FOUND_HANG,
		.execution = rt->wire->progress.executions + 1,
		.first = party_of(self(), OP_NONE, pc),
		.second = party_of(
			self(), self()->pending.kind, self()->pending.pc),
		.text = "no visible operation",
	};

	fail_with(&finding);
}

/* Where it is known to hang, it need not do so for long. */
static unsigned ticks_to_hang(void)
{
	const struct wire *wire = rt->wire;
	bool again = wire->config.hangs &&
		     wire->nchoices >= wire->config.nchoices;

	return again ? TICKS_TO_HANG_AGAIN : TICKS_TO_HANG;
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
	if (++rt->watchdog_ticks >= ticks_to_hang())
		fail_hang(place_of(context, 0));
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
	*(struct rt **)stack.ss_sp = rt;
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
