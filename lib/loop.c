#include "lib/loop_impl.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/must.h"

/* Never inlined: a coroutine that asks may have changed threads. */
__attribute__((noinline)) static struct loop **current(void)
{
	static _Thread_local struct loop *loop;

	__asm__ volatile("" ::: "memory");
	return &loop;
}

struct loop *loop_current(void)
{
	return *current();
}

bool loop_is_mine(const struct loop *loop)
{
	return loop_current() == loop ||
	       !atomic_load((atomic_bool *)&loop->runs);
}

/* --- the ready list --- */

static void list_init(struct loop_list *list)
{
	list->head.next = list->head.previous = &list->head;
}

static bool list_empty(const struct loop_list *list)
{
	return list->head.next == &list->head;
}

static void list_append(struct loop_list *list, struct loop_call *call)
{
	call->next = &list->head;
	call->previous = list->head.previous;
	call->previous->next = call;
	list->head.previous = call;
}

static void list_remove(struct loop_call *call)
{
	call->next->previous = call->previous;
	call->previous->next = call->next;
	call->next = call->previous = NULL;
}

/* All of one list become another, which was nothing yet. */
static void list_move(struct loop_list *from, struct loop_list *to)
{
	list_init(to);
	if (list_empty(from))
		return;
	to->head = from->head;
	to->head.next->previous = &to->head;
	to->head.previous->next = &to->head;
	list_init(from);
}

void loop_append(struct loop *loop, struct loop_call *call)
{
	must(!loop_is_ready(call));
	list_append(&loop->ready, call);
}

bool loop_has_ready(const struct loop *loop)
{
	return !list_empty(&loop->ready);
}

/* What was posted before comes before it. */
void loop_soon(struct loop *loop, struct loop_call *call)
{
	loop_collect(loop);
	loop_append(loop, call);
}

bool loop_is_ready(const struct loop_call *call)
{
	return call->previous != NULL;
}

bool loop_cancel(struct loop *loop, struct loop_call *call)
{
	loop_collect(loop);
	if (!loop_is_ready(call))
		return false;
	list_remove(call);
	return true;
}

/* --- life --- */

static void event_came(struct poller_watch *watch, unsigned events)
{
	uint64_t count;

	(void)events;
	while (read(watch->fd, &count, sizeof(count)) < 0)
		if (errno != EINTR) {
			must(errno == EAGAIN);
			return;
		}
}

static int open_poller(struct loop *loop)
{
	int error = poller_create(&loop->poller);

	if (error < 0)
		return error;
	loop->event_watch = (struct poller_watch){
		.fd = loop->event, .events = POLLIN, .ready = event_came};
	error = poller_add(loop->poller, &loop->event_watch);
	if (error < 0)
		poller_destroy(loop->poller);
	return error;
}

int loop_create(const struct loop_rules *rules, struct loop **result)
{
	struct loop *loop = aligned_alloc(LOOP_CACHE_LINE, sizeof(*loop));
	int error;

	if (!loop)
		return -ENOMEM;
	*loop = (struct loop){.signal_watch.fd = -1};
	if (rules)
		loop->rules = *rules;
	list_init(&loop->ready);
	error = loop_open_inbox(loop);
	if (error < 0)
		goto no_inbox;
	error = open_poller(loop);
	if (error < 0)
		goto no_poller;
	*result = loop;
	return 0;
no_poller:
	close(loop->event);
no_inbox:
	free(loop);
	return error;
}

static void drop_ready(struct loop *loop)
{
	while (loop_has_ready(loop)) {
		struct loop_call *call = loop->ready.head.next;

		list_remove(call);
		if (call->drop)
			call->drop(call->arg);
	}
}

void loop_destroy(struct loop *loop)
{
	must(!atomic_load(&loop->runs));
	loop_close_inbox(loop);
	drop_ready(loop);
	while (loop->fds)
		loop_fd_stop(loop, loop->fds);
	while (loop->children)
		loop_child_stop(loop, loop->children);
	loop_forget_signals(loop);
	poller_destroy(loop->poller);
	heap_fini(&loop->timers);
	loop_unref(loop);
}

/* --- running --- */

void loop_report(const struct loop *loop, const struct failure *failure)
{
	if (loop->rules.report)
		loop->rules.report(loop->rules.context, failure);
	else
		failure_unretrieved(failure);
}

static void run_call(const struct loop *loop, struct loop_call *call)
{
	const char *name = call->name; /* the call may be gone afterwards */
	struct failure failure;
	int status = call->fn(call->arg);

	if (!status)
		return;
	failure_set(&failure, status, name ? name : "call", "a call failed");
	loop_report(loop, &failure);
}

/* tag::run-ready[] */
/* What becomes ready meanwhile is for the next turn. */
static void run_ready(struct loop *loop)
{
	struct loop_list batch;

	list_move(&loop->ready, &batch);
	while (!list_empty(&batch)) {
		struct loop_call *call = batch.head.next;

		list_remove(call);
		run_call(loop, call);
	}
}
/* end::run-ready[] */

static struct loop_timer *timer_of(struct heap_node *node)
{
	return (struct loop_timer *)((char *)node -
				     offsetof(struct loop_timer, node));
}

static struct loop_timer *first_timer(struct loop *loop)
{
	struct loop_timer *timer = timer_of(heap_pop(&loop->timers));

	loop->ntimers -= !timer->background;
	return timer;
}

static void append_due_timers(struct loop *loop)
{
	uint64_t now;

	if (heap_empty(&loop->timers))
		return;
	now = loop_now(loop);
	while (heap_first_key(&loop->timers) <= now)
		loop_append(loop, &first_timer(loop)->call);
}

/* How long to wait, when nothing is ready. */
static uint64_t time_to_wait(const struct loop *loop)
{
	uint64_t due = heap_first_key(&loop->timers), now, ns = CLOCK_NEVER;

	if (loop->rules.virtual_time) {
		bool outside = loop->nholds || loop->children;
		bool stands = outside && due > loop->virtual_now;

		ns = stands || due == CLOCK_NEVER ? CLOCK_NEVER : 0;
	} else if (due != CLOCK_NEVER) {
		now = loop_now(loop);
		ns = due > now ? due - now : 0;
	}
	if (loop->nunwatched && ns > LOOP_ASK_NS)
		ns = LOOP_ASK_NS;
	return ns;
}

/* Nothing else can run: time jumps to the next timer. */
static void jump(struct loop *loop)
{
	uint64_t due = heap_first_key(&loop->timers);

	if (due != CLOCK_NEVER && due > loop->virtual_now)
		loop->virtual_now = due;
}

static void wait_for_something(struct loop *loop)
{
	uint64_t ns = loop_has_ready(loop) ? 0 : time_to_wait(loop);

	loop_poll(loop, ns);
	loop_ask_for_children(loop);
	loop_collect(loop);
	if (loop->rules.virtual_time && ns == 0 && !loop_has_ready(loop))
		jump(loop);
	append_due_timers(loop);
}

static bool anything_left(const struct loop *loop)
{
	return loop_has_ready(loop) || loop->ntimers || loop->nfds ||
	       loop->children || loop->nholds;
}

static bool turn(struct loop *loop)
{
	if (anything_left(loop))
		loop_gather(loop);
	loop_collect(loop);
	if (!anything_left(loop))
		return false;
	wait_for_something(loop);
	loop->nturns++;
	if (loop->rules.turn)
		loop->rules.turn(loop->rules.context, loop);
	run_ready(loop);
	return true;
}

int loop_run(struct loop *loop)
{
	bool left = true;

	if (loop_current() || atomic_exchange(&loop->runs, true))
		return -EBUSY;
	*current() = loop;
	do {
		left = turn(loop);
	} while (left && !loop->stopping);
	*current() = NULL;
	loop->stopping = false;
	atomic_store(&loop->runs, false);
	return left ? LOOP_STOPPED : 0;
}

void loop_stop(struct loop *loop)
{
	loop->stopping = true;
}

void loop_hold(struct loop *loop)
{
	loop->nholds++;
}

void loop_release(struct loop *loop)
{
	must(loop->nholds);
	loop->nholds--;
}

/* --- timers --- */

uint64_t loop_now(const struct loop *loop)
{
	return loop->rules.virtual_time ? loop->virtual_now : clock_now();
}

int loop_timer_start(
	struct loop *loop, struct loop_timer *timer, uint64_t due_ns)
{
	int error;

	loop_timer_stop(loop, timer);
	if (due_ns == CLOCK_NEVER)
		return 0;
	error = heap_push(&loop->timers, due_ns, &timer->node);
	if (error == 0)
		loop->ntimers += !timer->background;
	return error;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (heap_holds(&timer->node)) {
		heap_remove(&loop->timers, &timer->node);
		loop->ntimers -= !timer->background;
	} else if (loop_is_ready(&timer->call)) {
		list_remove(&timer->call);
	}
}

bool loop_timer_runs(const struct loop_timer *timer)
{
	return heap_holds(&timer->node) || loop_is_ready(&timer->call);
}

/* --- looking --- */

uint64_t loop_nturns(const struct loop *loop)
{
	return loop->nturns;
}

void loop_each_ready(const struct loop *loop,
	void (*visit)(const struct loop_call *call, void *arg), void *arg)
{
	const struct loop_call *call = loop->ready.head.next;

	for (; call != &loop->ready.head; call = call->next)
		visit(call, arg);
}

void loop_each_timer(const struct loop *loop,
	void (*visit)(
		const struct loop_timer *timer, uint64_t due_ns, void *arg),
	void *arg)
{
	for (size_t i = 0; i < loop->timers.size; i++)
		visit(timer_of(loop->timers.entries[i].node),
			loop->timers.entries[i].key, arg);
}

void loop_each_fd(const struct loop *loop,
	void (*visit)(const struct loop_fd *watch, void *arg), void *arg)
{
	for (const struct loop_fd *watch = loop->fds; watch;
		watch = watch->next)
		visit(watch, arg);
}
