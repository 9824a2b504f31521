/*
 * lesson_verdict - what is known of a learner's file, and what it is told
 *
 * The scenarios of a lesson are explored one after the other. The first that
 * fails, or that cannot be gone through, is shown; after the last it is said
 * what was proved of all of them.
 *
 * Threads:  one.
 * Blocking: for stdout.
 * Memory:   the caller's.
 */
#ifndef CMD_LESSON_VERDICT_H
#define CMD_LESSON_VERDICT_H

#include "cmd/lesson.h"

/* After some of the scenarios; begin with the lesson and its bound. */
struct verdict {
	const struct lesson *lesson;
	uint64_t nschedules;
	int bound; /* of preemptions; -1: there was none */
	unsigned ntried;
};

/*
 * Add the result of one more. Returns LESSON_GO_ON before the last, else what
 * lesson_check does.
 */
int verdict_show(struct verdict *verdict, struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result);

#endif
