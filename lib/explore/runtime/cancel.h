/*
 * cancel - pthread_cancel, and what a thread does before it ends
 *
 * A cancelled thread ends where it waits, or at the next place where it could
 * wait (a cancellation point), unless it has said that it does not want to.
 * It then runs the handlers of pthread_cleanup_push, innermost first, which
 * the macros of the C library make a kind of longjmp.
 *
 * Threads:  cancel_due and cancel_now are about the thread that runs.
 * Blocking: cancel_now and cancel_clean_up do not return.
 * Memory:   the handlers lie on the stacks of the program's threads.
 */
#ifndef LIB_EXPLORE_RUNTIME_CANCEL_H
#define LIB_EXPLORE_RUNTIME_CANCEL_H

#include <stdbool.h>

struct thread;

/* It waits for something that cancelling it would end. */
bool cancel_wakes(const struct thread *thread);

/* Whether the thread should end here, a cancellation point. */
bool cancel_due(void);

/* End it, handlers first. */
_Noreturn void cancel_now(void);

/* The handlers that are left, and then the end. */
_Noreturn void cancel_clean_up(void);

#endif
