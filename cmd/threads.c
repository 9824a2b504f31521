#include "cmd/threads.h"

#include "cmd/text.h"

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
		"%d usable CPU%s (affinity %d, cgroup quota %s)", cpus->usable,
		cpus->usable == 1 ? "" : "s", cpus->affinity, quota);
}

void threads_default(void *field, char *origin, size_t origin_size)
{
	int wanted = cpus_from_omp(getenv("OMP_NUM_THREADS"), NULL);
	int n;

	if (wanted) {
		snprintf(origin, origin_size, "OMP_NUM_THREADS");
	} else {
		struct cpus cpus = cpus_measure();

		wanted = cpus.usable;
		describe_cpus(&cpus, origin, origin_size);
	}
	n = cpus_limited(wanted, getenv("OMP_THREAD_LIMIT"));
	if (n < wanted)
		text_append(origin, origin_size, ", OMP_THREAD_LIMIT");
	*(unsigned *)field = within_model_limit(n);
}
