/*
 * fsq_runner - run a program for what waits: how the verbs scan and watch do it
 *
 * One thread claims, starts and settles up to `jobs` items at a time. TERM and
 * INT end the claiming; what runs is waited for. A second one ends us at once,
 * and then the programs that run keep their items locked until they end.
 *
 * Threads:  one.
 * Blocking: until the list is used up, or for ever.
 * Memory:   runner_open allocates, runner_close frees.
 */
#ifndef CMD_FSQ_RUNNER_H
#define CMD_FSQ_RUNNER_H

#include "cmd/opt.h"
#include "lib/fsq_host.h"
#include "lib/fsq_rate.h"
#include "lib/fsq_run.h"
#include "lib/fsq_scan.h"

struct runner_options {
	uint64_t ttl, tries, rate, timeout;
	uint64_t success, fail_tmp, fail_perm;
	unsigned jobs;
	bool ignore_down, item_argv, no_open, verbose;
	bool lock, no_lock;
	bool all_hosts;
	struct opt_texts hosts;
};

struct runner {
	const struct runner_options *options;
	struct fsq *fsq;
	struct fsq_hosts hosts; /* those that are scanned; n is 0: fsq is */
	struct fsq_scan *scan;
	struct fsq_program program;
	struct fsq_rate rate;
	uint64_t wait_ns; /* until the rate allows the next; 0: it does */
	struct fsq_job *jobs;
	unsigned nrunning;
	uint64_t ended[FSQ_END_RELEASE + 1]; /* so many, by their end */
	bool used_up; /* the list is */
	bool holds; /* an item that could not be started yet */
	bool is_short; /* of processes; it was said */
	struct fsq_item held;
	int code;
};

/*
 * Open what is to be scanned in the queue. Returns 0, or an exit code after
 * saying why not; close it in any case.
 */
int runner_open(struct runner *runner);
void runner_close(struct runner *runner);

/* Run all that can be claimed. Both return an exit code. */
int runner_once(struct runner *runner);

/* Again and again, until a signal. */
int runner_for_ever(struct runner *runner);

#endif
