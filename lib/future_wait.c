#include "lib/future.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "lib/future_impl.h"
#include "lib/roster.h"

struct wait_link {
	struct future_link link;
	struct future_wait *wait;
};

/* Is it all that was waited for that this future, of all, is over? */
static bool suffices(
	const struct future_wait *wait, const struct future *future)
{
	return (wait->until == FUTURE_FIRST && future_is_over(future)) ||
	       (wait->until == FUTURE_FIRST_ERROR && future_has_failed(future));
}

/* Under the lock of wait. */
static void count(struct future_wait *wait, const struct future *future)
{
	wait->nover++;
	if (wait->nover == wait->nfutures || suffices(wait, future))
		wait->enough = true;
}

static void fire(struct future *future, struct future_link *link)
{
	struct future_wait *wait = ((struct wait_link *)link)->wait;

	mutex_lock(&wait->lock);
	count(wait, future);
	if (wait->enough)
		cond_signal(&wait->come);
	mutex_unlock(&wait->lock);
}

static void attach(struct future_wait *wait, struct wait_link *links)
{
	for (size_t i = 0; i < wait->nfutures; i++) {
		links[i] = (struct wait_link){
			.link = {.fire = fire, .wakes = true},
			.wait = wait,
		};
		if (future_attach(wait->futures[i], &links[i].link))
			continue;
		mutex_lock(&wait->lock);
		count(wait, wait->futures[i]);
		mutex_unlock(&wait->lock);
	}
}

static void detach(struct future_wait *wait, struct wait_link *links)
{
	for (size_t i = 0; i < wait->nfutures; i++)
		future_detach(wait->futures[i], &links[i].link);
}

void future_wait_help(const struct future_wait *wait)
{
	for (size_t i = 0; i < wait->nfutures; i++) {
		struct future *future = wait->futures[i];

		if (!future_is_over(future) && future->kind &&
			future->kind->help)
			future->kind->help(future);
		if (suffices(wait, future))
			return;
	}
}

static const struct future_kind *kind_of(const struct future_wait *wait)
{
	return wait->futures[0]->kind;
}

static int may_sleep(struct future_wait *wait)
{
	const struct future_kind *kind = kind_of(wait);

	return kind && kind->before_sleep ? kind->before_sleep(wait) : 0;
}

static void has_slept(struct future_wait *wait)
{
	const struct future_kind *kind = kind_of(wait);

	if (kind && kind->after_sleep)
		kind->after_sleep(wait);
}

static void tell_roster(const struct future_wait *wait)
{
	const struct future *future = wait->futures[0];
	const struct roster_wait one = {
		"future", future, &future->runner, wait->deadline_ns};
	const struct roster_wait many = {
		"futures", wait, NULL, wait->deadline_ns};

	roster_wait_begin(roster_self(), wait->nfutures == 1 ? &one : &many);
}

int future_wait_sleep(struct future_wait *wait)
{
	int error = may_sleep(wait);

	if (error)
		return error;
	tell_roster(wait);
	mutex_lock(&wait->lock);
	while (!wait->enough && !error)
		error = cond_wait(&wait->come, &wait->lock, wait->deadline_ns);
	if (wait->enough)
		error = 0;
	mutex_unlock(&wait->lock);
	roster_wait_end(roster_self());
	has_slept(wait);
	return error;
}

bool future_wait_is_satisfied(const struct future_wait *wait)
{
	size_t nover = 0;

	for (size_t i = 0; i < wait->nfutures; i++) {
		nover += future_is_over(wait->futures[i]);
		if (suffices(wait, wait->futures[i]))
			return true;
	}
	return nover == wait->nfutures;
}

bool future_wait_has_enough(struct future_wait *wait)
{
	bool enough;

	mutex_lock(&wait->lock);
	enough = wait->enough;
	mutex_unlock(&wait->lock);
	return enough;
}

static int wait_with_links(struct future_wait *wait, struct wait_link *links)
{
	int error = 0;

	attach(wait, links);
	if (!future_wait_has_enough(wait))
		error = wait->deadline_ns ? future_wait_sleep(wait) : -EAGAIN;
	detach(wait, links);
	cond_fini(&wait->come);
	mutex_fini(&wait->lock);
	return error;
}

int future_wait(struct future *future, uint64_t deadline_ns)
{
	struct future *const futures[] = {future};
	struct future_wait wait = {
		.futures = futures,
		.nfutures = 1,
		.deadline_ns = deadline_ns,
	};
	struct wait_link link;

	if (future_is_over(future))
		return 0;
	if (deadline_ns == 0)
		return -EAGAIN;
	future_wait_help(&wait);
	if (future_spin(future))
		return 0;
	return wait_with_links(&wait, &link);
}

static int failure_of(struct future *future, struct failure *failure)
{
	/* Relaxed: whoever gives up the last reference comes after this. */
	atomic_store_explicit(&future->retrieved, true, memory_order_relaxed);
	if (failure)
		*failure = future->failure;
	return FUTURE_FAILED;
}

int future_result(struct future *future, uint64_t deadline_ns,
	union future_value *value, struct failure *failure)
{
	int error = future_wait(future, deadline_ns);

	if (error)
		return error;
	if (future_state(future) == FUTURE_CANCELLED)
		return -ECANCELED;
	if (future->failed)
		return failure_of(future, failure);
	if (value)
		*value = future->value;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	struct future *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

size_t future_distinct(
	struct future **to, struct future *const from[], size_t n)
{
	size_t ndistinct = 0;

	if (n == 0)
		return 0;
	memcpy(to, from, n * sizeof(*to));
	qsort(to, n, sizeof(*to), by_address);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || to[i] != to[i - 1])
			to[ndistinct++] = to[i];
	return ndistinct;
}

static size_t count_over(struct future *const futures[], size_t n)
{
	size_t nover = 0;

	for (size_t i = 0; i < n; i++)
		nover += future_is_over(futures[i]);
	return nover;
}

static int wait_for_distinct(struct future *const futures[], size_t n,
	enum future_until until, uint64_t deadline_ns, struct wait_link *links)
{
	struct future_wait wait = {
		.futures = futures,
		.nfutures = n,
		.until = until,
		.deadline_ns = deadline_ns,
	};

	if (n == 0)
		return 0;
	if (deadline_ns)
		future_wait_help(&wait);
	return wait_with_links(&wait, links);
}

int future_wait_many(struct future *const futures[], size_t nfutures,
	enum future_until until, uint64_t deadline_ns, size_t *nover)
{
	struct future **distinct = calloc(nfutures + 1, sizeof(*distinct));
	struct wait_link *links = calloc(nfutures + 1, sizeof(*links));
	int error = -ENOMEM;
	size_t n;

	if (distinct && links) {
		n = future_distinct(distinct, futures, nfutures);
		error = wait_for_distinct(
			distinct, n, until, deadline_ns, links);
		if (nover)
			*nover = count_over(distinct, n);
	}
	free(links);
	free(distinct);
	return error;
}
