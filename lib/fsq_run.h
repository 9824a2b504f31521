/*
 * fsq_run - run a program on an item
 *
 * The program reads the item as its standard input and so inherits the lock:
 * the item is taken as long as the program or a child of it holds that open,
 * even when whoever started it has died. Its arguments are those given and
 * then the item's own, its environment ours and
 *
 *	FSQ_ITEM_ID  _ENQUEUED_AT  _ENTROPY  _PID  _HOSTNAME  _TRIES
 *	FSQ_ITEM_HOST	only in the queue of a host
 *
 * where _ENTROPY is the counter. It begins a process group of its own, with all
 * signals unblocked and at their defaults: a terminal's interrupt does not
 * reach it, and when its time is up the whole group gets SIGTERM, and SIGKILL
 * after the grace. What it then left behind in the group is killed as well.
 *
 * A program outlives its scanner: killing it would undo work that may be
 * nearly done, and the lock keeps others away until it ends, though then
 * nobody moves the item and it is run again. `die_with_us` asks for the
 * other choice: the kernel kills it (not its children) with the thread that
 * started it.
 *
 * Jobs are polled, so that one process can run many.
 *
 * Threads:  any; a job is for one at a time, and with die_with_us for the
 *           thread that started it.
 * Blocking: fsq_job_start until the program is loaded; fsq_jobs_wait until its
 *           deadline; fsq_job_settle as fsq_finish.
 * Memory:   the caller's structs. A job holds the item's descriptor and one
 *           more.
 */
#ifndef LIB_FSQ_RUN_H
#define LIB_FSQ_RUN_H

#include <poll.h>

#include "lib/fsq_item.h"

struct fsq_program {
	const char *file; /* NULL: the item's first argument is the program */
	const char *const *args; /* between its name and the item's own */
	size_t nargs;
	bool no_stdin; /* which then is /dev/null; the item is inherited under
			* another number, for the lock */
	bool die_with_us;
	uint64_t timeout_ns; /* 0: none */
	uint64_t grace_ns; /* from SIGTERM to SIGKILL; 0: SIGKILL at once */
};

/* Zeroed: no job. */
struct fsq_job {
	pid_t pid;
	int pidfd; /* readable when it has ended; -1: not on this kernel */
	bool timed_out;
	bool ended;
	int status; /* as waitpid gives it, once it has ended */
	uint64_t started_ns;
	uint64_t deadline_ns; /* when the next signal is due */
	uint64_t grace_ns;
	struct fsq_item item;
};

/*
 * Start the program on a claimed item, which becomes the job's. On failure the
 * item stays the caller's and no process is left: -ENOENT, -EACCES, -ENOEXEC:
 * no such program; -EINVAL: none is named, or the
 * item is malformed; -ECHILD: SIGCHLD is ignored here, so that no status would
 * ever come; -E2BIG; -EAGAIN, -ENOMEM, -EMFILE.
 */
int fsq_job_start(const struct fsq_program *program,
	const struct fsq_item *item, struct fsq_job *job);

/*
 * Look after a job: has it ended, is a signal due? Returns 1 when it has ended
 * and its status is known, 0 while it runs.
 */
int fsq_job_poll(struct fsq_job *job);

/* Send a signal to its whole group; no error when it has ended. */
void fsq_job_kill(const struct fsq_job *job, int signal);

/*
 * Poll n jobs, of which some may be none, until one has ended, one of `more`
 * is ready (its revents are set), or the deadline has passed. Returns how many
 * have ended or are ready; 0: the deadline; -EINTR: a signal was handled.
 */
int fsq_jobs_wait(struct fsq_job *jobs, size_t njobs, struct pollfd *more,
	size_t nmore, uint64_t deadline_ns);

/*
 * Judge an ended job (fsq_judge_after) and finish its item; it is no job after
 * that. Returns as fsq_finish.
 */
int fsq_job_settle(struct fsq_job *job, struct fsq_verdict *verdict,
	char place[FSQ_NAME_SIZE]);

#endif
