/*
 * Sources are added before the views on them, so the order of adding is an
 * order in which to flush.
 *
 * Order of locks: polling, changes, visible.
 */
#include "lib/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/rwlock.h"
#include "lib/sync.h"

struct table {
	const char *name;
	size_t nsources; /* 0: a table, else a view */
	unsigned sources[STORE_MOST_TABLES];
	store_derive_fn derive;
	store_update_fn on_update;
	void *arg;

	/* guarded by changes */
	int64_t *changed; /* cells as they will be */
	uint64_t nwaiting; /* changes since the last flush */

	/* written under polling and visible, read under one */
	int64_t *cells;

	bool flushed; /* in this poll; guarded by polling */
};

struct store {
	struct store_options options;
	unsigned ntables;

	struct mutex polling; /* one poll at a time */
	struct mutex changes;
	struct rwlock visible;

	struct store_state state; /* guarded by changes */
	struct table tables[STORE_MOST_TABLES];
};

int store_create(const struct store_options *options, struct store **result)
{
	struct store *store;

	if (options->ncells == 0)
		return -EINVAL;
	store = calloc(1, sizeof(*store));
	if (!store)
		return -ENOMEM;
	store->options = *options;
	*result = store;
	return 0;
}

void store_destroy(struct store *store)
{
	if (!store)
		return;
	for (unsigned i = 0; i < store->ntables; i++) {
		free(store->tables[i].changed);
		free(store->tables[i].cells);
	}
	rwlock_fini(&store->visible);
	mutex_fini(&store->changes);
	mutex_fini(&store->polling);
	free(store);
}

static int add(struct store *store, const char *name, unsigned *number)
{
	struct table *table = &store->tables[store->ntables];

	if (store->ntables == STORE_MOST_TABLES)
		return -ENOSPC;
	table->changed = calloc(store->options.ncells, sizeof(int64_t));
	table->cells = calloc(store->options.ncells, sizeof(int64_t));
	if (!table->changed || !table->cells) {
		free(table->changed);
		free(table->cells);
		return -ENOMEM;
	}
	table->name = name;
	*number = store->ntables++;
	return 0;
}

int store_add_table(struct store *store, const char *name, unsigned *table)
{
	return add(store, name, table);
}

int store_add_view(struct store *store, const char *name,
	const unsigned sources[], size_t nsources, store_derive_fn derive,
	unsigned *view)
{
	struct table *table;
	int error;

	if (nsources == 0 || nsources > STORE_MOST_TABLES)
		return -EINVAL;
	for (size_t i = 0; i < nsources; i++)
		if (sources[i] >= store->ntables)
			return -EINVAL;
	error = add(store, name, view);
	if (error)
		return error;
	table = &store->tables[*view];
	table->nsources = nsources;
	table->derive = derive;
	memcpy(table->sources, sources, nsources * sizeof(*sources));
	return 0;
}

int store_subscribe(
	struct store *store, unsigned table, store_update_fn fn, void *arg)
{
	if (table >= store->ntables)
		return -EINVAL;
	store->tables[table].on_update = fn;
	store->tables[table].arg = arg;
	return 0;
}

static bool exists(const struct store *store, unsigned table, size_t cell)
{
	return table < store->ntables && cell < store->options.ncells;
}

/* The request itself has been dealt with. */
static int after_request(struct store *store)
{
	if (store->options.on_poll_request)
		return store->options.on_poll_request(
			store, store->options.arg);
	return store_poll(store);
}

int store_update(
	struct store *store, unsigned table, size_t cell, int64_t value)
{
	struct table *to = &store->tables[table];

	if (!exists(store, table, cell) || to->nsources > 0)
		return -EINVAL;
	mutex_lock(&store->changes);
	to->changed[cell] = value;
	to->nwaiting++;
	store->state.nupdates++;
	mutex_unlock(&store->changes);
	return after_request(store);
}

int store_read(struct store *store, unsigned table, size_t cell, int64_t *value)
{
	if (!exists(store, table, cell))
		return -EINVAL;
	rwlock_lock_read(&store->visible, CLOCK_NEVER);
	*value = store->tables[table].cells[cell];
	rwlock_unlock(&store->visible);
	return after_request(store);
}

/* tag::store-flush[] */
static void flush_table(struct store *store, struct table *table)
{
	mutex_lock(&store->changes);
	table->flushed = table->nwaiting > 0;
	if (table->flushed) {
		rwlock_lock_write(&store->visible, CLOCK_NEVER);
		memcpy(table->cells, table->changed,
			store->options.ncells * sizeof(*table->cells));
		rwlock_unlock(&store->visible);
		store->state.napplied += table->nwaiting;
		store->state.nflushed++;
		table->nwaiting = 0;
	}
	mutex_unlock(&store->changes);
}
/* end::store-flush[] */

static void derive_cells(struct store *store, struct table *view)
{
	int64_t values[STORE_MOST_TABLES];

	for (size_t cell = 0; cell < store->options.ncells; cell++) {
		for (size_t i = 0; i < view->nsources; i++)
			values[i] = store->tables[view->sources[i]].cells[cell];
		view->cells[cell] = view->derive(values, view->nsources);
	}
}

static void flush_view(struct store *store, struct table *view)
{
	view->flushed = false;
	for (size_t i = 0; i < view->nsources; i++)
		view->flushed |= store->tables[view->sources[i]].flushed;
	if (!view->flushed)
		return;
	rwlock_lock_write(&store->visible, CLOCK_NEVER);
	derive_cells(store, view);
	rwlock_unlock(&store->visible);
	mutex_lock(&store->changes);
	store->state.nflushed++;
	mutex_unlock(&store->changes);
}

/* All are flushed before anybody is told, so that all is seen at once. */
static int flush_all(struct store *store)
{
	int error = 0, status;

	for (unsigned i = 0; i < store->ntables; i++) {
		if (store->tables[i].nsources > 0)
			flush_view(store, &store->tables[i]);
		else
			flush_table(store, &store->tables[i]);
	}
	for (unsigned i = 0; i < store->ntables; i++) {
		struct table *table = &store->tables[i];

		if (!table->flushed || !table->on_update)
			continue;
		status = table->on_update(store, i, table->arg);
		if (!error)
			error = status;
	}
	return error;
}

int store_poll(struct store *store)
{
	int error = mutex_lock_until(&store->polling, CLOCK_NEVER);

	if (error)
		return error;
	error = flush_all(store);
	mutex_lock(&store->changes);
	store->state.npolls++;
	mutex_unlock(&store->changes);
	mutex_unlock(&store->polling);
	return error;
}

void store_inspect(struct store *store, struct store_state *state)
{
	mutex_lock(&store->changes);
	*state = store->state;
	mutex_unlock(&store->changes);
}

const char *store_name(const struct store *store, unsigned table)
{
	return table < store->ntables ? store->tables[table].name : NULL;
}
