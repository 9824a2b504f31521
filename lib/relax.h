/*
 * relax - what a thread does between two looks at a word it waits for
 *
 * To spin is to look again and again instead of going to sleep: right where
 * the wait is most likely shorter than the 20 to 40 us that it takes to wake
 * a sleeper, and never without an end. Between the looks a processor is told
 * that this is a wait, so that it leaves its pipeline to others and does not
 * pay for a wrong guess when the word changes.
 *
 * To spin about as long as it takes to be woken costs at most twice what the
 * best choice would have cost, whatever happens (Karlin, Li, Manasse and
 * Owicki, 1991). relax_patience says how many pauses that is here.
 *
 * Threads:  any.
 * Blocking: never; one pause takes 1 to 50 ns.
 * Memory:   none.
 */
#ifndef LIB_RELAX_H
#define LIB_RELAX_H

#include <sched.h>
#include <stdatomic.h>

static inline void relax(unsigned npauses)
{
	for (; npauses > 0; npauses--) {
#if defined(__x86_64__) || defined(__i386__)
		__builtin_ia32_pause();
#elif defined(__aarch64__)
		__asm__ __volatile__("isb" ::: "memory");
#else
		atomic_signal_fence(memory_order_seq_cst);
#endif
	}
}

/*
 * Soon to be written: fetch its cache line for writing, where processors can
 * do that. Worth it for memory that another processor has just read. (What
 * __builtin_prefetch emits for x86 without options fetches it for reading.)
 */
static inline void prefetch_to_write(const void *address)
{
#if defined(__x86_64__)
	__asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)address));
#else
	__builtin_prefetch(address, 1);
#endif
}

/*
 * How many pauses to spin before going to sleep: about 10 us of them, and
 * none on a single processor, where nothing can change meanwhile. Measured
 * at the first call.
 */
unsigned relax_patience(void);

/*
 * Step number i of a spin of relax_patience() steps: a pause, and now and then
 * sched_yield. Where there are more threads than processors, the one that is
 * waited for may be waiting for this processor.
 */
static inline void relax_step(unsigned i)
{
	enum {
		STEPS_TO_YIELD = 64
	};

	relax(1);
	if (i % STEPS_TO_YIELD == STEPS_TO_YIELD - 1)
		sched_yield();
}

#endif
