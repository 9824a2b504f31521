/*
 * failure - what went wrong in a body that somebody else will hear of
 *
 * A job or task that fails is not there any more when its failure is looked
 * at, so the failure is a value that can be copied: a code, a few words, and
 * who failed. Nothing in it points anywhere.
 *
 * A failure is lost on nobody: when the last one who could have asked for it
 * goes without asking, it is handed to failure_unretrieved. A program looks
 * there before it exits. The first FAILURE_NKEPT are kept, all are counted.
 *
 * Threads:  any.
 * Blocking: for a short lock.
 * Memory:   none but a fixed table.
 */
#ifndef LIB_FAILURE_H
#define LIB_FAILURE_H

#include <stddef.h>
#include <stdint.h>

enum {
	FAILURE_NKEPT = 64
};

struct failure {
	int code; /* a negative errno, or the body's own; never 0 */
	char origin[16]; /* who failed: a thread, a task */
	char text[44]; /* cut to fit; may be empty */
};

/* A NULL origin is the name of the calling thread. */
__attribute__((format(printf, 4, 5))) void failure_set(struct failure *failure,
	int code, const char *origin, const char *format, ...);

/*
 * "ORIGIN: TEXT (what strerror says of the code)", as far as size goes.
 * Returns text.
 */
char *failure_format(const struct failure *failure, char *text, size_t size);

/* Nobody will ever ask for this one. */
void failure_unretrieved(const struct failure *failure);

/* How many there were since the last failure_take_unretrieved. */
uint64_t failure_nunretrieved(void);

/*
 * Visit those that were kept, oldest first, and forget all. Returns how many
 * there were, which may be more than were visited.
 */
uint64_t failure_take_unretrieved(
	void (*visit)(const struct failure *failure, void *arg), void *arg);

#endif
