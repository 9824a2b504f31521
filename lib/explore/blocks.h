/*
 * blocks - what lies in memory from malloc
 *
 * DWARF knows the types of variables, and not what malloc gave. But the line
 * that called it says what the memory is for, `a = malloc(sizeof *a)`, and so
 * does each line that uses it: at `a->balance` the program counter, the place
 * in the block and the size of the access must all be those of that member of
 * what `a` points to. A line that could mean two types says nothing.
 *
 *	account->balance     the only one, that `account` leads to
 *	node#2->next         one of several
 *	slots[3].owner       of an array that `slots` leads to
 *	*counter             of no struct
 *
 * Which pointer leads to it, whenever it is named, the steps of an execution
 * have to tell.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef LIB_EXPLORE_BLOCKS_H
#define LIB_EXPLORE_BLOCKS_H

#include "lib/explore/symbols.h"

struct block_type {
	uint64_t die; /* where DWARF has it; 0: not known */
	bool single; /* one of it, whatever else follows */
	char name[64]; /* the struct's tag, or its typedef's name */
	char variable[64]; /* that malloc's result went to; "": not known */
};

/* What a block of that size from the call of malloc before pc is. */
bool blocks_allocated(struct symbols *symbols, uint64_t pc, const char *line,
	uint64_t block_size, struct block_type *type);

/* The same from an access to it; access_size is 0 for a lock and the like. */
bool blocks_used(struct symbols *symbols, uint64_t pc, const char *line,
	uint64_t block_size, uint64_t offset, uint64_t access_size,
	struct block_type *type);

/*
 * What blocks of that type are called, of which there may be several: those
 * with the same name are to be numbered. "" where there is no name for them.
 */
const char *blocks_called(struct symbols *symbols,
	const struct block_type *type, uint64_t block_size);

/*
 * By which pointer the line of such an access reaches it: "q", "w.account".
 * False where it has none, or several.
 */
bool blocks_pointer(struct symbols *symbols, uint64_t pc, const char *line,
	const struct block_type *type, uint64_t block_size, uint64_t offset,
	uint64_t access_size, char *name, size_t name_size);

/* The name of every pointer to that type; "": they have not one name. */
const char *blocks_pointers(
	struct symbols *symbols, const struct block_type *type);

/* What points to `target`, as DWARF has it, points to one of these. */
bool blocks_is_of(struct symbols *symbols, const struct block_type *type,
	uint64_t target);

/*
 * Write what lies at that place in the block that a pointer `base` leads to.
 * Returns false, and writes nothing, where there is no name for it.
 */
bool blocks_name(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, const char *base, char *name,
	size_t name_size);

/* The same without a pointer: "key", "owner of element 3"; "": all of it. */
bool blocks_part(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, char *name, size_t name_size);

/* What lies there, for values.h; the spot has no name. */
bool blocks_spot(struct symbols *symbols, const struct block_type *type,
	uint64_t block_size, uint64_t offset, struct symbols_spot *spot);

#endif
