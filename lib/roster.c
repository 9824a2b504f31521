#include "lib/roster.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/roster_impl.h"

enum {
	FIRST_TASK_ID = 1 << 23, /* above PID_MAX_LIMIT, 1 << 22 */
	READ_TRIES = 1000
};

static struct roster_table table;
static struct latch table_latch;
static _Atomic(roster_write_fn) wanted_by;
_Thread_local struct roster_task *roster_mine;

/*
 * A signal handler cannot wait for the table: the thread that it interrupted
 * may be the one that holds it. It leaves its wish, then tries; who holds the
 * table lets go, then looks for a wish. Both orders are sequentially
 * consistent (store, then load of the other's), so one of the two sees it.
 */
static void serve(void)
{
	roster_write_fn write;

	while (atomic_load(&wanted_by) &&
		!atomic_exchange(&table_latch.held, true)) {
		write = atomic_exchange(&wanted_by, NULL);
		if (write)
			roster_show(&table, write);
		atomic_store(&table_latch.held, false);
	}
}

struct roster_table *roster_lock_table(void)
{
	latch_lock(&table_latch);
	return &table;
}

void roster_unlock_table(void)
{
	atomic_store(&table_latch.held, false);
	serve();
}

void roster_print(roster_write_fn write)
{
	atomic_store(&wanted_by, write);
	serve();
}

static void before_fork(void)
{
	roster_lock_table();
}

static void after_fork(void)
{
	roster_unlock_table();
}

/* No thread has come along but this one, under a new number. */
static void in_child(void)
{
	table.first = table.last = roster_mine;
	if (roster_mine) {
		roster_mine->next = roster_mine->previous = NULL;
		roster_mine->id = (pid_t)syscall(SYS_gettid);
	}
	atomic_store(&wanted_by, NULL);
	roster_unlock_table();
}

static void watch_forks(void)
{
	must_zero(pthread_atfork(before_fork, after_fork, in_child));
}

static void copy_name(char to[ROSTER_NAME_SIZE], const char *name)
{
	size_t length = strnlen(name, ROSTER_NAME_SIZE - 1);

	memcpy(to, name, length);
	to[length] = '\0';
}

static void link_task(struct roster_task *task)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must_zero(pthread_once(&once, watch_forks));
	roster_lock_table();
	task->previous = table.last;
	if (table.last)
		table.last->next = task;
	else
		table.first = task;
	table.last = task;
	roster_unlock_table();
}

void roster_enter(const char *name)
{
	static _Thread_local struct roster_task mine;

	must(!roster_mine);
	mine = (struct roster_task){
		.id = (pid_t)syscall(SYS_gettid), .is_thread = true};
	copy_name(mine.name, name);
	roster_mine = &mine;
	link_task(&mine);
}

void roster_leave(void)
{
	must(roster_mine && roster_mine->depth == 0);
	roster_remove(roster_mine);
	roster_mine = NULL;
}

struct roster_task *roster_self(void)
{
	return roster_mine;
}

void roster_add(struct roster_task *task, const char *name)
{
	static atomic_int nadded;

	/* Relaxed: each gets another number, and that is all. */
	*task = (struct roster_task){
		.id = FIRST_TASK_ID + (atomic_fetch_add_explicit(&nadded, 1,
					       memory_order_relaxed) &
					      INT32_MAX >> 1),
		.state = "ready"};
	copy_name(task->name, name);
	link_task(task);
}

void roster_remove(struct roster_task *task)
{
	roster_lock_table();
	if (task->previous)
		task->previous->next = task->next;
	else
		table.first = task->next;
	if (task->next)
		task->next->previous = task->previous;
	else
		table.last = task->previous;
	roster_unlock_table();
}

pid_t roster_id(const struct roster_task *task)
{
	return task->id;
}

void roster_set_state(struct roster_task *task, const char *state)
{
	latch_lock(&task->changing);
	task->state = state;
	latch_unlock(&task->changing);
}

void roster_wait_begin(struct roster_task *task, const struct roster_wait *wait)
{
	if (!task || task->depth++ > 0)
		return;
	latch_lock(&task->changing);
	task->wait = *wait;
	task->nwaits++;
	latch_unlock(&task->changing);
}

void roster_wait_end(struct roster_task *task)
{
	if (!task || --task->depth > 0)
		return;
	latch_lock(&task->changing);
	task->wait.what = NULL;
	latch_unlock(&task->changing);
}

/*
 * The owner is read while the row cannot change, so while the lock that it is
 * in has somebody who waits for it, and exists.
 */
bool roster_look(struct roster_task *task, struct roster_seen *seen)
{
	for (int i = 0; !latch_try(&task->changing); i++)
		if (i == READ_TRIES)
			return false;
	*seen = (struct roster_seen){.wait = task->wait,
		.nwaits = task->nwaits,
		.state = task->state};
	if (seen->wait.what && seen->wait.owner)
		/* Relaxed: a picture of the moment, nothing else. */
		seen->owner = atomic_load_explicit(
			seen->wait.owner, memory_order_relaxed);
	latch_unlock(&task->changing);
	return true;
}

void roster_name(struct roster_thing *thing, const char *name,
	const void *object, const _Atomic pid_t *owner)
{
	*thing = (struct roster_thing){.object = object, .owner = owner};
	copy_name(thing->name, name);
	roster_lock_table();
	thing->next = table.things;
	if (table.things)
		table.things->previous = thing;
	table.things = thing;
	roster_unlock_table();
}

void roster_unname(struct roster_thing *thing)
{
	roster_lock_table();
	if (thing->previous)
		thing->previous->next = thing->next;
	else
		table.things = thing->next;
	if (thing->next)
		thing->next->previous = thing->previous;
	roster_unlock_table();
}

struct roster_task *roster_find(const struct roster_table *in, pid_t id)
{
	struct roster_task *task = in->first;

	while (task && task->id != id)
		task = task->next;
	return task;
}
