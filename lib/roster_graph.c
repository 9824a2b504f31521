/*
 * The wait-for graph: a task that waits has one edge, to the owner of what it
 * waits for. So there is one way to go from each task, and a cycle is found
 * by going on until one comes to where one has been.
 */
#include "lib/roster.h"

#include <string.h>

#include "lib/roster_impl.h"

static struct roster_task *in_the_way(
	const struct roster_table *table, struct roster_task *task)
{
	struct roster_seen seen;

	if (!roster_look(task, &seen) || !seen.owner)
		return NULL;
	task->nwaits_then = seen.nwaits;
	return roster_find(table, seen.owner);
}

/* Returns a task of the cycle that the way from here leads into, or NULL. */
static struct roster_task *walk(
	struct roster_table *table, struct roster_task *task, uint64_t since)
{
	uint64_t mine = ++table->nwalks;

	while (task && task->walk < since) {
		task->walk = mine;
		task = in_the_way(table, task);
	}
	return task && task->walk == mine ? task : NULL;
}

/*
 * The edges were seen one after the other, and may never have been there at
 * once. But if on a second look each task is still in the same wait as at the
 * first, then between the last of the first looks and the first of the second
 * all of them waited, and so none let go of anything.
 */
static size_t confirm(struct roster_table *table, struct roster_task *begin)
{
	uint64_t first_walk = begin->walk, mine = ++table->nwalks;
	struct roster_task *task = begin;
	struct roster_seen seen;
	size_t n = 0;

	while (task && task->walk == first_walk) {
		if (!roster_look(task, &seen) || !seen.owner ||
			seen.nwaits != task->nwaits_then)
			return 0;
		task->walk = mine;
		task = roster_find(table, seen.owner);
		n++;
	}
	return task == begin ? n : 0;
}

static void copy(char to[ROSTER_TEXT_SIZE], const char from[ROSTER_TEXT_SIZE])
{
	memcpy(to, from, ROSTER_TEXT_SIZE);
}

static void spell_one(const struct roster_task *task,
	const struct roster_wait *wait, const char *wants,
	struct roster_edge *edge)
{
	memcpy(edge->task, task->name, ROSTER_NAME_SIZE);
	edge->id = task->id;
	copy(edge->wants, wants);
	edge->timed = wait->deadline_ns != UINT64_MAX;
}

/* False if it has dissolved meanwhile. */
static bool spell(const struct roster_table *table, struct roster_task *task,
	size_t n, struct roster_edge edges[], size_t most)
{
	struct roster_seen seen;

	for (size_t i = 0; i < n; i++) {
		char wants[ROSTER_TEXT_SIZE];
		struct roster_text text = roster_text(wants, sizeof(wants));

		if (!task || !roster_look(task, &seen) || !seen.owner)
			return false;
		roster_put_thing(&text, table, &seen.wait);
		if (i < most)
			spell_one(task, &seen.wait, wants, &edges[i]);
		if ((i + 1) % n < most)
			copy(edges[(i + 1) % n].holds, wants);
		task = roster_find(table, seen.owner);
	}
	return true;
}

size_t roster_find_deadlock_in(
	struct roster_table *table, struct roster_edge edges[], size_t most)
{
	uint64_t since = table->nwalks + 1;
	size_t n = 0;

	for (struct roster_task *task = table->first; task && !n;
		task = task->next) {
		struct roster_task *found = walk(table, task, since);

		if (found)
			n = confirm(table, found);
		if (n && !spell(table, found, n, edges, most))
			n = 0;
	}
	return n;
}

size_t roster_find_deadlock(struct roster_edge edges[], size_t most)
{
	size_t n = roster_find_deadlock_in(roster_lock_table(), edges, most);

	roster_unlock_table();
	return n;
}
