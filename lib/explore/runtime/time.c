/* A clock that moves when the program sleeps, and at each look a little. */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
	LOOK_NS = 1000
};

static const uint64_t second_ns = 1000 * 1000 * 1000;
static const uint64_t start_ns = UINT64_C(1700000000) * 1000 * 1000 * 1000;

uint64_t time_of(const struct timespec *at)
{
	return (uint64_t)at->tv_sec * second_ns + (uint64_t)at->tv_nsec;
}

static struct timespec look(void)
{
	uint64_t now;

	rt->wire->progress.doubts |= DOUBT_CLOCK;
	await_forget();
	if (rt->now_ns < start_ns)
		rt->now_ns = start_ns;
	rt->now_ns += LOOK_NS;
	now = rt->now_ns;
	return (struct timespec){.tv_sec = (time_t)(now / second_ns),
		.tv_nsec = (long)(now % second_ns)};
}

int WRAP(clock_gettime)(clockid_t clock, struct timespec *result)
{
	(void)clock;
	*result = look();
	return 0;
}

int WRAP(gettimeofday)(struct timeval *result, void *zone)
{
	struct timespec now = look();

	(void)zone;
	result->tv_sec = now.tv_sec;
	result->tv_usec = now.tv_nsec / 1000;
	return 0;
}

int WRAP(timespec_get)(struct timespec *result, int base)
{
	*result = look();
	return base;
}

time_t WRAP(time)(time_t *result)
{
	time_t now = look().tv_sec;

	if (result)
		*result = now;
	return now;
}

clock_t WRAP(clock)(void)
{
	return (clock_t)((time_of(&(struct timespec){0}) + rt->now_ns) / 1000);
}

/* A sleep promises nothing: whoever sleeps may be the next to run. */
static void sleep_for(uint64_t ns, uint64_t pc)
{
	point_at(OP_SLEEP, NULL, NULL, pc);
	trace(OP_SLEEP, pc, NULL);
	if (cancel_due())
		cancel_now();
	if (rt->now_ns < start_ns)
		rt->now_ns = start_ns;
	rt->now_ns += ns;
}

unsigned WRAP(sleep)(unsigned seconds)
{
	sleep_for(seconds * second_ns, CALLER);
	return 0;
}

int WRAP(usleep)(useconds_t us)
{
	sleep_for(us * UINT64_C(1000), CALLER);
	return 0;
}

int WRAP(nanosleep)(const struct timespec *time, struct timespec *left)
{
	(void)left;
	sleep_for(time_of(time), CALLER);
	return 0;
}

int WRAP(clock_nanosleep)(clockid_t clock, int flags,
	const struct timespec *time, struct timespec *left)
{
	uint64_t ns = time_of(time);

	(void)clock;
	(void)left;
	if (flags & TIMER_ABSTIME)
		ns = ns > rt->now_ns ? ns - rt->now_ns : 0;
	sleep_for(ns, CALLER);
	return 0;
}

int WRAP(thrd_sleep)(const struct timespec *time, struct timespec *left)
{
	(void)left;
	sleep_for(time_of(time), CALLER);
	return 0;
}
