#include "lib/clock.h"

#include <errno.h>
#include <time.h>

static uint64_t read_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_NS_PER_S + (uint64_t)ts.tv_nsec;
}

static uint64_t monotonic_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static clock_source_fn now_source = monotonic_now;

uint64_t clock_now(void)
{
	return now_source();
}

void clock_set_source(clock_source_fn source)
{
	now_source = source ? source : monotonic_now;
}

static int64_t realtime_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

static clock_wall_source_fn wall_source = realtime_now;

int64_t clock_wall(void)
{
	return wall_source();
}

void clock_set_wall_source(clock_wall_source_fn source)
{
	wall_source = source ? source : realtime_now;
}

uint64_t clock_thread_busy(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int clock_poll_ms(uint64_t deadline_ns)
{
	uint64_t now = clock_now(), ms;

	if (deadline_ns == CLOCK_NEVER)
		return -1;
	if (deadline_ns <= now)
		return 0;
	ms = (deadline_ns - now - 1) / CLOCK_NS_PER_MS + 1;
	return ms < INT32_MAX ? (int)ms : INT32_MAX;
}

int clock_sleep_until(uint64_t deadline_ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(deadline_ns / CLOCK_NS_PER_S),
		.tv_nsec = (long)(deadline_ns % CLOCK_NS_PER_S),
	};

	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

void clock_sleep(uint64_t ns)
{
	uint64_t end = monotonic_now() + ns;

	while (clock_sleep_until(end) == -EINTR)
		;
}
