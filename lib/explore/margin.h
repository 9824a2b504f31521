/*
 * margin - room behind each variable of a program, that nobody may use
 *
 * Where the compiler gives each variable a section of its own, as with
 * -fdata-sections, margin_widen makes those sections larger, and the linker
 * then leaves so much room between the variables. margin_find says where that
 * has come to lie: whatever uses it has missed its variable.
 *
 * Threads:  any.
 * Blocking: reads and writes files.
 * Memory:   allocates while it works.
 */
#ifndef LIB_EXPLORE_MARGIN_H
#define LIB_EXPLORE_MARGIN_H

#include "lib/explore/wire.h"

enum {
	MARGIN_SIZE = 64 /* bytes */
};

/*
 * Widen the sections of an object file's variables. What is no object file
 * for a machine of 64 bits stays as it is. Returns 0 or -errno.
 */
int margin_widen(const char *object);

/*
 * The room behind those variables of an object, widened before, that are in
 * the program, up to the next of them where that is near: `most` at most.
 * Returns how many; 0, too, of what cannot be read.
 */
unsigned margin_find(const char *object, const char *program,
	struct wire_margin *margins, unsigned most);

#endif
