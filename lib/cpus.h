/*
 * cpus - how many processors this process may really use
 *
 * The machine's count says too much twice over: a thread may be tied to some
 * of the processors (taskset, cpuset), and a control group may be given time
 * for fewer than it can see (every container with a CPU limit). More threads
 * than that only take turns. A limit of one and a half processors counts as
 * two; the tightest of the group and all its ancestors holds.
 *
 * Threads:  any. The affinity is that of the calling thread.
 * Blocking: reads a few small files under /proc and /sys; no cache.
 * Memory:   none kept.
 */
#ifndef LIB_CPUS_H
#define LIB_CPUS_H

struct cpus {
	int affinity; /* processors that the calling thread may run on */
	int quota; /* what its control groups allow, rounded up; 0: all */
	int usable; /* the lesser of the two, at least 1 */
};

struct cpus cpus_measure(void);
int cpus_usable(void);

/*
 * The quota alone, read from elsewhere: where the control groups are mounted
 * (/sys/fs/cgroup) and the file that names those of a process
 * (/proc/self/cgroup). Versions 1 and 2 and both side by side are understood;
 * what is missing or makes no sense is no limit. Returns 0 for no limit.
 */
int cpus_quota(const char *cgroup_mount, const char *cgroup_of_process);

/*
 * The number of threads that OpenMP's variables ask for. Each argument is
 * the text of one, or NULL. OMP_NUM_THREADS is a list with one number per
 * level of nesting, of which the first counts; what is not a number from 1 to
 * INT_MAX, blanks around it aside, is ignored. Returns that number, at most
 * OMP_THREAD_LIMIT; 0 when there is none, and then the caller's own choice n
 * counts as cpus_limited(n, omp_thread_limit).
 */
int cpus_from_omp(const char *omp_num_threads, const char *omp_thread_limit);

/* n, or the OMP_THREAD_LIMIT if that is a number from 1 to n - 1. */
int cpus_limited(int n, const char *omp_thread_limit);

#endif
