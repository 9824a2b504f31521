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
};

struct as_completed {
	struct future **futures; /* distinct, each with a reference */
	size_t nhanded;
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
	size_t n;

	if (!iterator)
		return -ENOMEM;
	n = future_distinct(iterator->futures, futures, nfutures);
	iterator->wait.futures = iterator->futures;
	iterator->wait.nfutures = n;
	iterator->wait.until = FUTURE_FIRST;
	iterator->wait.deadline_ns = deadline_ns;
	for (size_t i = 0; i < n; i++)
		enter(iterator, i, iterator->futures[i]);
	*result = iterator;
	return 0;
}

void as_completed_destroy(struct as_completed *iterator)
{
	if (!iterator)
		return;
	for (size_t i = 0; i < iterator->wait.nfutures; i++) {
		future_detach(iterator->futures[i], &iterator->entries[i].link);
		future_unref(iterator->futures[i]);
	}
	cond_fini(&iterator->wait.come);
	mutex_fini(&iterator->wait.lock);
	free(iterator->futures);
	free(iterator);
}

static int wait_for_one(struct as_completed *iterator)
{
	struct future_wait *wait = &iterator->wait;

	if (future_wait_has_enough(wait))
		return 0;
	if (wait->deadline_ns == 0)
		return -EAGAIN;
	future_wait_help(wait);
	return future_wait_sleep(wait);
}

int as_completed_next(struct as_completed *iterator, struct future **future)
{
	int error;

	if (iterator->nhanded == iterator->wait.nfutures)
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
	size_t n = iterator->wait.nfutures, unfinished;

	mutex_lock(&iterator->wait.lock);
	unfinished = n - iterator->wait.nover;
	mutex_unlock(&iterator->wait.lock);
	if (text)
		snprintf(text, size, "%zu (of %zu) futures unfinished",
			unfinished, n);
	return unfinished;
}
