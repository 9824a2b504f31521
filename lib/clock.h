/*
 * clock - monotonic time in nanoseconds, from a source that can be replaced
 *
 * Every deadline in this library is an absolute time on this clock. A test
 * or a lesson may install a source of its own and make time stand still.
 *
 * Threads:  any may ask and sleep; the source is set before a
 *           second thread exists.
 * Blocking: clock_sleep and clock_sleep_until only.
 * Memory:   none.
 */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

enum {
	CLOCK_NS_PER_MS = 1000 * 1000
};
#define CLOCK_NS_PER_S UINT64_C(1000000000)
#define CLOCK_NEVER UINT64_MAX

typedef uint64_t (*clock_source_fn)(void);

/* Nanoseconds since some fixed moment; never goes back. */
uint64_t clock_now(void);

/* A NULL source restores CLOCK_MONOTONIC. */
void clock_set_source(clock_source_fn source);

/*
 * Seconds since 1970 by the wall clock, which people and time servers set, to
 * and fro: for names and logs alone, never to wait by.
 */
int64_t clock_wall(void);

typedef int64_t (*clock_wall_source_fn)(void);

/* A NULL source restores CLOCK_REALTIME. */
void clock_set_wall_source(clock_wall_source_fn source);

/*
 * Nanoseconds that the calling thread has spent on a processor. getrusage()
 * would do, but may lag behind by a whole tick of the kernel, 1 to 10 ms.
 */
uint64_t clock_thread_busy(void);

/*
 * What poll() takes: milliseconds until the deadline, rounded up, so that it
 * has passed when poll returns 0; -1 for CLOCK_NEVER.
 */
int clock_poll_ms(uint64_t deadline_ns);

/*
 * Sleep until clock_now() >= deadline_ns of the real CLOCK_MONOTONIC.
 * Returns 0, or -EINTR when a signal handler ran first.
 */
int clock_sleep_until(uint64_t deadline_ns);

/* Sleep for that long, whatever signals are handled meanwhile. */
void clock_sleep(uint64_t ns);

#endif
