#include "lib/chan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/must.h"

/* Cases that wait for one thing, in the order of waiting. */
struct line {
	struct chan_case *first, *last;
};

struct chan {
	struct tasks *tasks;
	const char *name;
	size_t item_size, capacity;
	size_t first, length; /* of the ring */
	bool is_closed;
	struct line senders, receivers; /* never both */
	size_t nselects; /* where the next look begins */
	char ring[];
};

/* A task that waits for one of its cases. */
struct chan_select {
	struct task_line line; /* it alone */
	struct chan_case *cases;
	size_t ncases;
	struct chan_case *done;
};

int chan_create(struct tasks *tasks, const char *name, size_t item_size,
	size_t capacity, struct chan **result)
{
	size_t size;
	struct chan *chan;

	if (!item_size || __builtin_mul_overflow(item_size, capacity, &size) ||
		__builtin_add_overflow(size, sizeof(*chan), &size))
		return -EINVAL;
	chan = malloc(size);
	if (!chan)
		return -ENOMEM;
	*chan = (struct chan){
		.tasks = tasks,
		.name = name,
		.item_size = item_size,
		.capacity = capacity,
	};
	*result = chan;
	return 0;
}

void chan_destroy(struct chan *chan)
{
	must(!chan || chan_nwaiting(chan) == 0);
	free(chan);
}

size_t chan_length(const struct chan *chan)
{
	return chan->length;
}

static size_t count(const struct line *line)
{
	size_t n = 0;

	for (const struct chan_case *c = line->first; c; c = c->next)
		n++;
	return n;
}

size_t chan_nwaiting(const struct chan *chan)
{
	return count(&chan->senders) + count(&chan->receivers);
}

/* --- lines of waiting cases --- */

static struct line *line_of(const struct chan_case *c)
{
	return c->way == CHAN_SEND ? &c->chan->senders : &c->chan->receivers;
}

static void append(struct chan_case *c)
{
	struct line *line = line_of(c);

	c->next = NULL;
	c->previous = line->last;
	*(line->last ? &line->last->next : &line->first) = c;
	line->last = c;
}

static void take_out(struct chan_case *c)
{
	struct line *line = line_of(c);

	*(c->previous ? &c->previous->next : &line->first) = c->next;
	*(c->next ? &c->next->previous : &line->last) = c->previous;
}

static void line_up(struct chan_select *select)
{
	for (size_t i = 0; i < select->ncases; i++) {
		select->cases[i].select = select;
		if (select->cases[i].chan)
			append(&select->cases[i]);
	}
}

static void leave(struct chan_select *select)
{
	for (size_t i = 0; i < select->ncases; i++)
		if (select->cases[i].chan)
			take_out(&select->cases[i]);
}

/*
 * The first whose task really waits; one that was thrown at or timed out
 * will take itself out of the line when it runs.
 */
static struct chan_case *first_of(const struct line *line)
{
	struct chan_case *c = line->first;

	while (c && !c->select->line.first)
		c = c->next;
	return c;
}

/* It is done, and no other case of its select can be. */
static void finish(struct chan_case *c, int status)
{
	struct chan_select *select = c->select;

	c->status = status;
	select->done = c;
	leave(select);
	must(task_line_wake(&select->line, 0));
}

/* --- items --- */

static void *slot(struct chan *chan, size_t i)
{
	return chan->ring +
	       (chan->first + i) % chan->capacity * chan->item_size;
}

static void put_in(struct chan *chan, const void *item)
{
	memcpy(slot(chan, chan->length++), item, chan->item_size);
}

static void take_from(struct chan *chan, void *item)
{
	memcpy(item, slot(chan, 0), chan->item_size);
	chan->first = (chan->first + 1) % chan->capacity;
	chan->length--;
}

/* Each returns 0, -EPIPE, or -EAGAIN: it would have to wait. */
static int try_send(struct chan *chan, const void *item)
{
	struct chan_case *receiver = first_of(&chan->receivers);

	if (chan->is_closed)
		return -EPIPE;
	if (receiver) {
		memcpy(receiver->item, item, chan->item_size);
		finish(receiver, 0);
		return 0;
	}
	if (chan->length == chan->capacity)
		return -EAGAIN;
	put_in(chan, item);
	return 0;
}

/* The place that it leaves goes to whoever has waited longest to send. */
static int try_receive(struct chan *chan, void *item)
{
	struct chan_case *sender = first_of(&chan->senders);

	if (chan->length) {
		take_from(chan, item);
		if (sender)
			put_in(chan, sender->item);
	} else if (sender) {
		memcpy(item, sender->item, chan->item_size);
	} else {
		return chan->is_closed ? -EPIPE : -EAGAIN;
	}
	if (sender)
		finish(sender, 0);
	return 0;
}

static int try_case(const struct chan_case *c)
{
	if (!c->chan)
		return -EAGAIN;
	if (c->way == CHAN_SEND)
		return try_send(c->chan, c->item);
	return try_receive(c->chan, c->item);
}

/* Returns which was done, or -EAGAIN. */
static int try_each(struct chan_case cases[], size_t ncases, size_t first)
{
	for (size_t n = 0; n < ncases; n++) {
		size_t i = (first + n) % ncases;
		int status = try_case(&cases[i]);

		if (status != -EAGAIN) {
			cases[i].status = status;
			return (int)i;
		}
	}
	return -EAGAIN;
}

/* --- waiting --- */

static int may_use(
	const struct chan_case cases[], size_t ncases, uint64_t deadline_ns)
{
	int status = task_self() || deadline_ns == 0 ? 0 : -EPERM;

	for (size_t i = 0; i < ncases && status == 0; i++) {
		const struct chan *chan = cases[i].chan;

		if (chan)
			status = deadline_ns ? tasks_check_self(chan->tasks)
					     : tasks_check(chan->tasks);
	}
	return status;
}

static struct task_why why_of(const struct chan_select *select)
{
	const struct chan_case *only = select->cases;

	if (select->ncases != 1)
		return (struct task_why){.what = "one of several channels"};
	return (struct task_why){
		.what = only->way == CHAN_SEND ? "room in channel"
					       : "an item of channel",
		.name = only->chan ? only->chan->name : NULL,
	};
}

static int wait_for_one(
	struct chan_case cases[], size_t ncases, uint64_t deadline_ns)
{
	struct chan_select select = {.cases = cases, .ncases = ncases};
	struct task_why why = why_of(&select);
	int status;

	line_up(&select);
	status = task_line_wait(&select.line, &why, deadline_ns);
	if (select.done)
		return (int)(select.done - cases);
	leave(&select);
	return status;
}

int chan_select(struct chan_case cases[], size_t ncases, uint64_t deadline_ns)
{
	int status = may_use(cases, ncases, deadline_ns);
	size_t first = 0;

	if (status < 0)
		return status;
	if (ncases > 1 && cases[0].chan)
		first = cases[0].chan->nselects++;
	status = try_each(cases, ncases, first);
	if (status != -EAGAIN || deadline_ns == 0)
		return status;
	return wait_for_one(cases, ncases, deadline_ns);
}

static int do_one(struct chan_case c, uint64_t deadline_ns)
{
	int status = chan_select(&c, 1, deadline_ns);

	return status < 0 ? status : c.status;
}

int chan_send(struct chan *chan, const void *item, uint64_t deadline_ns)
{
	struct chan_case c = {.chan = chan, .way = CHAN_SEND};

	c.item = (void *)(uintptr_t)item; /* a send only reads it */
	return do_one(c, deadline_ns);
}

int chan_receive(struct chan *chan, void *item, uint64_t deadline_ns)
{
	return do_one(
		(struct chan_case){
			.chan = chan, .way = CHAN_RECEIVE, .item = item},
		deadline_ns);
}

static void refuse_all(const struct line *line)
{
	struct chan_case *c;

	while ((c = first_of(line)))
		finish(c, -EPIPE);
}

int chan_close(struct chan *chan)
{
	int status = tasks_check(chan->tasks);

	if (status < 0)
		return status;
	if (chan->is_closed)
		return -EPIPE;
	chan->is_closed = true;
	refuse_all(&chan->senders);
	refuse_all(&chan->receivers);
	return 0;
}
