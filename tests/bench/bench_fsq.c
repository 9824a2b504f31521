/*
 * bench_fsq - the queue beside the bare system calls that it is made of
 *
 * Each row does the same work with the library and in a plain loop of calls,
 * in turn, in the same directory, and shows the calls' time over the
 * library's: 1 is as fast, 0.5 takes twice as long; the median of the rounds.
 *
 *	bench_fsq [DIRECTORY]	(the current one: a disk, if syncs are to count)
 */
#include "lib/clock.h"
#include "lib/fsq_install.h"
#include "lib/fsq_put.h"
#include "lib/fsq_scan.h"
#include "lib/fsq_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROUNDS = 7,
	BATCH = 64
};

static char root[4096];
static struct fsq_rules rules;
static struct fsq *fsq;
static int tmp, queue, done;

static void check(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void raw_enqueue(const char *name, bool sync)
{
	int fd = openat(
		tmp, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	check(fd >= 0, "open");
	check(write(fd, "hello\n", 6) == 6, "write");
	check(!sync || fsync(fd) == 0, "fsync");
	check(close(fd) == 0, "close");
	check(linkat(tmp, name, queue, name, 0) == 0, "link");
	check(unlinkat(tmp, name, 0) == 0, "unlink");
	check(!sync || fsync(queue) == 0, "fsync");
}

static void raw_finish(const char *name, bool sync)
{
	int fd = openat(queue, name, O_RDONLY | O_CLOEXEC);
	struct stat a, b;

	check(fd >= 0, "open");
	check(flock(fd, LOCK_EX | LOCK_NB) == 0, "flock");
	check(fstat(fd, &a) == 0 && fstatat(queue, name, &b, 0) == 0, "stat");
	check(renameat(queue, name, done, name) == 0, "rename");
	check(!sync || fsync(done) == 0, "fsync");
	close(fd);
}

static void raw_name(char *name, int i)
{
	sprintf(name, "_20261121053427_%d_%d_vm_0_a", i, (int)getpid());
}

/* n items in, and out again, by the calls alone. */
static void raw(int n, bool sync)
{
	char name[64];

	for (int i = 0; i < n; i++) {
		raw_name(name, i);
		raw_enqueue(name, sync);
	}
	for (int i = 0; i < n; i++) {
		raw_name(name, i);
		raw_finish(name, sync);
	}
}

static void drain(size_t window)
{
	const struct fsq_scan_options options = {.window = window};
	struct fsq_scan *scan;
	struct fsq_item item;

	check(!fsq_scan_open(&fsq, 1, &options, &scan), "scan");
	check(!fsq_scan_list(scan), "list");
	while (fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM)
		check(!fsq_finish(&item, FSQ_END_DONE, NULL), "finish");
	fsq_scan_close(scan);
}

static void ours(int n, bool sync)
{
	const char *const args[] = {"a"};

	(void)sync;
	for (int i = 0; i < n; i++)
		check(!fsq_enqueue(fsq, args, 1, "hello\n", 6, NULL), "put");
	drain(0);
}

/* BATCH at a time. */
static void ours_together(int n, bool sync)
{
	struct fsq_put puts[BATCH];

	(void)sync;
	for (int i = 0; i < n; i += BATCH) {
		for (int j = 0; j < BATCH; j++) {
			check(!fsq_put_begin(fsq, NULL, 0, &puts[j]), "begin");
			check(!fsq_put_write(&puts[j], "hello\n", 6), "write");
		}
		check(!fsq_publish(puts, BATCH), "publish");
	}
	drain(0);
}

static void open_queue(bool fast)
{
	const struct fsq_install options = {.existing = FSQ_EXISTING_REPLACE};

	fsq_close(fsq);
	fsq = NULL;
	rules.fast = fast;
	check(!fsq_install(&rules, "q", &options), "install");
	check(!fsq_open(&rules, "q", &fsq), "open");
	tmp = fsq_folder_fd(fsq, FSQ_TMP);
	queue = fsq_folder_fd(fsq, FSQ_QUEUE);
	done = fsq_folder_fd(fsq, FSQ_DONE);
}

typedef void (*work_fn)(int n, bool sync);

static double time_of(work_fn work, int n, bool sync)
{
	uint64_t start;

	open_queue(!sync);
	start = clock_now();
	work(n, sync);
	return (double)(clock_now() - start) / n;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void row(const char *label, work_fn work, work_fn peer, int n, bool sync,
	double goal)
{
	double ratios[ROUNDS], us = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double other = time_of(peer, n, sync);
		double mine = time_of(work, n, sync);

		ratios[i] = other / mine;
		us = mine / 1000;
	}
	qsort(ratios, ROUNDS, sizeof(*ratios), compare);
	printf("%-44s %8.1f us %6.2f", label, us, ratios[ROUNDS / 2]);
	if (goal)
		printf("  >= %.2f %s", goal,
			ratios[ROUNDS / 2] >= goal ? "reached" : "MISSED");
	putchar('\n');
}

/* The first n of what waits, one listing for all. */
static double time_of_claims(int n)
{
	const struct fsq_scan_options options = {0};
	struct fsq_scan *scan;
	struct fsq_item item;
	uint64_t start = clock_now();

	check(!fsq_scan_open(&fsq, 1, &options, &scan), "scan");
	check(!fsq_scan_list(scan), "list");
	for (int i = 0; i < n; i++) {
		check(fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM, "next");
		check(!fsq_finish(&item, FSQ_END_DONE, NULL), "finish");
	}
	fsq_scan_close(scan);
	return (double)(clock_now() - start) / n;
}

static double time_of_one(size_t window)
{
	const struct fsq_scan_options options = {.window = window};
	struct fsq_scan *scan;
	struct fsq_item item;
	uint64_t start = clock_now();

	check(!fsq_scan_open(&fsq, 1, &options, &scan), "scan");
	check(!fsq_scan_list(scan), "list");
	check(fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM, "next");
	check(!fsq_finish(&item, FSQ_END_DONE, NULL), "finish");
	fsq_scan_close(scan);
	return (double)(clock_now() - start);
}

static void fill(int n)
{
	for (int i = 0; i < n; i++)
		check(!fsq_enqueue(fsq, NULL, 0, "hello\n", 6, NULL), "put");
}

static void many_waiting(int n)
{
	double few, all, one, narrow;

	open_queue(true);
	fill(1000);
	few = time_of_claims(1000);
	fill(n);
	one = time_of_one(0);
	narrow = time_of_one(1024);
	all = time_of_claims(n - 2);
	printf("%d waiting, claim and done: %.1f us each, beside %.1f us with "
	       "1,000: %.2f times\n",
		n, all / 1000, few / 1000, all / few);
	printf("a scan for one of them: %.1f ms; with a window of 1,024: "
	       "%.2f ms\n",
		one / 1e6, narrow / 1e6);
}

static void drain_in(int nworkers)
{
	uint64_t start;
	int status;

	open_queue(true);
	fill(10000);
	start = clock_now();
	for (int i = 0; i < nworkers; i++) {
		if (fork() == 0) {
			drain(0);
			_exit(0);
		}
	}
	for (int i = 0; i < nworkers; i++)
		check(wait(&status) > 0 && !status, "worker");
	printf("%d worker%s, 10,000 items: %.1f us an item\n", nworkers,
		nworkers > 1 ? "s" : "", (double)(clock_now() - start) / 1e7);
}

int main(int argc, char **argv)
{
	snprintf(root, sizeof(root), "%s/bench-fsq-XXXXXX",
		argc > 1 ? argv[1] : ".");
	check(mkdtemp(root) != NULL, root);
	rules = fsq_rules_default;
	rules.root = root;
	printf("enqueue, claim and done, by the calls / by us\n");
	row("no sync", ours, raw, 2000, false, 0.8);
	row("with sync", ours, raw, 100, true, 0.9);
	row("with sync, 64 given together", ours_together, raw, 2 * BATCH, true,
		0);
	many_waiting(100000);
	for (int n = 1; n <= 4; n *= 2)
		drain_in(n);
	fsq_close(fsq);
	check(!fsq_tree_remove(AT_FDCWD, root), "remove");
	return 0;
}
