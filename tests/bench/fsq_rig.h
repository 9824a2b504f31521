/*
 * fsq_rig - a queue to be measured, and rows of figures
 *
 * Each queue is new and none is removed before the end: ext4 passes by inodes
 * that were freed in the last seconds, one by one, so that who makes files
 * just after many were removed measures that.
 */
#ifndef TESTS_BENCH_FSQ_RIG_H
#define TESTS_BENCH_FSQ_RIG_H

#include "lib/clock.h"
#include "lib/fsq_install.h"
#include "lib/fsq_put.h"
#include "lib/fsq_scan.h"
#include "lib/fsq_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROUNDS = 7,
	BATCH = 64
};

static struct {
	char root[4096];
	struct fsq_rules rules;
	struct fsq *fsq;
	unsigned nqueues;
} rig;

static inline void check(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

/* In the directory that is named, or the current one: a disk, if syncs are to
 * count. */
static inline void rig_open(int argc, char **argv)
{
	snprintf(rig.root, sizeof(rig.root), "%s/bench-fsq-XXXXXX",
		argc > 1 ? argv[1] : ".");
	check(mkdtemp(rig.root) != NULL, rig.root);
	rig.rules = fsq_rules_default;
	rig.rules.root = rig.root;
}

static inline void rig_close(void)
{
	fsq_close(rig.fsq);
	check(!fsq_tree_remove(AT_FDCWD, rig.root), "remove");
}

static inline void rig_renew(bool sync)
{
	const struct fsq_install options = {0};
	char name[32];

	fsq_close(rig.fsq);
	rig.fsq = NULL;
	rig.rules.fast = !sync;
	snprintf(name, sizeof(name), "q%u", rig.nqueues++);
	check(!fsq_install(&rig.rules, name, &options), "install");
	check(!fsq_open(&rig.rules, name, &rig.fsq), "open");
}

static inline void put_one(void)
{
	const char *const args[] = {"a"};

	check(!fsq_enqueue(rig.fsq, args, 1, "hello\n", 6, NULL), "enqueue");
}

static inline void put_each(int n)
{
	for (int i = 0; i < n; i++)
		put_one();
}

/* BATCH at a time. */
static inline void put_together(int n)
{
	struct fsq_put puts[BATCH];

	for (int i = 0; i < n; i += BATCH) {
		for (int j = 0; j < BATCH; j++) {
			check(!fsq_put_begin(rig.fsq, NULL, 0, &puts[j]),
				"begin");
			check(!fsq_put_write(&puts[j], "hello\n", 6), "write");
		}
		check(!fsq_publish(puts, BATCH), "publish");
	}
}

/* List, and take and finish n of what is there, or all; returns how many. */
static inline int take(int n, size_t window)
{
	const struct fsq_scan_options options = {.window = window};
	struct fsq_scan *scan;
	struct fsq_item item;
	int taken = 0;

	check(!fsq_scan_open(&rig.fsq, 1, &options, &scan), "scan");
	check(!fsq_scan_list(scan), "list");
	while (taken < n && fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM) {
		check(!fsq_finish(&item, FSQ_END_DONE, NULL), "finish");
		taken++;
	}
	fsq_scan_close(scan);
	return taken;
}

/* All that waits, BATCH at a time. */
static inline void take_together(void)
{
	const struct fsq_scan_options usual = {0};
	struct fsq_item items[BATCH];
	enum fsq_end ends[BATCH];
	struct fsq_scan *scan;
	int n;

	check(!fsq_scan_open(&rig.fsq, 1, &usual, &scan), "scan");
	check(!fsq_scan_list(scan), "list");
	do {
		for (n = 0; n < BATCH; n++) {
			if (fsq_scan_next(scan, &items[n]) != FSQ_SCAN_ITEM)
				break;
			ends[n] = FSQ_END_DONE;
		}
		check(!fsq_finish_all(items, ends, (size_t)n), "finish");
	} while (n);
	fsq_scan_close(scan);
}

/* Work on n items that is prepared for, and done; or only done. */
typedef void (*work_fn)(int n, bool sync);
struct work_on {
	work_fn prepare, work;
};

/* Nanoseconds per item. */
static inline double time_of(struct work_on what, int n, bool sync)
{
	uint64_t start;

	if (what.prepare)
		what.prepare(n, sync);
	start = clock_now();
	what.work(n, sync);
	return (double)(clock_now() - start) / n;
}

static inline int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double median_of_rounds(double values[ROUNDS])
{
	qsort(values, ROUNDS, sizeof(*values), compare_doubles);
	return values[ROUNDS / 2];
}

static inline void heading(const char *what)
{
	printf("\n%s\n%-40s %9s %9s %7s %8s\n", what, "", "conc us", "peer us",
		"ratio", "goal");
}

static inline void print_row(const char *label, double mine_ns, double other_ns,
	double ratio, double goal)
{
	printf("%-40s %9.1f %9.1f %7.2f", label, mine_ns / 1000,
		other_ns / 1000, ratio);
	if (goal)
		printf("  <= %.2f %s", goal,
			ratio <= goal ? "reached" : "MISSED");
	putchar('\n');
}

/* Ours over theirs, in turn; medians. */
static inline void row(const char *label, struct work_on work,
	struct work_on peer, int n, bool sync, double goal)
{
	double ratios[ROUNDS], mine[ROUNDS], other[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		other[i] = time_of(peer, n, sync);
		mine[i] = time_of(work, n, sync);
		ratios[i] = mine[i] / other[i];
	}
	print_row(label, median_of_rounds(mine), median_of_rounds(other),
		median_of_rounds(ratios), goal);
}

#endif
