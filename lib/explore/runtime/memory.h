/*
 * memory - blocks and strings that functions of the C library read
 *
 * While a step waits for its turn, others may change what it reads. So nothing
 * is looked at before the step is taken, and what was read is kept until the
 * next: as if the call had read all of it in one go, at the step that says so.
 *
 * Threads:  of the program's threads whichever runs.
 * Blocking: as access_memory, which may be a step.
 * Memory:   allocates none.
 */
#ifndef LIB_EXPLORE_RUNTIME_MEMORY_H
#define LIB_EXPLORE_RUNTIME_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define ANY_LENGTH ((size_t)PTRDIFF_MAX)

/*
 * A string is read, of at most `most` bytes. Returns how long it is at the
 * step: it may have become longer or shorter since the call.
 */
size_t access_string(const char *s, size_t most, uint64_t pc);

/*
 * What was read, in a room of KEPT_ROOM bytes. A larger block stays where it
 * is: its bytes are those of the step that uses them.
 */
enum {
	KEPT_ROOM = 4096
};
const void *kept(char *room, const void *from, size_t n);

/* Its thread has made the struct copy that it stood before. */
void copy_settle(void);

#endif
