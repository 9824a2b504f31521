/*
 * A queue of one job. It is the file "new/job" while it waits; the worker that
 * has it moves it to "cur/job", and to "done/job" when it is done. A worker
 * may be killed at any moment.
 */
#include <stdbool.h>

/* Take the job; false when it is not there, or somebody else was faster. */
bool claim(void);

/* The job that one has taken is done. */
void done(void);

/* Nobody is at work any more: jobs that were begun have to wait again. */
void recover(void);
