/*
 * locals - names and values that follow a task wherever it runs
 *
 * What belongs to a request (its number, its user) is wanted deep inside of
 * what runs for it, in another thread as well. A task's locals are copied
 * when it hands work on: the job sees what was set when it was submitted, and
 * what it sets itself is seen by what it submits, never by its submitter.
 *
 * The set is a list that only grows at its head, so that a copy is a
 * reference to the head and costs the same however much has been set.
 *
 * Threads:  each has its own set; a snapshot may go to any other.
 * Blocking: never.
 * Memory:   names and values are copied; locals_set allocates.
 */
#ifndef LIB_LOCALS_H
#define LIB_LOCALS_H

#include <stdbool.h>

struct locals;

/* Returns 0; -ENOMEM. */
int locals_set(const char *name, const char *value);

/* The value, until the set is put down; NULL: there is none of that name. */
const char *locals_get(const char *name);

/* Each name once, with its newest value, newest first. */
void locals_each(void (*visit)(const char *name, const char *value, void *arg),
	void *arg);

/* Has the calling thread any? */
bool locals_any(void);

/* The calling thread's set as it is now, with a reference. NULL: empty. */
struct locals *locals_snapshot(void);
void locals_unref(struct locals *locals);

/*
 * Put that set, with its reference, in place of the calling thread's, which
 * is returned together with the reference to it.
 */
struct locals *locals_swap(struct locals *locals);

#endif
