/*
 * host - the machine that measurements were taken on
 *
 * Threads:  one.
 * Blocking: reads a few files under /proc and /sys.
 * Memory:   the caller's.
 */
#ifndef CMD_HOST_H
#define CMD_HOST_H

#include "lib/cpus.h"

#include <stdbool.h>

struct host {
	char cpu[96]; /* "AMD EPYC", or "unknown CPU" */
	struct cpus cpus;
	int online; /* processors of the machine */
	char governor[32]; /* of the first one's clock; "" when unknown */
	char kernel[96]; /* "Linux 6.1.0" */
	char libc[48]; /* "glibc 2.36" */
	double load; /* mean of the last minute; NaN when unknown */
};

void host_describe(struct host *host);

/* Whether others use so much of the CPUs that times mean little. */
bool host_is_busy(const struct host *host);

#endif
