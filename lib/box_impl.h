/*
 * box_impl - how the processes of a box work together
 *
 *	conc ── outer ── keeper ── the program
 *
 * conc reads the program's output and watches the time. The outer process
 * leaves conc's namespaces; the keeper, the first process in the new process
 * namespace, makes what the program will see, starts it, waits for it, and
 * ends whatever is left. Without a process namespace outer is the keeper, and
 * the program and its children are kept in one process group. The control
 * groups are conc's to make and to remove; where conc is killed, outer's.
 *
 * Three pipes: `report` tells conc how it ended; the end of `control` tells
 * the keeper to end it, which conc's death does, too; `output` is the
 * program's.
 *
 * Threads:  each process has one.
 * Blocking: box_keep_run until the program has ended.
 * Memory:   the caller's.
 */
#ifndef LIB_BOX_IMPL_H
#define LIB_BOX_IMPL_H

#include "lib/box.h"

#include <limits.h>
#include <sys/types.h>

enum {
	BOX_MOST_CGROUPS = 2,
};

/* The outer process does not see the tree any more, and needs descriptors. */
struct box_cgroup {
	char folder[PATH_MAX];
	int in; /* the folder that it is in */
	int procs; /* its cgroup.procs */
};

struct box_plan {
	const struct box_options *options;
	int report, control, output; /* the inner processes' ends */
	bool root; /* and may become somebody else: */
	unsigned user;
	bool stays_root; /* without a root's rights */
	bool scoped; /* Landlock keeps signals inside */
	unsigned missing; /* enum box_layer: what is known so far */
	unsigned noutside; /* tasks of our user, where NPROC counts them */
	unsigned ncgroups;
	struct box_cgroup cgroups[BOX_MOST_CGROUPS];
};

/* What the keeper tells. */
struct box_report {
	int error; /* the program could not be started: -errno */
	int wait_status;
	uint64_t busy_ns;
	unsigned nleft, missing;
	bool asleep;
};

/* The outer process, from fork to end. */
_Noreturn void box_keep_run(struct box_plan *plan);

/* The program's process, from fork to exec; *missing grows. */
_Noreturn void box_enter(struct box_plan *plan, int told);

/*
 * The control group that conc is in: its folder, of which the first npoint
 * bytes are where the tree of that controller is mounted, or with NULL that of
 * version 2. False when there is none.
 */
bool box_cgroup_own(
	const char *controller, char folder[PATH_MAX], size_t *npoint);

/*
 * Make control groups for a box, or BOX_CGROUP is missing; go into them, for
 * good; remove them when the box has ended. Each of the processes closes what
 * it has of them.
 */
void box_cgroup_make(struct box_plan *plan);
void box_cgroup_enter(struct box_plan *plan);
void box_cgroup_remove(const struct box_plan *plan);
void box_cgroup_close(const struct box_plan *plan);

/* Leave the caller's namespaces. */
void box_leave_namespaces(struct box_plan *plan);

/*
 * Make the file system that the program sees. On failure everything is as
 * before, and BOX_FILES is missing.
 */
void box_view(struct box_plan *plan);

/* Paths beneath which every program may read. */
extern const char *const box_system_places[];

/* What these put on is in force for the calling process and its children. */
int box_landlock(struct box_plan *plan);
int box_seccomp(const struct box_plan *plan);
void box_limit(const struct box_plan *plan);
void box_limit_memory(const struct box_plan *plan);
void box_become_user(struct box_plan *plan);

/* How many threads our user runs now. */
unsigned box_count_tasks(void);

/* Whether a place is given with this access. */
bool box_has(const struct box_options *options, enum box_access access);

#endif
