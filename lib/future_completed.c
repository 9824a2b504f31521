#include "lib/future.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/future_impl.h"

struct entry {
	struct future_link link;
	struct as_completed *iterator;
	struct future *future;
	struct entry *next; /* in the line of those that ended */
	bool handed; /* out */
};

struct as_completed {
	size_t nentries, nhanded;
	struct future **futures; /* at the last sleep, not yet handed out */
	struct future_wait wait; /* enough: there is somebody in the line */
	/* guarded by the lock of wait */
	struct entry *first, **end; /* the line: ended, not yet handed out */
	struct entry entries[];
};

static void put_in_line(struct entry *entry)
{
	struct as_completed *iterator = entry->iterator;

	mutex_lock(&iterator->wait.lock);
	*iterator->end = entry;
	iterator->end = &entry->next;
	iterator->wait.nover++;
	iterator->wait.enough = true;
	cond_signal(&iterator->wait.come);
	mutex_unlock(&iterator->wait.lock);
}

static void fire(struct future *future, struct future_link *link)
{
	(void)future;
	put_in_line((struct entry *)link);
}

static struct future *take_from_line(struct as_completed *iterator)
{
	struct entry *entry;

	mutex_lock(&iterator->wait.lock);
	entry = iterator->first;
	iterator->first = entry->next;
	if (!iterator->first) {
		iterator->end = &iterator->first;
		iterator->wait.enough = false;
	}
	mutex_unlock(&iterator->wait.lock);
	entry->handed = true;
	iterator->nhanded++;
	return entry->future;
}

static void enter(
	struct as_completed *iterator, size_t i, struct future *future)
{
	struct entry *entry = &iterator->entries[i];

	*entry = (struct entry){
		.link = {.fire = fire, .wakes = true},
		.iterator = iterator,
		.future = future_ref(future),
	};
	if (!future_attach(future, &entry->link))
		put_in_line(entry);
}

static struct as_completed *allocate(size_t nfutures)
{
	struct as_completed *iterator = calloc(
		1, sizeof(*iterator) + nfutures * sizeof(struct entry));
	struct future **futures = calloc(nfutures + 1, sizeof(*futures));

	if (iterator && futures) {
		iterator->futures = futures;
		iterator->end = &iterator->first;
		return iterator;
	}
	free(futures);
	free(iterator);
	return NULL;
}

int as_completed_create(struct future *const futures[], size_t nfutures,
	uint64_t deadline_ns, struct as_completed **result)
{
	struct as_completed *iterator = allocate(nfutures);

	if (!iterator)
		return -ENOMEM;
	iterator->nentries = future_distinct(
		iterator->futures, futures, nfutures);
	iterator->wait.futures = iterator->futures;
	iterator->wait.until = FUTURE_FIRST;
	iterator->wait.deadline_ns = deadline_ns;
	for (size_t i = 0; i < iterator->nentries; i++)
		enter(iterator, i, iterator->futures[i]);
	*result = iterator;
	return 0;
}

void as_completed_destroy(struct as_completed *iterator)
{
	if (!iterator)
		return;
	for (size_t i = 0; i < iterator->nentries; i++) {
		struct entry *entry = &iterator->entries[i];

		future_detach(entry->future, &entry->link);
		future_unref(entry->future);
	}
	cond_fini(&iterator->wait.come);
	mutex_fini(&iterator->wait.lock);
	free(iterator->futures);
	free(iterator);
}

/* For those who look into the wait: those that have not been handed out. */
static void say_what_for(struct as_completed *iterator)
{
	size_t n = 0;

	for (size_t i = 0; i < iterator->nentries; i++)
		if (!iterator->entries[i].handed)
			iterator->futures[n++] = iterator->entries[i].future;
	iterator->wait.nfutures = n;
}

static int wait_for_one(struct as_completed *iterator)
{
	struct future_wait *wait = &iterator->wait;

	if (future_wait_has_enough(wait))
		return 0;
	if (wait->deadline_ns == 0)
		return -EAGAIN;
	say_what_for(iterator);
	future_wait_help(wait);
	return future_wait_sleep(wait);
}

int as_completed_next(struct as_completed *iterator, struct future **future)
{
	int error;

	if (iterator->nhanded == iterator->nentries)
		return 0;
	error = wait_for_one(iterator);
	if (error)
		return error;
	*future = take_from_line(iterator);
	return 1;
}

size_t as_completed_unfinished(
	struct as_completed *iterator, char *text, size_t size)
{
	size_t n = iterator->nentries, unfinished;

	mutex_lock(&iterator->wait.lock);
	unfinished = n - iterator->wait.nover;
	mutex_unlock(&iterator->wait.lock);
	if (text)
		snprintf(text, size, "%zu (of %zu) futures unfinished",
			unfinished, n);
	return unfinished;
}
