/*
 * left - functions that have returned, in an execution that is to be shown
 *
 * Of a local variable that is used too late they say whose it was, and when it
 * went.
 *
 * Threads:  one real thread; of the program's whichever runs.
 * Blocking: never.
 * Memory:   left_setup maps it.
 */
#ifndef LIB_EXPLORE_RUNTIME_LEFT_H
#define LIB_EXPLORE_RUNTIME_LEFT_H

#include <stdint.h>

struct finding;
struct thread;

void left_setup(void);

/*
 * The thread is about to return from a function, which is out of its frames
 * already, but still there above `low`.
 */
void left_note(const struct thread *thread, uint64_t low);

/*
 * The variable at address is used, and its function has returned, or its
 * thread has ended: name it, add the return to the steps, and make that the
 * third party of the finding. Where it is not known which it was, nothing.
 */
void left_show(
	struct finding *finding, const struct thread *owner, uint64_t address);

#endif
