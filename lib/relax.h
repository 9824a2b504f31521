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

#include <stdatomic.h>
#include <stdbool.h>

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
 * How many steps to spin before going to sleep: about 10 us of pauses, measured
 * at the first call. None on a single processor, where nothing can change
 * meanwhile, and none for a while after a processor was found to be wanted.
 */
unsigned relax_patience(void);

/*
 * Offer the processor to others. Returns false if one took it for long: who
 * would spin on robs those whom it waits for, and does better to sleep.
 */
bool relax_yield(void);

/* Step i of a spin, a pause. Returns false when the spin should end. */
static inline bool relax_step(unsigned i)
{
	enum {
		STEPS_TO_YIELD = 64
	};

	relax(1);
	return i % STEPS_TO_YIELD != STEPS_TO_YIELD - 1 || relax_yield();
}

#endif
