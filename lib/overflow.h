/*
 * overflow - say in words that a coroutine used up its stack
 *
 * The guard below a stack turns an overflow into a SIGSEGV, whose message
 * helps nobody. Once overflow_watch was called, a fault in the guard of the
 * running coroutine's own stack first writes one line to stderr, with the
 * name of the coroutine, the size of its stack and what to do; then the
 * process dies of the signal as before, and a core dump shows the place.
 * Faults elsewhere go to the handler that was installed before, or to the
 * default action.
 *
 * The handler needs a stack of its own to run on, in each thread.
 *
 * Threads:  any; each that runs coroutines calls overflow_watch once.
 * Blocking: never, but for the line.
 * Memory:   64 KiB of address space a thread, given back when it ends. A
 *           thread that has an alternate signal stack already keeps it.
 */
#ifndef LIB_OVERFLOW_H
#define LIB_OVERFLOW_H

/* Returns 0, or -ENOMEM when there is no memory for the thread's stack. */
int overflow_watch(void);

#endif
