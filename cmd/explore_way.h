/*
 * explore_way - by which calls a thread came to where it is, in words
 *
 * Threads:  the main one.
 * Blocking: reads source files.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_WAY_H
#define CMD_EXPLORE_WAY_H

#include "cmd/explore.h"

/* Ways that need not be told once more. */
struct explore_told {
	unsigned n;
	uint32_t ways[32];
};

/* "line 12"; of several files, "x.c:12". */
const char *explore_line_name(
	struct explore_view *view, uint64_t pc, char *words);

/*
 * " (in credit, called by transfer at line 28)" behind the place of a step, or
 * nothing where the thread began with that function, or that is told already;
 * and the same as a list.
 */
void explore_add_way(struct explore_view *view, uint64_t pc, uint32_t way,
	char *words, size_t size);
void explore_put_way(struct explore_view *view, uint64_t pc, uint32_t way,
	struct json *json);

/* Who waits for what, and by which calls it got there. */
bool explore_full_wait_words(
	struct explore_view *view, unsigned thread, char *words, size_t size);

/*
 * The words for an event of who waits for ever for a lock, or for all others;
 * else false.
 */
bool explore_waiting_words(struct explore_view *view, const struct event *event,
	const char *name, char *words);

#endif
