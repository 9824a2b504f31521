#include "cmd/deadlock.h"

#include "lib/clock.h"
#include "lib/must.h"

#include <errno.h>
#include <stdatomic.h>

enum {
	MOST_EDGES = 64
};

void deadlock_ground_init(struct deadlock_ground *ground)
{
	*ground = (struct deadlock_ground){0};
	mutex_init(&ground->lock, MUTEX_PRIVATE);
	cond_init(&ground->changed);
}

void deadlock_ground_fini(struct deadlock_ground *ground)
{
	must(ground->nwaiting == 0);
	cond_fini(&ground->changed);
	mutex_fini(&ground->lock);
}

void deadlock_lock_init(
	struct deadlock_lock *lock, const char *kind, const char *name)
{
	lock->kind = kind;
	atomic_init(&lock->owner, 0);
	roster_name(&lock->thing, name, lock, &lock->owner);
}

void deadlock_lock_fini(struct deadlock_lock *lock)
{
	roster_unname(&lock->thing);
}

static void wait_for(struct deadlock_ground *ground, struct deadlock_lock *lock)
{
	roster_wait_begin(
		roster_self(), &(struct roster_wait){.what = lock->kind,
				       .object = lock,
				       .owner = &lock->owner,
				       .deadline_ns = CLOCK_NEVER});
	ground->nwaiting++;
	cond_broadcast(&ground->changed);
	while (atomic_load(&lock->owner) && !ground->dissolved)
		cond_wait(&ground->changed, &ground->lock, CLOCK_NEVER);
	ground->nwaiting--;
	roster_wait_end(roster_self());
}

int deadlock_take(struct deadlock_ground *ground, struct deadlock_lock *lock)
{
	int result = 0;

	mutex_lock(&ground->lock);
	if (atomic_load(&lock->owner)) {
		wait_for(ground, lock);
		result = 1;
	}
	if (ground->dissolved)
		result = -EDEADLK;
	else
		atomic_store(&lock->owner, roster_id(roster_self()));
	mutex_unlock(&ground->lock);
	return result;
}

void deadlock_give(struct deadlock_ground *ground, struct deadlock_lock *lock)
{
	mutex_lock(&ground->lock);
	must(atomic_load(&lock->owner) == roster_id(roster_self()));
	atomic_store(&lock->owner, 0);
	cond_broadcast(&ground->changed);
	mutex_unlock(&ground->lock);
}

void deadlock_await(struct deadlock_ground *ground, unsigned nwaiting)
{
	mutex_lock(&ground->lock);
	while (ground->nwaiting < nwaiting)
		cond_wait(&ground->changed, &ground->lock, CLOCK_NEVER);
	mutex_unlock(&ground->lock);
}

void deadlock_dissolve(struct deadlock_ground *ground)
{
	mutex_lock(&ground->lock);
	ground->dissolved = true;
	cond_broadcast(&ground->changed);
	mutex_unlock(&ground->lock);
}

static const struct table_column columns[] = {
	{.key = "thread", .heading = "thread"},
	{.key = "holds", .heading = "holds"},
	{.key = "wants", .heading = "wants"},
	{.key = "held_by", .heading = "held by"},
};

int deadlock_report(struct report *report)
{
	struct roster_edge edges[MOST_EDGES];
	int n = (int)roster_find_deadlock(edges, MOST_EDGES);
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));
	int shown = n < MOST_EDGES ? n : MOST_EDGES, status;

	for (int i = 0; table && i < shown; i++) {
		table_row(table);
		table_text(table, edges[i].task);
		table_text(table, edges[i].holds);
		table_text(table, edges[i].wants);
		table_text(table, edges[(i + 1) % n].task);
	}
	report_flag(report, "deadlock", "deadlock", n > 0);
	status = report_table(report, "cycle", table);
	return status < 0 ? status : n;
}
