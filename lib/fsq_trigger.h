/*
 * fsq_trigger - wake a scanner through a FIFO, as programs of FSQ do
 *
 * A byte in the FIFO says "look again", and any number of bytes say no more
 * than one. The listener holds a writing end of its own, without which every
 * writer's end would be an end of file, and clears the FIFO before it lists the
 * queue, not after: what is pulled while it lists is still there when it comes
 * back.
 *
 * A queue and all queues of its hosts have one FIFO each: trigger-s, and
 * hosts-trigger-s beside it. fsq_install makes the first; who enqueues pulls it
 * by hand, since only the caller knows whether nobody listening is an error.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   a listener holds two descriptors.
 */
#ifndef LIB_FSQ_TRIGGER_H
#define LIB_FSQ_TRIGGER_H

#include "lib/fsq.h"

struct fsq_listener {
	int fd; /* readable when it was pulled */
	int writer;
};

/* Make the FIFO. Returns 0, also when it is there; errors of mkfifo. */
int fsq_trigger_make(struct fsq *fsq);

/* Remove it. Returns 0, also when there is none; errors of unlink. */
int fsq_trigger_remove(struct fsq *fsq);

/*
 * Returns 0, also when the FIFO is full; -ENXIO: nobody listens; -ENOENT: there
 * is no FIFO; -EINVAL: something else is in its place; -EACCES.
 */
int fsq_trigger_pull(struct fsq *fsq);

/* Returns 0; -ENOENT, -EINVAL, -EACCES as above; -EMFILE. */
int fsq_trigger_listen(struct fsq *fsq, struct fsq_listener *listener);
void fsq_trigger_clear(struct fsq_listener *listener);
void fsq_trigger_close(struct fsq_listener *listener);

#endif
