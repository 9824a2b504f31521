/*
 * gen - the demonstrations of the command `gen`
 *
 * Threads:  the main one.
 * Blocking: until they are done.
 * Memory:   none is left.
 */
#ifndef CMD_GEN_H
#define CMD_GEN_H

#include "cmd/report.h"
#include "lib/gen.h"

#include <stdbool.h>
#include <stdint.h>

struct gen_options {
	const char *zip;
	bool swap;
	uint64_t p; /* in billionths */
	uint64_t seed;
	bool explain;
	uint64_t live;
	unsigned guard; /* enum stack_guard */
};

/* Each returns an exit code, or a negative errno: it could not be shown. */
int gen_squares(const struct gen_options *options, struct report *report);
int gen_geometric(const struct gen_options *options, struct report *report);
int gen_show_send(const struct gen_options *options, struct report *report);
int gen_many(const struct gen_options *options, struct report *report);

/* Values of generators are pointers; the small numbers here go as such. */
static inline void *gen_number(uint64_t n)
{
	return (void *)(uintptr_t)n;
}

static inline uint64_t gen_number_of(const void *value)
{
	return (uintptr_t)value;
}

/* 0, 1, 2, … for ever, or from what it is sent. A body. */
int gen_count(struct gen *self, void *arg);

#endif
