/*
 * The inside of roster: the table, for those who read it.
 *
 * roster.c keeps it, roster_graph.c looks for cycles in it, roster_show.c
 * turns it into text. All that is called while the table is locked may run in
 * a signal handler: no allocation, no stdio, no lock but by trying.
 */
#ifndef LIB_ROSTER_IMPL_H
#define LIB_ROSTER_IMPL_H

#include "lib/roster.h"

struct roster_table {
	struct roster_task *first, *last;
	struct roster_thing *things;
	uint64_t nwalks;
};

/* What a look at a row saw. */
struct roster_seen {
	struct roster_wait wait;
	pid_t owner; /* of wait.owner: who is in the way; 0: nobody, unknown */
	uint64_t nwaits;
	const char *state;
};

/* Text of a fixed size; what does not fit is cut. Ends with NUL always. */
struct roster_text {
	char *at;
	size_t room;
};

struct roster_text roster_text(char *buffer, size_t size);
void roster_put(struct roster_text *text, const char *string);
void roster_put_number(struct roster_text *text, uint64_t n, unsigned base);

/* Not in a signal handler. */
struct roster_table *roster_lock_table(void);
void roster_unlock_table(void);

/* False while the row is changing. */
bool roster_look(struct roster_task *task, struct roster_seen *seen);

struct roster_task *roster_find(const struct roster_table *table, pid_t id);

/* "mutex A", or with an address for the lack of a name. */
void roster_put_thing(struct roster_text *text,
	const struct roster_table *table, const struct roster_wait *wait);

/* With the table locked. */
size_t roster_find_deadlock_in(
	struct roster_table *table, struct roster_edge edges[], size_t most);
void roster_show(struct roster_table *table, roster_write_fn write);

#endif
