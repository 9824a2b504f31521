#include "cmd/philosophers.h"

#include "lib/team.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct philosophers {
	unsigned n;
	enum philosophers_fix fix;
	uint64_t nmeals; /* in all */
	_Atomic uint64_t nbegun; /* meals, not more than nmeals */
	struct team *team;
	struct barrier all_have_one; /* fork */
	struct semaphore seats; /* one fewer than there are forks */
	struct deadlock_ground ground;
	struct deadlock_lock waiter;
	struct deadlock_lock forks[PHILOSOPHERS_MOST];
	struct philosopher had[PHILOSOPHERS_MOST];
};

static struct deadlock_lock *left(struct philosophers *table, unsigned me)
{
	return &table->forks[me];
}

static struct deadlock_lock *right(struct philosophers *table, unsigned me)
{
	return &table->forks[(me + 1) % table->n];
}

/* Returns 0, or -EDEADLK when there will be no more meals. */
static int take(
	struct philosophers *table, unsigned me, struct deadlock_lock *lock)
{
	int status = deadlock_take(&table->ground, lock);

	table->had[me].nwaits += status == 1;
	return status < 0 ? status : 0;
}

static void give(struct philosophers *table, struct deadlock_lock *lock)
{
	deadlock_give(&table->ground, lock);
}

static int take_both(struct philosophers *table, unsigned me,
	struct deadlock_lock *first, struct deadlock_lock *second)
{
	int status = take(table, me, first);

	if (status == 0) {
		if (table->fix == PHILOSOPHERS_NONE)
			barrier_wait(&table->all_have_one);
		status = take(table, me, second);
		if (status < 0)
			give(table, first);
	}
	return status;
}

/* tag::left-then-right[] */
static int take_left_then_right(struct philosophers *table, unsigned me)
{
	return take_both(table, me, left(table, me), right(table, me));
}
/* end::left-then-right[] */

/* tag::lower-first[] */
/* Only the last one differs: its right fork is the first. */
static int take_lower_first(struct philosophers *table, unsigned me)
{
	if (right(table, me) < left(table, me))
		return take_both(table, me, right(table, me), left(table, me));
	return take_both(table, me, left(table, me), right(table, me));
}
/* end::lower-first[] */

static int take_when_seated(struct philosophers *table, unsigned me)
{
	if (semaphore_wait(&table->seats, 0) == -EAGAIN) {
		table->had[me].nwaits++;
		semaphore_wait(&table->seats, CLOCK_NEVER);
	}
	return take_left_then_right(table, me);
}

/* Nobody else takes a fork between the one and the other. */
static int take_by_waiter(struct philosophers *table, unsigned me)
{
	int status = take(table, me, &table->waiter);

	if (status == 0) {
		status = take_left_then_right(table, me);
		give(table, &table->waiter);
	}
	return status;
}

static int (*const take_forks[])(struct philosophers *, unsigned) = {
	[PHILOSOPHERS_NONE] = take_left_then_right,
	[PHILOSOPHERS_ORDER] = take_lower_first,
	[PHILOSOPHERS_SEATS] = take_when_seated,
	[PHILOSOPHERS_WAITER] = take_by_waiter,
};

static void put_down(struct philosophers *table, unsigned me)
{
	give(table, right(table, me));
	give(table, left(table, me));
	if (table->fix == PHILOSOPHERS_SEATS)
		semaphore_post(&table->seats);
}

static void philosophise(void *arg, unsigned me, unsigned size)
{
	struct philosophers *table = arg;

	if (size < table->n)
		return; /* the system refused one */
	while (atomic_fetch_add(&table->nbegun, 1) < table->nmeals) {
		if (take_forks[table->fix](table, me) < 0)
			return;
		table->had[me].nmeals++;
		sched_yield(); /* eating takes a while */
		put_down(table, me);
	}
}

static void lay(struct philosophers *table)
{
	char name[12];

	deadlock_ground_init(&table->ground);
	deadlock_lock_init(&table->waiter, "waiter", "waiter");
	for (unsigned i = 0; i < table->n; i++) {
		snprintf(name, sizeof(name), "%u", i);
		deadlock_lock_init(&table->forks[i], "fork", name);
	}
	barrier_init(&table->all_have_one, table->n);
	semaphore_init(&table->seats, SEMAPHORE_PRIVATE, table->n - 1);
}

static void clear(struct philosophers *table)
{
	semaphore_fini(&table->seats);
	barrier_fini(&table->all_have_one);
	for (unsigned i = 0; i < table->n; i++)
		deadlock_lock_fini(&table->forks[i]);
	deadlock_lock_fini(&table->waiter);
	deadlock_ground_fini(&table->ground);
	free(table);
}

int philosophers_sit(unsigned n, enum philosophers_fix fix, uint64_t nmeals,
	struct philosophers **result)
{
	struct philosophers *table = calloc(1, sizeof(*table));
	int status;

	if (!table)
		return -ENOMEM;
	table->n = n;
	table->fix = fix;
	table->nmeals = nmeals;
	lay(table);
	status = team_start(n, "diner", philosophise, table, &table->team);
	if (status == 0 && team_size(table->team) < n) {
		team_destroy(table->team);
		status = -EAGAIN;
	}
	if (status < 0)
		clear(table);
	else
		*result = table;
	return status;
}

void philosophers_await_deadlock(struct philosophers *table)
{
	deadlock_await(&table->ground, table->n);
}

void philosophers_end(
	struct philosophers *table, struct philosopher had[PHILOSOPHERS_MOST])
{
	if (table->fix == PHILOSOPHERS_NONE)
		deadlock_dissolve(&table->ground);
	team_destroy(table->team);
	for (unsigned i = 0; i < table->n; i++)
		had[i] = table->had[i];
	clear(table);
}
