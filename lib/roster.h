/*
 * roster - the table of tasks: who runs, what each holds, what it waits for
 *
 * A thread that wants to be seen enters the roster under a name; what runs
 * inside a thread, such as a coroutine, is added as a task by whoever runs it.
 * The primitives of lib/sync.h note in the row of the calling thread what it
 * is about to block on. Only who has to wait writes anything down: to take a
 * lock that is free costs the same in the roster and out of it.
 *
 * What a task holds is not written down at all. A lock that knows its owner is
 * asked: those that were given a name here, and those that somebody waits for.
 * So a row shows the named locks that its task holds, and each row that waits
 * says who is in the way. These edges make the wait-for graph; a cycle in it
 * is a deadlock, which roster_find_deadlock spells out.
 *
 * A task has a number: a thread its thread id, any other task a number beyond
 * those. A lock of yours takes part if it keeps the number of its owner in an
 * _Atomic pid_t, 0 for nobody.
 *
 *	roster_enter("worker-1");
 *	...
 *	roster_wait_begin(roster_self(), &(struct roster_wait){.what = "ticket",
 *		.object = t, .owner = &t->owner, .deadline_ns = CLOCK_NEVER});
 *	...					// sleep until it is ours
 *	roster_wait_end(roster_self());
 *	...
 *	roster_leave();
 *
 * Threads:  any; roster_wait_begin, _end and _set_state for one task from one
 *           thread at a time. roster_print may be called in a signal handler.
 * Blocking: never for long: the table has a lock that is held while a row is
 *           linked, and while the table is shown, by a writer that blocks say.
 * Memory:   the caller's structs, from _add to _remove; names are copied,
 *           words (what, state, kind) are constants. A thread leaves before
 *           it ends. A forked child keeps the row of the thread that forked.
 */
#ifndef LIB_ROSTER_H
#define LIB_ROSTER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/latch.h"

enum {
	ROSTER_NAME_SIZE = 24, /* what is longer is cut */
	ROSTER_TEXT_SIZE = 80
};

/* What a task is about to wait for. */
struct roster_wait {
	const char *what; /* "mutex", "queue" */
	const void *object; /* its address, for a name or a debugger; or NULL */
	const _Atomic pid_t *owner; /* who is in the way; NULL: not known */
	uint64_t deadline_ns; /* CLOCK_NEVER, or it ends by itself */
};

/* A row. Its insides belong to roster. */
struct roster_task {
	/* guarded by the table's lock */
	struct roster_task *next, *previous;
	char name[ROSTER_NAME_SIZE];
	pid_t id;
	bool is_thread;
	uint64_t walk; /* that came by last, looking for a cycle */
	uint64_t nwaits_then;

	/* guarded by changing */
	struct latch changing;
	const char *state; /* of a task that is no thread */
	struct roster_wait wait; /* .what is NULL: it does not wait */
	uint64_t nwaits;

	unsigned depth; /* of waits in waits; the task's own */
};

/* A name for something that tasks hold or wait for. */
struct roster_thing {
	/* guarded by the table's lock */
	struct roster_thing *next, *previous;
	char name[ROSTER_NAME_SIZE];
	const void *object;
	const _Atomic pid_t *owner;
};

/* Put the calling thread into the table, and take it out again. */
void roster_enter(const char *name);
void roster_leave(void);

/*
 * The row of the calling thread, or NULL if it has not entered. To be asked
 * anew behind every switch of coroutines.
 */
struct roster_task *roster_self(void);

/* The same, for the one place where a call would cost too much: sync.c. */
extern _Thread_local struct roster_task *roster_mine;

/* The same for a task that is no thread. Its state is at first "ready". */
void roster_add(struct roster_task *task, const char *name);
void roster_remove(struct roster_task *task);

/* The number that a lock keeps of its owner. */
pid_t roster_id(const struct roster_task *task);

/* One word for what a task that is no thread is doing, as it changes. */
void roster_set_state(struct roster_task *task, const char *state);

/*
 * From here to the matching end the task waits. Of waits within waits the
 * outermost is shown: it means more. The caller sees to it that the object
 * lives until the end. NULL for a task, which has no row, does nothing.
 */
void roster_wait_begin(
	struct roster_task *task, const struct roster_wait *wait);
void roster_wait_end(struct roster_task *task);

/* Give the object a name; owner as in struct roster_wait. */
void roster_name(struct roster_thing *thing, const char *name,
	const void *object, const _Atomic pid_t *owner);
void roster_unname(struct roster_thing *thing);

/* A row as it was at one moment. */
struct roster_row {
	char name[ROSTER_NAME_SIZE];
	pid_t id;
	bool is_thread;
	const char *state; /* "running", "waiting", "asleep"; a task's own */
	bool waits;
	bool timed; /* its wait has a deadline */
	char holds[ROSTER_TEXT_SIZE]; /* "A, B"; empty: nothing with a name */
	char waits_for[ROSTER_TEXT_SIZE]; /* "mutex B, held by worker-2" */
};

/* Oldest first. visit calls nothing of roster. */
void roster_each(
	void (*visit)(const struct roster_row *row, void *arg), void *arg);

/* A task of a cycle; the next one holds what it wants, and the last holds
 * what the first wants... */
struct roster_edge {
	char task[ROSTER_NAME_SIZE];
	pid_t id;
	char holds[ROSTER_TEXT_SIZE]; /* what the one before it wants */
	char wants[ROSTER_TEXT_SIZE]; /* held by the one after it */
	bool timed; /* will give up by itself */
};

/*
 * Look for tasks that wait for each other in a circle. All of its waits have
 * been going on at one and the same moment: what is found was a deadlock, even
 * if one with a deadline has since dissolved. Returns how many tasks are in
 * it, 0 for none; the first `most` of them are in edges.
 */
size_t roster_find_deadlock(struct roster_edge edges[], size_t most);

/*
 * Write the table and, if there is one, the deadlock, in pieces. If the
 * calling thread, or any other, is just changing the table, that thread
 * writes instead as soon as it has done so. It uses nothing that a signal
 * handler may not use, if write does not either.
 */
typedef void (*roster_write_fn)(const char *text, size_t size);
void roster_print(roster_write_fn write);

#endif
