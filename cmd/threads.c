#include "cmd/threads.h"

#include "lib/cpus.h"
#include "lib/model.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned within_model_limit(int n)
{
	return n < MODEL_MAX_WIDTH ? (unsigned)n : MODEL_MAX_WIDTH;
}

static void describe_cpus(
	const struct cpus *cpus, char *origin, size_t origin_size)
{
	char quota[16] = "none";

	if (cpus->quota)
		snprintf(quota, sizeof(quota), "%d", cpus->quota);
	snprintf(origin, origin_size,
		"%d usable CPUs (affinity %d, cgroup quota %s)", cpus->usable,
		cpus->affinity, quota);
}

void threads_default(void *field, char *origin, size_t origin_size)
{
	const char *limit = getenv("OMP_THREAD_LIMIT");
	struct cpus cpus = cpus_measure();
	int n = cpus_from_omp(getenv("OMP_NUM_THREADS"), limit);

	if (n) {
		snprintf(origin, origin_size, "OMP_NUM_THREADS");
	} else {
		n = cpus_limited(cpus.usable, limit);
		describe_cpus(&cpus, origin, origin_size);
	}
	*(unsigned *)field = within_model_limit(n);
}
