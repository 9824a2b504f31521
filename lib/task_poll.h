/*
 * task_poll - poll(2) for tasks: wait for descriptors, and let others run
 *
 * What poll and select do to a thread, this does to the calling task alone.
 * A file that is always ready, and that epoll does not take, is ready at once.
 *
 * Threads:  the tasks of the loop; all others are refused with -EPERM.
 * Blocking: the calling task alone, until the deadline (of loop_now; 0 looks
 *           and does not wait).
 * Memory:   for each descriptor a struct loop_fd, while it waits.
 */
#ifndef LIB_TASK_POLL_H
#define LIB_TASK_POLL_H

#include <poll.h>
#include <stddef.h>

#include "lib/task.h"

/*
 * Sets revents of each, as poll does. Without any descriptor it sleeps.
 * Returns how many have something to tell; 0 at the deadline; -EBADF, -ENOMEM,
 * -ENOSPC: a descriptor that cannot be watched; -ECANCELED, -EDEADLK, -EPERM.
 */
int task_poll(struct pollfd *fds, size_t nfds, uint64_t deadline_ns);

#endif
