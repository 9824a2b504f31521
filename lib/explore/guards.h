/*
 * guards - which locks were held where threads share data
 *
 * For each variable that threads share, each line that touches it and the
 * locks that were held there; and the locks that were held at every one of
 * them, which guard it (after Savage, Burrows, Nelson, Sobalvarro and
 * Anderson, Eraser, 1997). What was read or written when no other thread could
 * have been there, before they began or after they were joined, says nothing
 * of locks and is left out. So is what nobody writes, and what the thread that
 * got a block from malloc does to it before any other comes to that block.
 *
 *	sum  bank.c:22  changes  holding deposits
 *	sum  bank.c:43  reads    holding reports     no lock is held at both
 *
 * Traced executions are added one by one. It is what happened in these and no
 * proof: a line that none of them came to is not there.
 *
 * Threads:  any, each with its own.
 * Blocking: for the file of the symbols.
 * Memory:   guards_open allocates, guards_close frees; names of places are
 *           those of the symbols.
 */
#ifndef LIB_EXPLORE_GUARDS_H
#define LIB_EXPLORE_GUARDS_H

#include "lib/explore/symbols.h"
#include "lib/explore/wire.h"

/* A variable or a lock. */
struct guards_thing {
	uint64_t object; /* where it was when it was first seen */
	struct memory_place within; /* of malloc, or a frame; else all zero */
};

/* Of blocks from one malloc, which has the lock? */
enum guards_owner {
	GUARDS_ANY, /* it is in no such block, or the variable is not */
	GUARDS_OWN, /* the one that the variable is in */
	GUARDS_OTHER /* one of the rest: not the same one each time */
};

struct guards_lock {
	struct guards_thing thing;
	bool shared; /* for reading */
	enum guards_owner owner;
};

/* One line that touches a variable, with one set of locks. */
struct guards_access {
	struct guards_thing variable;
	struct place place; /* file NULL: not known */
	uint64_t pc;
	uint64_t threads; /* a bit for each */
	bool reads, writes, atomic;
	uint32_t nlocks;
	struct guards_lock locks[WIRE_MAX_HELD];
};

struct guards;

/* Returns 0 or -ENOMEM. */
int guards_open(struct guards **result);
void guards_close(struct guards *guards);

/*
 * Add an execution, as inspect_trace leaves it. Returns 0, -ENOMEM, or -E2BIG:
 * it has too much for this and was not, or not all, added.
 */
int guards_add(struct guards *guards, const struct wire *wire,
	struct symbols *symbols);

/* How many executions are in it. */
unsigned guards_nexecutions(const struct guards *guards);

/* The accesses, those of a variable one after the other. */
size_t guards_count(const struct guards *guards);
const struct guards_access *guards_get(const struct guards *guards, size_t i);

/* How many of them are of the variable that i is the first of. */
size_t guards_group(const struct guards *guards, size_t i);

/* Whether they are of one line with the same locks, of whatever variables. */
bool guards_are_alike(
	const struct guards_access *a, const struct guards_access *b);

/*
 * The locks that were held at each of n accesses, for writing where it writes.
 * Returns how many.
 */
uint32_t guards_common(const struct guards_access *accesses, size_t n,
	struct guards_lock locks[WIRE_MAX_HELD]);

/*
 * Two of n accesses, by different threads and one of them a write, with no
 * lock that keeps one out while the other is there; *a may be *b. False when
 * there are none.
 */
bool guards_gap(
	const struct guards_access *accesses, size_t n, size_t *a, size_t *b);

#endif
