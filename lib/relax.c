#include "lib/relax.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"
#include "lib/must.h"

enum {
	PATIENCE_NS = 10000,
	NSAMPLES = 200,
	PATIENCE_MIN = 100,
	PATIENCE_MAX = 10000
};

static unsigned patience;

static bool is_alone(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 &&
	       CPU_COUNT(&set) == 1;
}

static void measure(void)
{
	uint64_t start = clock_now(), ns;
	uint64_t most;

	if (is_alone())
		return;
	relax(NSAMPLES);
	ns = clock_now() - start;
	most = ns ? (uint64_t)PATIENCE_NS * NSAMPLES / ns : 0;
	if (most < PATIENCE_MIN)
		most = PATIENCE_MIN;
	patience = most < PATIENCE_MAX ? (unsigned)most : PATIENCE_MAX;
}

unsigned relax_patience(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must_zero(pthread_once(&once, measure));
	return patience;
}
