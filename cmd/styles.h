/*
 * styles - one job in four styles of asynchronous programming
 *
 * Three sites are asked at once. Each answers after a while; its answer is
 * then read, which takes a while again; when all have been read, the lines
 * are added up. What is said is the same in all styles, and so is its time;
 * what is ready in each turn of the loop is not.
 *
 * Threads:  the loop's.
 * Blocking: never; the loop runs what a style has begun.
 * Memory:   what a style allocates is gone when its last line is said.
 */
#ifndef CMD_STYLES_H
#define CMD_STYLES_H

#include "cmd/report.h"
#include "lib/loop.h"

enum {
	STYLES_NSITES = 3
};

struct styles_site {
	const char *name;
	uint64_t answer_ns; /* until it answers */
	uint64_t read_ns; /* until the answer has been read */
	unsigned nlines;
};

extern const struct styles_site styles_sites[STYLES_NSITES];

struct styles_job {
	struct loop *loop;
	struct report *report;
	unsigned total;
	int error; /* of the first that failed */
};

/* Each says one line, with the time. */
void styles_say_asked(struct styles_job *job, const struct styles_site *site);
void styles_say_answered(
	struct styles_job *job, const struct styles_site *site);
/* Adds to the total, too. */
void styles_say_read(struct styles_job *job, const struct styles_site *site);
void styles_say_total(struct styles_job *job);

struct style {
	const char *name;
	const char *summary;
	const char *seen, *why;
	/* Do the job from beginning to end. Returns 0 or a negative errno. */
	int (*run)(struct styles_job *job);
};

extern const struct style style_coro, style_event, style_callback, style_future;

#endif
