/*
 * beside - ours and a peer's in turns, A B A B, as times and as a ratio
 *
 * libuv is looked for when a bench runs, so that building needs none of it.
 */
#ifndef TESTS_BENCH_BESIDE_H
#define TESTS_BENCH_BESIDE_H

#include <dlfcn.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/must.h"

enum {
	NROUNDS = 7
};

struct uv_symbol {
	const char *name;
	void *at; /* of the pointer to the function */
};

/* All of them, or false. */
static inline bool uv_find(const struct uv_symbol *symbols, size_t n)
{
	void *library = dlopen("libuv.so.1", RTLD_NOW);

	for (size_t i = 0; i < n; i++) {
		void *found = library ? dlsym(library, symbols[i].name) : NULL;

		if (!found)
			return false;
		*(void **)symbols[i].at = found;
	}
	return true;
}

/* What a run counts, from 0 to n. */
static size_t ndone;

static inline uint64_t time_of(void (*run)(void), size_t n)
{
	uint64_t begun = clock_now();

	ndone = 0;
	run();
	must(ndone == n);
	return clock_now() - begun;
}

static inline int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double median(double *values)
{
	qsort(values, NROUNDS, sizeof(values[0]), compare);
	return values[NROUNDS / 2];
}

static inline void race(const char *what, size_t n, void (*ours)(void),
	void (*theirs)(void), double goal)
{
	double mine[NROUNDS], peer[NROUNDS], ratio[NROUNDS];

	for (int i = 0; i < NROUNDS; i++) {
		mine[i] = (double)time_of(ours, n) / (double)n;
		if (!theirs)
			continue;
		peer[i] = (double)time_of(theirs, n) / (double)n;
		ratio[i] = mine[i] / peer[i];
	}
	printf("%-36s %10.1f", what, median(mine));
	if (theirs)
		printf(" %10.1f %7.2f", median(peer), median(ratio));
	if (theirs && goal > 0)
		printf("  <= %3.1f %s", goal,
			median(ratio) <= goal ? "reached" : "MISSED");
	putchar('\n');
}

/* What takes turns with two threads on a busy machine is something else. */
static inline void keep_others_off(void)
{
	const struct sched_param real_time = {.sched_priority = 1};

	if (sched_setscheduler(0, SCHED_FIFO, &real_time) < 0)
		puts("no real-time priority: what else runs here counts");
}

static inline void race_heading(void)
{
	keep_others_off();
	printf("%-36s %10s %10s %7s %7s\n", "", "conc ns", "libuv ns", "ratio",
		"goal");
}

#endif
