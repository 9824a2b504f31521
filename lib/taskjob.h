/*
 * taskjob - a job done by tasks that take turns on one loop
 *
 * What the models `async` and `green` have in common: an item waits by letting
 * the loop run others, pauses by going to the end of the ready list, and
 * writes its text when the items before it have written theirs. A tick is a
 * timer; when it asks to stop, all tasks are cancelled.
 *
 * Threads:  the caller alone; no other is made.
 * Blocking: until the job is done, stopped or failed.
 * Memory:   nothing is left.
 */
#ifndef LIB_TASKJOB_H
#define LIB_TASKJOB_H

#include "lib/model.h"

enum taskjob_task {
	TASKJOB_EACH_ITEM, /* a task of its own for each item */
	TASKJOB_EACH_WORKER /* that does one item after the other */
};

/*
 * nworkers: how many items may be begun at once; fewer will do when there is
 * no memory for more. Returns as struct model's run.
 */
int taskjob_run(const struct job *job, const struct model_params *params,
	enum taskjob_task kind, unsigned nworkers, struct model_result *result);

#endif
