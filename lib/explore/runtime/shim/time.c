/* Sleeps take no time, but the clocks show that of them. */
#include "lib/explore/runtime/shim/shim.h"

#include <sched.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const uint64_t ns_per_s = UINT64_C(1000) * 1000 * 1000;

uint64_t shim_ns(const struct timespec *time)
{
	const time_t most = 1000 * 1000 * 1000;
	time_t seconds = time->tv_sec < most ? time->tv_sec : most;

	return (uint64_t)(seconds > 0 ? seconds : 0) * ns_per_s +
	       (uint64_t)(time->tv_nsec > 0 ? time->tv_nsec : 0);
}

static struct timespec later(struct timespec time, uint64_t ns)
{
	ns += (uint64_t)time.tv_nsec;
	time.tv_sec += (time_t)(ns / ns_per_s);
	time.tv_nsec = (long)(ns % ns_per_s);
	return time;
}

static bool is_of_processor(clockid_t clock)
{
	return clock == CLOCK_PROCESS_CPUTIME_ID ||
	       clock == CLOCK_THREAD_CPUTIME_ID || clock < 0;
}

static int look_at(clockid_t clock, struct timespec *time)
{
	int result = REAL(clock_gettime)(clock, time);

	if (result == 0 && shim_place() && !is_of_processor(clock))
		*time = later(*time, atomic_load(shim_ahead()));
	return result;
}

EXPORT int INSTEAD_OF(clock_gettime)(clockid_t clock, struct timespec *time)
{
	return look_at(clock, time);
}

EXPORT time_t INSTEAD_OF(time)(time_t *to)
{
	struct timespec now;

	look_at(CLOCK_REALTIME, &now);
	if (to)
		*to = now.tv_sec;
	return now.tv_sec;
}

EXPORT int INSTEAD_OF(gettimeofday)(
	struct timeval *restrict to, void *restrict zone)
{
	struct timespec now;
	int result = REAL(gettimeofday)(to, zone);

	if (result < 0 || !shim_place())
		return result;
	look_at(CLOCK_REALTIME, &now);
	to->tv_sec = now.tv_sec;
	to->tv_usec = now.tv_nsec / 1000;
	return result;
}

uint64_t shim_now(void)
{
	struct timespec now;

	look_at(CLOCK_MONOTONIC, &now);
	return shim_ns(&now);
}

/* Others may have slept meanwhile, and as long. */
void shim_reach(uint64_t ns)
{
	uint64_t now = shim_now();

	if (now < ns)
		atomic_fetch_add(shim_ahead(), ns - now);
}

/* A sleep promises nothing: whoever sleeps may be the next to run. */
static bool slept(uint64_t pc, uint64_t ns)
{
	uint64_t until;

	if (!shim_place())
		return false;
	until = shim_now() + ns;
	shim_ask(pc, shim_rests, NULL, "sleeps");
	shim_reach(until);
	return true;
}

EXPORT unsigned INSTEAD_OF(sleep)(unsigned seconds)
{
	return slept(CALLER, seconds * ns_per_s) ? 0 : REAL(sleep)(seconds);
}

EXPORT int INSTEAD_OF(usleep)(useconds_t us)
{
	return slept(CALLER, us * UINT64_C(1000)) ? 0 : REAL(usleep)(us);
}

EXPORT int nanosleep(const struct timespec *time, struct timespec *left)
{
	return slept(CALLER, shim_ns(time)) ? 0 : REAL(nanosleep)(time, left);
}

static uint64_t time_until(clockid_t clock, const struct timespec *time)
{
	struct timespec now;
	uint64_t then = shim_ns(time), ns;

	look_at(clock, &now);
	ns = shim_ns(&now);
	return then > ns ? then - ns : 0;
}

EXPORT int clock_nanosleep(clockid_t clock, int flags,
	const struct timespec *time, struct timespec *left)
{
	uint64_t ns = flags & TIMER_ABSTIME ? time_until(clock, time)
					    : shim_ns(time);

	return slept(CALLER, ns)
		       ? 0
		       : REAL(clock_nanosleep)(clock, flags, time, left);
}

EXPORT int sched_yield(void)
{
	return slept(CALLER, 0) ? 0 : REAL(sched_yield)();
}
