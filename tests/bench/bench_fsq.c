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

#define RAW_NAME "_20261121053427_%d_%d_vm_0_a"

static const char *raw_name(int i)
{
	static char name[64];

	snprintf(name, sizeof(name), RAW_NAME, i, (int)getpid());
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
	take_together();
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

static int nworkers;

static void fill(int n, bool sync)
{
	rig_renew(sync);
	put_each(n);
}

static void fill_raw(int n, bool sync)
{
	int tmp, queue;

	rig_renew(sync);
	tmp = fsq_folder_fd(rig.fsq, FSQ_TMP);
	queue = fsq_folder_fd(rig.fsq, FSQ_QUEUE);
	for (int i = 0; i < n; i++)
		raw_put(raw_name(i), tmp, queue, sync);
}

/* In so many processes; `first` is the number of each. */
static void in_processes(void (*work)(int first, int n), int n)
{
	int status;

	for (int i = 0; i < nworkers; i++) {
		if (fork() == 0) {
			work(i, n);
			_exit(0);
		}
	}
	for (int i = 0; i < nworkers; i++)
		check(wait(&status) > 0 && !status, "worker");
}

/* Whichever are left when it comes to them. */
static void take_some(int first, int n)
{
	(void)first;
	take(n, 0);
}

/* Those that are its own: the calls, where nobody need look for work. */
static void raw_take_share(int first, int n)
{
	int queue = fsq_folder_fd(rig.fsq, FSQ_QUEUE);
	int done = fsq_folder_fd(rig.fsq, FSQ_DONE);
	char name[64];

	for (int i = first; i < n; i += nworkers) {
		snprintf(name, sizeof(name), RAW_NAME, i, (int)getppid());
		raw_take(name, queue, done, false);
	}
}

static void share_out(int n, bool sync)
{
	(void)sync;
	in_processes(take_some, n);
	check(take(1, 0) == 0, "all are done");
}

static void raw_share_out(int n, bool sync)
{
	(void)sync;
	in_processes(raw_take_share, n);
}

/*
 * Each finds out by itself what is left, so that each looks at every item;
 * none waits for another.
 */
static void workers(void)
{
	heading("claim and done of 10,000, beside the bare calls on own items");
	for (nworkers = 1; nworkers <= 4; nworkers *= 2) {
		char label[32];

		snprintf(label, sizeof(label), "%d worker%s", nworkers,
			nworkers > 1 ? "s" : "");
		row(label, (struct work_on){fill, share_out},
			(struct work_on){fill_raw, raw_share_out}, NDRAINED,
			false, 0);
	}
}

int main(int argc, char **argv)
{
	struct work_on calls = {renew, raw};

	rig_open(argc, argv);
	heading("enqueue, claim and done, beside the bare calls");
	row("no sync", (struct work_on){renew, ours}, calls, 2000, false, 1.25);
	row("with sync", (struct work_on){renew, ours}, calls, 100, true, 1.11);
	row("with sync, 64 together", (struct work_on){renew, ours_together},
		calls, 2 * BATCH, true, 0);
	many_waiting(100000);
	workers();
	rig_close();
	return 0;
}
