#include "lib/task_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bq_impl.h"

struct task_queue {
	struct tasks *tasks;
	const char *name;
	size_t item_size;
	size_t capacity;
	struct bq_items items;
	size_t unfinished; /* put, and neither done nor discarded */
	size_t ngot; /* got, and not done */
	bool closed;
	/* each with its item as a token */
	struct task_line putters, getters;
	struct task_line joiners;
};

int task_queue_create(struct tasks *tasks, const char *name,
	const struct bq_options *options, struct task_queue **result)
{
	struct task_queue *q;
	struct bq_options checked = *options;
	int error;

	if (options->item_size == 0 || (unsigned)options->order > BQ_PRIORITY ||
		(options->order == BQ_PRIORITY && !options->compare))
		return -EINVAL;
	if (checked.capacity == 0)
		checked.capacity = 1; /* never used */
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	error = bq_items_init(&q->items, &checked);
	if (error < 0) {
		free(q);
		return error;
	}
	q->tasks = tasks;
	q->name = name;
	q->item_size = options->item_size;
	q->capacity = options->capacity;
	*result = q;
	return 0;
}

void task_queue_destroy(struct task_queue *q)
{
	if (!q)
		return;
	bq_items_fini(&q->items);
	free(q);
}

static int wait_in(struct task_queue *q, struct task_line *line,
	const char *what, void *item, uint64_t deadline_ns)
{
	const struct task_why why = {.what = what, .name = q->name};

	if (deadline_ns == 0)
		return -EAGAIN;
	if (tasks_check_self(q->tasks) < 0)
		return -EPERM;
	task_set_token(item);
	return task_line_wait(line, &why, deadline_ns);
}

/* Straight to the first that waits for it, which found the queue empty. */
static bool hand_over(struct task_queue *q, const void *item)
{
	void *to = task_line_token(&q->getters);

	if (!to)
		return false;
	memcpy(to, item, q->item_size);
	q->ngot++;
	task_line_wake(&q->getters, 0);
	return true;
}

int task_queue_put(struct task_queue *q, const void *item, uint64_t deadline_ns)
{
	int error = tasks_check(q->tasks);

	if (error < 0)
		return error;
	if (q->closed)
		return -EPIPE;
	if (!hand_over(q, item)) {
		if (q->items.length >= q->capacity)
			return wait_in(q, &q->putters, "room in queue",
				(void *)item, deadline_ns);
		bq_items_put(&q->items, item);
	}
	q->unfinished++;
	return 0;
}

/* Room was made: those who wait to put do so, in their order. */
static void admit(struct task_queue *q)
{
	void *item;

	while (q->items.length < q->capacity &&
		(item = task_line_token(&q->putters))) {
		bq_items_put(&q->items, item);
		q->unfinished++;
		task_line_wake(&q->putters, 0);
	}
}

/* Without a place in between the item comes from the one who waits. */
static bool take_from_putter(struct task_queue *q, void *item)
{
	const void *from = task_line_token(&q->putters);

	if (!from)
		return false;
	memcpy(item, from, q->item_size);
	q->unfinished++;
	task_line_wake(&q->putters, 0);
	return true;
}

int task_queue_get(struct task_queue *q, void *item, uint64_t deadline_ns)
{
	int error = tasks_check(q->tasks);

	if (error < 0)
		return error;
	if (q->items.length) {
		bq_items_take(&q->items, item);
		admit(q);
	} else if (!take_from_putter(q, item)) {
		if (q->closed)
			return -EPIPE;
		return wait_in(
			q, &q->getters, "an item of queue", item, deadline_ns);
	}
	q->ngot++;
	return 0;
}

int task_queue_peek(struct task_queue *q, void *item)
{
	if (tasks_check(q->tasks) < 0)
		return -EPERM;
	if (!q->items.length)
		return q->closed ? -EPIPE : -EAGAIN;
	bq_items_peek(&q->items, item);
	return 0;
}

static void release_joiners(struct task_queue *q)
{
	if (!q->unfinished)
		task_line_wake_all(&q->joiners, 0);
}

int task_queue_close(struct task_queue *q, enum bq_close how)
{
	if (tasks_check(q->tasks) < 0)
		return -EPERM;
	q->closed = true;
	if (how == BQ_DISCARD) {
		q->unfinished -= q->items.length;
		bq_items_drop_all(&q->items);
	}
	task_line_wake_all(&q->putters, -EPIPE);
	task_line_wake_all(&q->getters, -EPIPE);
	release_joiners(q);
	return 0;
}

int task_queue_task_done(struct task_queue *q)
{
	if (tasks_check(q->tasks) < 0)
		return -EPERM;
	if (!q->ngot)
		return -EINVAL;
	q->ngot--;
	q->unfinished--;
	release_joiners(q);
	return 0;
}

int task_queue_join(struct task_queue *q, uint64_t deadline_ns)
{
	int error = tasks_check(q->tasks);

	if (error < 0 || !q->unfinished)
		return error;
	return wait_in(q, &q->joiners, "the work of queue", NULL, deadline_ns);
}

int task_queue_set_capacity(struct task_queue *q, size_t capacity)
{
	int error = tasks_check(q->tasks);

	if (error == 0)
		error = bq_items_reserve(&q->items, capacity ? capacity : 1);
	if (error < 0)
		return error;
	q->capacity = capacity;
	admit(q);
	return 0;
}

size_t task_queue_length(const struct task_queue *q)
{
	return q->items.length;
}
