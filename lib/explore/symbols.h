/*
 * symbols - what the addresses in an explored program are in its source
 *
 * An address of code is a line of a file in a function; an address of data is
 * a variable, with the member and the element: `queue.items[3].next`. Both
 * come from the DWARF that the compiler wrote, by libdw of elfutils.
 *
 * Threads:  one at a time.
 * Blocking: reads the executable.
 * Memory:   symbols_open allocates; names in a place live until symbols_close.
 */
#ifndef LIB_EXPLORE_SYMBOLS_H
#define LIB_EXPLORE_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

struct place {
	const char *file; /* as the compiler was given it; NULL: unknown */
	const char *function;
	int line;
};

struct code_range {
	uint64_t from, to; /* from … to - 1 */
};

/* A place in a variable. */
struct symbols_spot {
	const char *name; /* of the variable */
	uint64_t type; /* where DWARF has it */
	uint64_t offset; /* from its first byte */
};

/* Returns 0; -ENOEXEC: no executable that libdw can read; -ENOMEM. */
int symbols_open(const char *executable, struct symbols **result);
void symbols_close(struct symbols *symbols);

/*
 * The program was loaded there, and addresses are given as they are in memory.
 * Ranges are as they are in the file.
 */
void symbols_move(struct symbols *symbols, uint64_t base);

/* pc is a return address: its line is that of the call before it. */
bool symbols_place(struct symbols *symbols, uint64_t pc, struct place *place);

/* Of the function that a return address lies in; 0: not known. */
int symbols_last_line(struct symbols *symbols, uint64_t pc);

/*
 * Every stretch of code that comes from this line. Returns how many there
 * are, of which at most `most` were written.
 */
size_t symbols_ranges(struct symbols *symbols, const char *file, int line,
	struct code_range *ranges, size_t most);

/*
 * Write the name of the global or static variable at address, for example
 * "queue.len" or "slots[2]". Returns false, and writes nothing, when there is
 * none.
 */
bool symbols_variable(struct symbols *symbols, uint64_t address, char *name,
	size_t name_size);

/*
 * The same for a local variable of the function that pc lies in, in the frame
 * whose upper end is `top`.
 */
bool symbols_local(struct symbols *symbols, uint64_t pc, uint64_t top,
	uint64_t address, char *name, size_t name_size);

/* Not their name, but what is needed to look into them. */
bool symbols_variable_at(
	struct symbols *symbols, uint64_t address, struct symbols_spot *spot);
bool symbols_local_at(struct symbols *symbols, uint64_t pc, uint64_t top,
	uint64_t address, struct symbols_spot *spot);

/*
 * Write the name of what begins at that spot and has the type up_to (0: any),
 * and `most` bytes at most: of an array, or a struct, rather than of its first
 * member. Returns its size; 0 where there is none, and the name is that of the
 * innermost.
 */
uint64_t symbols_name(struct symbols *symbols, const struct symbols_spot *spot,
	uint64_t up_to, uint64_t most, char *name, size_t name_size);

/* The last part of a path. */
const char *symbols_base_name(const char *path);

/* The text that begins there, of those that the program is to leave alone. */
const char *symbols_text(struct symbols *symbols, uint64_t address);

/*
 * What the compiler has made of a variable, or a library has, by the name that
 * the linker knows: DWARF has none.
 */
bool symbols_leftover(struct symbols *symbols, uint64_t address, char *name,
	size_t name_size);

/* The function that begins there, or NULL. */
const char *symbols_function(struct symbols *symbols, uint64_t address);

#endif
