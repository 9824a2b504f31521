/*
 * While it is open a portal has a task of its own, which waits to be told to
 * close. Whatever ends the tasks of the loop, be it portal_close, the end of
 * the main task or tasks_destroy, ends that one, and so the portal.
 *
 * Whether the portal is open is looked at, and the call posted, under one
 * lock: whoever has closed it knows that all which was accepted is in the
 * loop's inbox, or was run.
 */
#include "lib/portal.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "lib/locals.h"
#include "lib/must.h"
#include "lib/sync.h"

enum portal_state {
	PORTAL_CREATED,
	PORTAL_OPEN,
	PORTAL_CLOSED
};

struct portal {
	_Atomic unsigned nrefs;
	struct loop *loop; /* with a reference */

	struct mutex lock;
	/* guarded by lock */
	enum portal_state state;
	uint64_t naccepted;

	/* the loop's thread's */
	struct tasks *tasks;
	struct task *keeper; /* NULL: it is not open, or is over */
	enum portal_close how;
	bool closing;
	uint64_t nanswered;
	struct visitor *visitors;
};

/* A call that was sent; its future's memory is its own. */
struct sent {
	struct future future;
	struct portal *portal; /* until it has been answered */
	const struct loop *loop;
	struct loop_call call;
	struct locals *locals;
	portal_fn fn;
	void *arg;
};

/* A task that came through the portal. */
struct visitor {
	struct portal *portal;
	future_fn fn;
	void *arg;
	struct task *task;
	struct visitor *next, *previous;
};

int portal_create(struct tasks *tasks, struct portal **result)
{
	struct portal *portal = calloc(1, sizeof(*portal));

	if (!portal)
		return -ENOMEM;
	atomic_init(&portal->nrefs, 1);
	portal->loop = loop_ref(tasks_loop(tasks));
	portal->tasks = tasks;
	*result = portal;
	return 0;
}

struct portal *portal_ref(struct portal *portal)
{
	atomic_fetch_add(&portal->nrefs, 1);
	return portal;
}

void portal_unref(struct portal *portal)
{
	if (!portal || atomic_fetch_sub(&portal->nrefs, 1) > 1)
		return;
	loop_unref(portal->loop);
	mutex_fini(&portal->lock);
	free(portal);
}

/* --- opening and closing --- */

static enum portal_state set_state(
	struct portal *portal, enum portal_state state)
{
	enum portal_state before;

	mutex_lock(&portal->lock);
	before = portal->state;
	portal->state = state;
	mutex_unlock(&portal->lock);
	return before;
}

static void cancel_visitors(const struct portal *portal)
{
	for (struct visitor *v = portal->visitors; v; v = v->next)
		task_cancel(v->task);
}

/* It may have no reason to go on, and then looks and waits again. */
static void wake_keeper(const struct portal *portal)
{
	if (portal->closing && portal->keeper)
		task_wake(portal->keeper, 0);
}

/* Nothing is accepted any more, so naccepted stays as it is. */
static void await_calls(const struct portal *portal)
{
	task_shield();
	while (portal->nanswered < portal->naccepted)
		task_suspend(&(struct task_why){.what = "calls"});
	task_unshield();
}

/* While they may end by themselves, others may cancel them from outside. */
static void await_visitors(struct portal *portal)
{
	const struct task_why why = {.what = "tasks of a portal"};

	while (portal->visitors && portal->how == PORTAL_DRAIN)
		if (task_suspend(&why) < 0)
			portal->how = PORTAL_CANCEL;
	loop_release(portal->loop);
	cancel_visitors(portal);
	while (portal->visitors)
		task_suspend(&why);
}

/* tag::close[] */
static int keep(void *arg, union future_value *value, struct failure *failure)
{
	struct portal *portal = arg;

	(void)value, (void)failure;
	if (!portal->closing &&
		task_suspend(&(struct task_why){.what = "close"}) < 0)
		portal->how = PORTAL_CANCEL;
	portal->closing = true;
	set_state(portal, PORTAL_CLOSED);
	await_calls(portal);
	await_visitors(portal);
	task_unref(portal->keeper);
	portal->keeper = NULL;
	portal_unref(portal);
	return 0;
}
/* end::close[] */

/* Is the caller one of the loop's tasks? Without the loop there are none. */
static bool is_inside(const struct portal *portal)
{
	return loop_current() == portal->loop &&
	       tasks_check_self(portal->tasks) == 0;
}

int portal_open(struct portal *portal)
{
	int status;

	if (!is_inside(portal))
		return -EPERM;
	if (portal->state != PORTAL_CREATED) /* others only read it */
		return -EALREADY;
	status = task_spawn(
		portal->tasks, "portal", keep, portal, &portal->keeper);
	if (status < 0)
		return status;
	task_begin_anyway(portal->keeper);
	portal_ref(portal);
	loop_hold(portal->loop);
	set_state(portal, PORTAL_OPEN);
	return 0;
}

static bool is_visitor(const struct portal *portal, const struct task *task)
{
	const struct visitor *visitor = portal->visitors;

	while (visitor && visitor->task != task)
		visitor = visitor->next;
	return visitor != NULL;
}

static void ask_to_close(struct portal *portal, enum portal_close how)
{
	if (how == PORTAL_CANCEL)
		portal->how = how;
	portal->closing = true;
	wake_keeper(portal);
}

static int join_keeper(struct portal *portal, struct task *keeper)
{
	int status = task_join(keeper, CLOCK_NEVER);

	if (status != -ECANCELED)
		return status;
	ask_to_close(portal, PORTAL_CANCEL);
	task_shield();
	task_join(keeper, CLOCK_NEVER);
	task_unshield();
	return status;
}

int portal_close(struct portal *portal, enum portal_close how)
{
	struct task *keeper;
	int status;

	if (!is_inside(portal))
		return -EPERM;
	if (!portal->keeper)
		return -EPIPE;
	if (is_visitor(portal, task_self()))
		return -EDEADLK;
	keeper = task_ref(portal->keeper);
	ask_to_close(portal, how);
	status = join_keeper(portal, keeper);
	task_unref(keeper);
	return status;
}

/* --- calls --- */

/* The loop's thread must not sleep until a call has run that it has to run. */
static int before_sleep(struct future_wait *wait)
{
	const struct sent *sent = (const struct sent *)wait->futures[0];

	return loop_current() == sent->loop ? -EDEADLK : 0;
}

static const struct future_kind sent_kind = {.before_sleep = before_sleep};

static int call_it(
	void *arg, union future_value *value, struct failure *failure)
{
	const struct sent *sent = arg;
	struct portal_answer answer = {.value = {0}};
	int status = sent->fn(sent->arg, &answer);

	*value = answer.value;
	*failure = answer.failure;
	return status;
}

/* In the loop. Whoever waits gets to know of a failure, the loop does not. */
static int run_sent(void *arg)
{
	struct sent *sent = arg;
	struct portal *portal = sent->portal;
	struct locals *outside = locals_swap(sent->locals);

	future_run(&sent->future, call_it, sent);
	locals_unref(locals_swap(outside));
	future_unref(&sent->future);
	portal->nanswered++;
	wake_keeper(portal);
	return 0;
}

/* The loop was destroyed, and its tasks had not been. */
static int drop_sent(void *arg)
{
	struct sent *sent = arg;

	future_cancel(&sent->future);
	locals_unref(sent->locals);
	future_unref(&sent->future);
	return 0;
}

static struct sent *new_sent(struct portal *portal, portal_fn fn, void *arg)
{
	struct sent *sent = malloc(sizeof(*sent));

	if (!sent)
		return NULL;
	future_init(&sent->future, &sent_kind);
	sent->portal = portal;
	sent->loop = portal->loop;
	sent->call = (struct loop_call){.fn = run_sent,
		.arg = sent,
		.name = "portal call",
		.drop = drop_sent};
	sent->locals = locals_snapshot();
	sent->fn = fn;
	sent->arg = arg;
	return sent;
}

/* tag::accept[] */
static int accept_call(struct portal *portal, struct sent *sent)
{
	int status = -EPIPE;

	mutex_lock(&portal->lock);
	if (portal->state == PORTAL_OPEN)
		status = loop_post(portal->loop, &sent->call);
	if (status == 0)
		portal->naccepted++;
	mutex_unlock(&portal->lock);
	return status;
}
/* end::accept[] */

int portal_post(
	struct portal *portal, portal_fn fn, void *arg, struct future **result)
{
	struct sent *sent;
	int status;

	if (loop_current() == portal->loop)
		return -EDEADLK;
	sent = new_sent(portal, fn, arg);
	if (!sent)
		return -ENOMEM;
	future_ref(&sent->future); /* the loop has the other one */
	status = accept_call(portal, sent);
	if (status < 0) {
		locals_unref(sent->locals);
		free(sent);
		return status;
	}
	if (result)
		*result = &sent->future;
	else
		future_unref(&sent->future);
	return 0;
}

/* What comes too late is cancelled, unless it comes at this very moment. */
static int take_result(struct future *future, uint64_t deadline_ns,
	union future_value *value, struct failure *failure)
{
	int status = future_result(future, deadline_ns, value, failure);

	if ((status == -EAGAIN || status == -ETIMEDOUT) &&
		!future_cancel(future))
		status = future_result(future, CLOCK_NEVER, value, failure);
	future_unref(future);
	return status;
}

int portal_call(struct portal *portal, portal_fn fn, void *arg,
	uint64_t deadline_ns, union future_value *value,
	struct failure *failure)
{
	struct future *future;
	int status = portal_post(portal, fn, arg, &future);

	if (status < 0)
		return status;
	return take_result(future, deadline_ns, value, failure);
}

/* --- tasks --- */

static void add_visitor(struct portal *portal, struct visitor *visitor)
{
	visitor->next = portal->visitors;
	if (visitor->next)
		visitor->next->previous = visitor;
	portal->visitors = visitor;
}

static void remove_visitor(struct portal *portal, struct visitor *visitor)
{
	if (visitor->previous)
		visitor->previous->next = visitor->next;
	else
		portal->visitors = visitor->next;
	if (visitor->next)
		visitor->next->previous = visitor->previous;
	task_unref(visitor->task);
	free(visitor);
}

static int visit(void *arg, union future_value *value, struct failure *failure)
{
	struct visitor *visitor = arg;
	struct portal *portal = visitor->portal;
	int status = visitor->fn(visitor->arg, value, failure);

	remove_visitor(portal, visitor);
	wake_keeper(portal);
	return status;
}

struct spawning {
	struct portal *portal;
	const char *name;
	future_fn fn;
	void *arg;
};

static int spawn_visitor(void *arg, struct portal_answer *answer)
{
	const struct spawning *wanted = arg;
	struct visitor *visitor = calloc(1, sizeof(*visitor));
	int status;

	if (!visitor)
		return -ENOMEM;
	*visitor = (struct visitor){
		.portal = wanted->portal, .fn = wanted->fn, .arg = wanted->arg};
	status = task_spawn(wanted->portal->tasks, wanted->name, visit, visitor,
		&visitor->task);
	if (status < 0) {
		free(visitor);
		return status;
	}
	task_begin_anyway(visitor->task);
	add_visitor(wanted->portal, visitor);
	answer->value.pointer = future_ref(task_future(visitor->task));
	return 0;
}

int portal_spawn(struct portal *portal, const char *name, future_fn fn,
	void *arg, struct future **result)
{
	struct spawning wanted = {portal, name, fn, arg};
	union future_value value;
	struct failure failure;
	int status = portal_call(
		portal, spawn_visitor, &wanted, CLOCK_NEVER, &value, &failure);

	if (status)
		return status == FUTURE_FAILED ? failure.code : status;
	if (result)
		*result = value.pointer;
	else
		future_unref(value.pointer);
	return 0;
}

int portal_run(struct portal *portal, const char *name, future_fn fn, void *arg,
	uint64_t deadline_ns, union future_value *value,
	struct failure *failure)
{
	struct future *future;
	int status = portal_spawn(portal, name, fn, arg, &future);

	if (status < 0)
		return status;
	return take_result(future, deadline_ns, value, failure);
}
