/*
 * What the modules about symbols share: types, as DWARF has them
 *
 * What was looked up once is kept until symbols_close: an executable does not
 * change while it is open. Addresses are kept as they are in the file, so that
 * they hold wherever the program is loaded.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   a type is good until symbols_close.
 */
#ifndef LIB_EXPLORE_SYMBOLS_IMPL_H
#define LIB_EXPLORE_SYMBOLS_IMPL_H

#include "lib/explore/symbols.h"

#include <elfutils/libdwfl.h>

/* A global or static one. */
struct variable {
	uint64_t from, size;
	const char *name;
	uint64_t type; /* where DWARF has it */
};

/* In the order of DWARF. */
struct variables {
	struct variable *all;
	size_t n, room;
	bool are_listed;
};

enum {
	KNOWN_PLACES = 1024, /* a trace has fewer, as a rule */
};

/* Of two that share an entry, the one that was last asked for is known. */
struct known_place {
	uint64_t pc; /* 0: none is */
	struct place place; /* with no file: not in the source */
};

struct symbols {
	Dwfl *dwfl;
	Dwfl_Module *module;
	uint64_t base;
	struct variables variables;
	struct known_place places[KNOWN_PLACES];
};

/* The type of a variable, a member, ...; of a pointer, what it points to. */
bool symbols_type_of(Dwarf_Die *die, Dwarf_Die *type);

/* The same behind typedefs and qualifiers. */
bool symbols_peeled_type(Dwarf_Die *die, Dwarf_Die *type);

/* The type that a spot has. */
bool symbols_type_at(struct symbols *symbols, uint64_t at, Dwarf_Die *type);

uint64_t symbols_size_of(Dwarf_Die *type); /* 0: not known, or none */
uint64_t symbols_member_offset(Dwarf_Die *member);

/* Append what lies there in it: ".items[3].next". */
void symbols_describe_inside(
	Dwarf_Die *type, uint64_t offset, char *name, size_t size);

#endif
