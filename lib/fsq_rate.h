/*
 * fsq_rate - begin no more than so many things a second
 *
 * Things are spaced evenly. What was not used is not saved up: after a pause
 * there is no burst.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   the caller's struct; zeroed memory is no limit.
 */
#ifndef LIB_FSQ_RATE_H
#define LIB_FSQ_RATE_H

#include <stdint.h>

struct fsq_rate {
	uint64_t interval_ns;
	uint64_t next_ns; /* when the next may begin */
};

/* 0: no limit; at most 10^9. */
void fsq_rate_init(struct fsq_rate *rate, uint64_t per_s);

/*
 * May one begin at this time of clock_now()? Returns 0, and that one counts, or
 * the time to ask again.
 */
uint64_t fsq_rate_take(struct fsq_rate *rate, uint64_t now_ns);

#endif
