/*
 * cpu_pool - the one pool of a process for work that computes
 *
 * A process has so many processors, and everything in it that computes should
 * share them: two libraries with a pool each would run twice as many threads
 * as there are processors.
 *
 * Its size is, in this order: what cpu_pool_set_size was told; the first
 * number of OMP_NUM_THREADS, which is read once, at the first use of any
 * function here; the processors that the process may use (cpus.h). The last
 * two are no more than OMP_THREAD_LIMIT.
 *
 * Threads:  any.
 * Blocking: as pool.h; the first use reads a few small files.
 * Memory:   one pool, until cpu_pool_shutdown or exit. A forked child has no
 *           pool: fork before the first use.
 */
#ifndef LIB_CPU_POOL_H
#define LIB_CPU_POOL_H

#include "lib/pool.h"

/* The pool, made at the first call. Returns 0; -ENOMEM. */
int cpu_pool_get(struct pool **result);

/*
 * More threads are made as there is work for them; surplus ones leave after
 * the job they are at. Returns 0; -EINVAL: not 1 … POOL_MAX_SIZE; -ESHUTDOWN;
 * -ENOMEM.
 */
int cpu_pool_set_size(int size);

/* Threads wanted; -ENOMEM. */
int cpu_pool_size(void);

/* Threads that there are just now; -ENOMEM. */
int cpu_pool_live(void);

/* What decided the size: "set", "OMP_NUM_THREADS", "processors". */
const char *cpu_pool_reason(void);

/* As pool_shutdown. It is not made anew. */
int cpu_pool_shutdown(unsigned flags);

#endif
