/*
 * explore_uses - which process used which file in the execution shown
 *
 * Told from the calls as they are written in the trace, and from what came of
 * them: descriptors are followed through open and fork.
 *
 * Threads:  one.
 * Blocking: never.
 * Memory:   explore_uses_of allocates, explore_uses_free frees.
 */
#ifndef CMD_EXPLORE_USES_H
#define CMD_EXPLORE_USES_H

#include "cmd/explore.h"

enum {
	USES_MOST_PROCESSES = 32,
	USES_MOST_DESCRIPTORS = 32, /* of one process, those with low numbers */
	USES_PATH_SIZE = 120,
};

/* What a call does to a file. */
enum use {
	USE_ASKS = 1 << 0, /* whether it is there */
	USE_READS = 1 << 1, /* what is in it */
	USE_MAKES = 1 << 2,
	USE_REMOVES = 1 << 3,
	USE_WRITES = 1 << 4,
	USE_OPENS = 1 << 5,
	USE_CHANGES = USE_MAKES | USE_REMOVES | USE_WRITES
};

/* An event that has to do with a file. */
struct use_of {
	uint32_t event;
	unsigned process, uses;
	bool failed;
	char path[USES_PATH_SIZE];
};

struct opened {
	char path[USES_PATH_SIZE]; /* "": not known, or nothing */
	bool only_read;
};

struct file_uses {
	size_t n;
	struct use_of *all;
	struct opened table[USES_MOST_PROCESSES][USES_MOST_DESCRIPTORS];
};

/* NULL: no memory. */
struct file_uses *explore_uses_of(const struct wire *wire);
void explore_uses_free(struct file_uses *files);

/* NULL: it is not followed. */
const struct opened *explore_opened(
	const struct file_uses *files, unsigned process, int descriptor);

/* "rename(a, b)": the name of the call, a, or b. */
void explore_call_part(
	const char *words, unsigned part, char out[USES_PATH_SIZE]);

#endif
