/*
 * store - tables that many threads change, and views that follow them
 *
 * A change waits in its table until store_poll flushes: then it becomes
 * visible to those who read, and the subscribers of the table are told. A view
 * is a table whose cells are computed from those of others; it is flushed
 * after them, once, however many of them have changed.
 *
 * Without on_poll_request every request, a change as well as a read, is
 * followed by a poll. With it, it is followed by a call of that, in the thread
 * that made the request, and nothing is flushed until somebody polls: there
 * polls can be made less often than changes (see lib/coalesce.h).
 *
 * Many may read at once, while nobody flushes. One poll at a time: others wait
 * for it. A subscriber may read and change, but not poll.
 *
 * Threads:  any, but for _create, _add_..., _subscribe and _destroy.
 * Blocking: all of them, for locks; store_poll and what leads to it for as
 *           long as the subscribers take.
 * Memory:   all at _create and _add_...; names are the caller's.
 */
#ifndef LIB_STORE_H
#define LIB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STORE_MOST_TABLES = 32
};

struct store;

/* Returns 0, or a negative errno, with which the request fails. */
typedef int (*store_request_fn)(struct store *store, void *arg);

/* A table has been flushed. Returns 0, or a negative errno for the poll. */
typedef int (*store_update_fn)(struct store *store, unsigned table, void *arg);

/* A cell of a view, from those of its sources, in their order. */
typedef int64_t (*store_derive_fn)(const int64_t sources[], size_t nsources);

struct store_options {
	size_t ncells; /* in each table, at least 1 */
	store_request_fn on_poll_request; /* or NULL */
	void *arg;
};

/* Counts since the beginning. */
struct store_state {
	uint64_t nupdates; /* changes made */
	uint64_t napplied; /* of those: visible */
	uint64_t npolls; /* that have ended */
	uint64_t nflushed; /* tables and views, once for each time */
};

/* Returns 0; -EINVAL: no cells; -ENOMEM. */
int store_create(const struct store_options *options, struct store **result);
void store_destroy(struct store *store);

/* Returns 0 with the number of the table; -ENOSPC: there are too many. */
int store_add_table(struct store *store, const char *name, unsigned *table);

/* The same for a view; -EINVAL: no sources, or one that does not exist. */
int store_add_view(struct store *store, const char *name,
	const unsigned sources[], size_t nsources, store_derive_fn derive,
	unsigned *view);

/* Have fn called after each flush of the table, by the thread that polls. */
int store_subscribe(
	struct store *store, unsigned table, store_update_fn fn, void *arg);

/*
 * Change a cell. Returns 0; nothing is changed: -EINVAL (no such table or
 * cell, or a view); it is changed: what on_poll_request or the poll returned.
 */
int store_update(
	struct store *store, unsigned table, size_t cell, int64_t value);

/*
 * What the last flush made visible. Returns 0; -EINVAL, *value as it was;
 * with *value set: what on_poll_request or the poll returned.
 */
int store_read(
	struct store *store, unsigned table, size_t cell, int64_t *value);

/*
 * Flush what has changed, and what depends on it, in order. Returns 0; the
 * first failure of a subscriber, after the others have been called too;
 * -EDEADLK: the caller is a subscriber.
 */
int store_poll(struct store *store);

void store_inspect(struct store *store, struct store_state *state);
const char *store_name(const struct store *store, unsigned table);

#endif
