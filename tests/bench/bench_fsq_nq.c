/*
 * bench_fsq_nq - the queue beside nq, which runs each job as a process
 *
 * A job is begun by nq as soon as the one before it has ended, so that what is
 * measured is all of it: jobs queued one after the other, and waited for. Ours
 * is measured twice: with a worker that does the jobs itself, and with one
 * that starts the same program for each.
 *
 *	bench_fsq_nq [DIRECTORY]
 */
#include "tests/bench/fsq_rig.h"

#include "lib/fsq_run.h"

#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

static void run(const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	check(posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv,
		      environ) == 0,
		argv[0]);
	check(waitpid(pid, &status, 0) == pid && status == 0, argv[0]);
	posix_spawn_file_actions_destroy(&actions);
}

static void new_nq(int n, bool sync)
{
	static unsigned nfolders;
	char path[sizeof(rig.root) + 32];

	(void)n;
	(void)sync;
	snprintf(path, sizeof(path), "%s/nq%u", rig.root, nfolders++);
	check(mkdir(path, 0700) == 0, path);
	setenv("NQDIR", path, 1);
}

static void nq(int n, bool sync)
{
	static const char *const job[] = {"nq", "true", NULL};
	static const char *const wait_for_all[] = {"nq", "-w", NULL};

	(void)sync;
	for (int i = 0; i < n; i++)
		run(job);
	run(wait_for_all);
}

static void renew(int n, bool sync)
{
	(void)n;
	rig_renew(sync);
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

static void run_item(const struct fsq_item *item)
{
	static const struct fsq_program program = {.file = "true"};
	struct fsq_verdict verdict;
	struct fsq_job job;

	check(!fsq_job_start(&program, item, &job), "start");
	while (!fsq_job_poll(&job))
		fsq_jobs_wait(&job, 1, NULL, 0, CLOCK_NEVER);
	check(!fsq_job_settle(&job, &verdict, NULL), "finish");
	check(verdict.end == FSQ_END_DONE, "done");
}

static void ours_by_program(int n, bool sync)
{
	const struct fsq_scan_options usual = {0};
	struct fsq_scan *scan;
	struct fsq_item item;

	(void)sync;
	put_each(n);
	check(!fsq_scan_open(&rig.fsq, 1, &usual, &scan), "scan");
	check(!fsq_scan_list(scan), "list");
	while (fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM)
		run_item(&item);
	fsq_scan_close(scan);
}

int main(int argc, char **argv)
{
	struct work_on peer = {new_nq, nq};
	int n = 2 * BATCH;

	if (system("command -v nq >/dev/null")) {
		puts("not installed: nq (Debian: apt-get install nq); rows "
		     "that need it are left out");
		return 0;
	}
	rig_open(argc, argv);
	heading("jobs queued and run, beside nq");
	row("by a worker, no sync", (struct work_on){renew, ours}, peer, n,
		false, 0.1);
	row("by a worker, 64 together, with sync",
		(struct work_on){renew, ours_together}, peer, n, true, 0.1);
	row("by a worker, with sync", (struct work_on){renew, ours}, peer, n,
		true, 0);
	row("a program for each, with sync",
		(struct work_on){renew, ours_by_program}, peer, n, true, 0);
	rig_close();
	return 0;
}
