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
	PATIENCE_MAX = 8192,
	LONG_YIELD_NS = 5000,
	NSKIP_MIN = 16,
	NSKIP_MAX = 4096
};

static unsigned patience;

/* Relaxed, all: who learns at the same time may forget what another learned. */
static _Atomic unsigned nskip; /* spins not to be tried */
static _Atomic unsigned nskip_last;

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

static unsigned load(const _Atomic unsigned *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

static void store(_Atomic unsigned *n, unsigned value)
{
	atomic_store_explicit(n, value, memory_order_relaxed);
}

/* Twice as long each time, and forgotten by and by when all goes well. */
static void learn(bool wanted)
{
	unsigned n = load(&nskip_last);

	if (!wanted) {
		if (n > 0)
			store(&nskip_last, n / 2);
		return;
	}
	n = n < NSKIP_MIN ? NSKIP_MIN : n * 2;
	n = n < NSKIP_MAX ? n : NSKIP_MAX;
	store(&nskip_last, n);
	store(&nskip, n);
}

bool relax_yield(void)
{
	uint64_t start = clock_now();
	bool wanted;

	sched_yield();
	wanted = clock_now() - start > LONG_YIELD_NS;
	learn(wanted);
	return !wanted;
}

unsigned relax_patience(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	unsigned n = load(&nskip);

	must_zero(pthread_once(&once, measure));
	if (n == 0)
		return patience;
	store(&nskip, n - 1);
	return 0;
}
