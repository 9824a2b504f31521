/*
 * bench_fsq - the queue beside the bare system calls that it is made of
 *
 * The same work with the library and in a loop of calls that looks at nothing:
 * no check that a name still means what was locked, no list of what waits.
 *
 *	bench_fsq [DIRECTORY]
 */
#include "tests/bench/fsq_rig.h"

#include <sys/file.h>

static void raw_put(const char *name, int tmp, int queue, bool sync)
{
	int fd = openat(tmp, name, O_WRONLY | O_CREAT | O_EXCL, 0640);

	check(fd >= 0, "open");
	check(write(fd, "hello\n", 6) == 6, "write");
	check(!sync || fsync(fd) == 0, "fsync");
	check(close(fd) == 0, "close");
	check(linkat(tmp, name, queue, name, 0) == 0, "link");
	check(unlinkat(tmp, name, 0) == 0, "unlink");
	check(!sync || fsync(queue) == 0, "fsync");
}

static void raw_take(const char *name, int queue, int done, bool sync)
{
	int fd = openat(queue, name, O_RDONLY);

	check(fd >= 0, "open");
	check(flock(fd, LOCK_EX | LOCK_NB) == 0, "flock");
	check(renameat(queue, name, done, name) == 0, "rename");
	check(!sync || fsync(done) == 0, "fsync");
	close(fd);
}

static const char *raw_name(int i)
{
	static char name[64];

	snprintf(name, sizeof(name), "_20261121053427_%d_%d_vm_0_a", i,
		(int)getpid());
	return name;
}

static void renew(int n, bool sync)
{
	(void)n;
	rig_renew(sync);
}

static void raw(int n, bool sync)
{
	int tmp = fsq_folder_fd(rig.fsq, FSQ_TMP);
	int queue = fsq_folder_fd(rig.fsq, FSQ_QUEUE);
	int done = fsq_folder_fd(rig.fsq, FSQ_DONE);

	for (int i = 0; i < n; i++)
		raw_put(raw_name(i), tmp, queue, sync);
	for (int i = 0; i < n; i++)
		raw_take(raw_name(i), queue, done, sync);
}

static void ours(int n, bool sync)
{
	(void)sync;
	put_each(n);
	check(take(n, 0) == n, "take");
}

static void ours_together(int n, bool sync)
{
	(void)sync;
	put_together(n);
	check(take(n, 0) == n, "take");
}

static double time_of_taking(int n, size_t window)
{
	uint64_t start = clock_now();

	check(take(n, window) == n, "take");
	return (double)(clock_now() - start) / n;
}

/* What one costs where very many wait, beside where they are few. */
static void many_waiting(int n)
{
	double few, one, narrow, all;

	heading("claim and done: where 100,000 wait, beside where 1,000 do");
	rig_renew(false);
	put_each(1000);
	few = time_of_taking(1000, 0);
	put_each(n);
	one = time_of_taking(1, 0);
	narrow = time_of_taking(1, 1024);
	all = time_of_taking(n - 2, 0);
	print_row("all, from one list", all, few, all / few, 3);
	print_row("one, from a list of all", one, few, one / few, 0);
	print_row("one, from a window of 1,024", narrow, few, narrow / few, 0);
}

enum {
	NDRAINED = 10000
};

static uint64_t drain_in(int nworkers)
{
	uint64_t start;
	int status;

	rig_renew(false);
	put_each(NDRAINED);
	start = clock_now();
	for (int i = 0; i < nworkers; i++) {
		if (fork() == 0) {
			take(NDRAINED, 0);
			_exit(0);
		}
	}
	for (int i = 0; i < nworkers; i++)
		check(wait(&status) > 0 && !status, "worker");
	start = clock_now() - start;
	check(take(1, 0) == 0, "all are done");
	return start;
}

/* They never wait for a lock, so that more of them are no slower. */
static void workers(void)
{
	double one[ROUNDS], ratios[3][ROUNDS], times[3][ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		one[i] = (double)drain_in(1) / NDRAINED;
		for (int w = 0; w < 3; w++) {
			times[w][i] = (double)drain_in(1 << w) / NDRAINED;
			ratios[w][i] = times[w][i] / one[i];
		}
	}
	heading("workers that share 10,000 items, beside one");
	for (int w = 0; w < 3; w++) {
		char label[32];

		snprintf(label, sizeof(label), "%d at once", 1 << w);
		print_row(label, median_of_rounds(times[w]),
			median_of_rounds(one), median_of_rounds(ratios[w]), 0);
	}
}

int main(int argc, char **argv)
{
	struct work_on calls = {renew, raw};

	rig_open(argc, argv);
	heading("enqueue, claim and done, beside the bare calls");
	row("no sync", (struct work_on){renew, ours}, calls, 2000, false, 1.25);
	row("with sync", (struct work_on){renew, ours}, calls, 100, true, 1.11);
	row("with sync, 64 enqueued together",
		(struct work_on){renew, ours_together}, calls, 2 * BATCH, true,
		0);
	many_waiting(100000);
	workers();
	rig_close();
	return 0;
}
