/*
 * task_queue - a queue of limited length between the tasks of one loop
 *
 * As bq is between threads. Items are copied in and out; they come out oldest
 * first, newest first or smallest first. Who waits is served in the order of
 * waiting: an item that is put goes straight to the first that waits to get
 * one, and the place that a get leaves to the first that waits to put. So a
 * capacity of 0 is possible, a rendezvous: a put waits until its item is taken.
 *
 * A queue closed with BQ_DRAIN refuses puts, also those that wait, hands out
 * what it holds, and then answers -EPIPE. BQ_DISCARD drops what it holds, which
 * counts as done.
 *
 * Threads:  the loop's; all others are refused with -EPERM.
 * Blocking: put, get and join, the calling task alone, until their deadline.
 * Memory:   allocated by task_queue_create, and by task_queue_set_capacity
 *           when it asks for more than ever before. The name is not copied.
 *           Nobody waits when it is destroyed.
 */
#ifndef LIB_TASK_QUEUE_H
#define LIB_TASK_QUEUE_H

#include "lib/bq.h"
#include "lib/task.h"

struct task_queue;

/*
 * Of struct bq_options all mean the same, but a capacity of 0. Returns 0;
 * -EINVAL, -ENOMEM as bq_create.
 */
int task_queue_create(struct tasks *tasks, const char *name,
	const struct bq_options *options, struct task_queue **result);

/* Items still held are forgotten. NULL is fine. */
void task_queue_destroy(struct task_queue *q);

/*
 * Returns 0; with nothing put in: -EAGAIN (deadline 0, and full), -ETIMEDOUT,
 * -ECANCELED, -EPIPE (closed, if need be while waiting), -EDEADLK (nobody is
 * left who could get it), -ENOMEM, -EPERM. With deadline 0 a call of the loop
 * may put as well.
 */
int task_queue_put(
	struct task_queue *q, const void *item, uint64_t deadline_ns);

/* Likewise; -EAGAIN when it is empty, -EPIPE when it is closed and empty. */
int task_queue_get(struct task_queue *q, void *item, uint64_t deadline_ns);

/* Copy the next item and leave it there. Returns 0, -EAGAIN, -EPIPE, -EPERM. */
int task_queue_peek(struct task_queue *q, void *item);

/* May be repeated, and turned from BQ_DRAIN to BQ_DISCARD. 0; -EPERM. */
int task_queue_close(struct task_queue *q, enum bq_close how);

/* Returns 0; -EINVAL: called more often than items were got; -EPERM. */
int task_queue_task_done(struct task_queue *q);

/* Until every item that was put is done. Returns as task_queue_get. */
int task_queue_join(struct task_queue *q, uint64_t deadline_ns);

/* One that holds more keeps all and counts as full. 0; -ENOMEM, -EPERM. */
int task_queue_set_capacity(struct task_queue *q, size_t capacity);

size_t task_queue_length(const struct task_queue *q);

#endif
