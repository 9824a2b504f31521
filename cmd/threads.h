/*
 * threads - how many workers a command uses when nobody says
 *
 * Threads:  the main one.
 * Blocking: reads some files under /sys and /proc.
 * Memory:   none.
 */
#ifndef CMD_THREADS_H
#define CMD_THREADS_H

#include <stddef.h>

/*
 * An opt_default_fn for a row of kind OPT_COUNT: OMP_NUM_THREADS if it says
 * anything, else the CPUs that this process may use; neither above
 * OMP_THREAD_LIMIT.
 */
void threads_default(void *field, char *origin, size_t origin_size);

#endif
