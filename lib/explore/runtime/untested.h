/*
 * untested - who goes on after a wait, and does not test what it waited for
 *
 * Nobody did anything since a thread locked to test, while it slept, or since:
 * what it waits for cannot have come true, and who tests it again finds that,
 * at once or when it has let go of the mutex, and waits again. Who writes to
 * what it had tested, or ends, without having looked at it, does not test.
 *
 * Threads:  of the program's threads whichever runs.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef LIB_EXPLORE_RUNTIME_UNTESTED_H
#define LIB_EXPLORE_RUNTIME_UNTESTED_H

#include <stdbool.h>
#include <stdint.h>

struct untested {
	uint64_t last_read; /* of the thread, always */

	const void *mutex; /* of a wake-up that nothing explains; or NULL */
	uint64_t pc; /* the wait */
	uint64_t test; /* what was read last before it */
	uint32_t after; /* steps of others */
	bool gone; /* the mutex was given up since */
	bool read; /* the test, since */
};

struct thread;

/* It has slept, and nobody took a step since the mutex was locked. */
void untested_begin(const void *mutex, uint32_t after, uint64_t pc);

/* It waits, again or for something else. */
void untested_forget(void);

/* An access to memory that is not its own, with the flags of access_memory. */
void untested_access(uint64_t address, unsigned flags);

/* It gives up the mutex; it ends. */
void untested_unlock(const void *mutex);
void untested_end(void);

#endif
