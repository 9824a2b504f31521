/*
 * expression - what the names in a source line are, by their types
 *
 * A line is read for the chains in it that begin with a variable, as
 * `q->slots[i].next`, and DWARF has the type at each link. Nothing else of C
 * is understood: casts, calls and macros make no chain, and what is no
 * variable where the program counter is makes none either.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   what a chain points to is good during the call that got it.
 */
#ifndef LIB_EXPLORE_EXPRESSION_H
#define LIB_EXPLORE_EXPRESSION_H

#include "lib/explore/symbols_impl.h"

struct chain {
	const char *from, *to; /* its text: from … to - 1 */
	Dwarf_Die type; /* of all of it, with its typedefs */
	bool dereferenced;
	const char *pointer_to; /* where the text of its last pointer ends */
	Dwarf_Die target; /* what its last pointer points to, likewise */
	char path[128]; /* from there: ".slots[].next" */
};

typedef void (*chain_fn)(void *context, const struct chain *chain);

/* Give each chain of the line, and each beginning of it that is a pointer. */
void expression_chains(struct symbols *symbols, uint64_t pc, const char *line,
	chain_fn fn, void *context);

/* What a pointer points to, behind the typedefs of the pointer. */
bool expression_target(Dwarf_Die *pointer, Dwarf_Die *target);

/* The type of that name, or of that tag, in the unit of the pc. */
bool expression_type(struct symbols *symbols, uint64_t pc, const char *name,
	size_t length, Dwarf_Die *type);

#endif
