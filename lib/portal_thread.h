/*
 * portal_thread - a loop in a thread of its own, reached by its portal
 *
 * For programs that are made of threads and want tasks for a part of their
 * work: the thread runs a loop and its tasks until it is stopped.
 *
 * Threads:  any but the one it starts. One stops it.
 * Blocking: portal_thread_start, until the portal is open; portal_thread_stop,
 *           until the thread has ended.
 * Memory:   portal_thread_start allocates, portal_thread_stop frees. Who may
 *           call later still holds a reference to the portal, and is refused.
 */
#ifndef LIB_PORTAL_THREAD_H
#define LIB_PORTAL_THREAD_H

#include "lib/portal.h"

struct portal_thread;

/*
 * Returns 0; -EAGAIN: no thread; -ENOMEM, -EMFILE, -ENFILE: as loop_create and
 * tasks_create.
 */
int portal_thread_start(struct portal_thread **result);

/* Open until the stop; no reference is made. */
struct portal *portal_thread_portal(const struct portal_thread *thread);

/* Close the portal, end the loop and the thread. */
void portal_thread_stop(struct portal_thread *thread, enum portal_close how);

#endif
