#include "lib/relax.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"
#include "lib/must.h"

enum {
	PATIENCE_NS = 10000,
	NSAMPLES = 10,
	NPAUSES = 50, /* of a sample */
	PATIENCE_MIN = 128,
	PATIENCE_MAX = 8192
};

static unsigned patience;

static bool is_alone(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 &&
	       CPU_COUNT(&set) == 1;
}

static uint64_t ns_of_sample(void)
{
	uint64_t start = clock_now();

	relax(NPAUSES);
	return clock_now() - start;
}

/* The shortest of some: whatever else happens makes them longer. */
static void measure(void)
{
	uint64_t best = UINT64_MAX, most;

	if (is_alone())
		return;
	for (int i = 0; i < NSAMPLES; i++) {
		uint64_t ns = ns_of_sample();

		if (ns < best)
			best = ns;
	}
	most = (uint64_t)PATIENCE_NS * NPAUSES / (best + 1);
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
