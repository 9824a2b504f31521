/*
 * switchcost - what one thing after another costs on this machine
 *
 * Threads:  the main one, before others exist: some costs are of processes.
 * Blocking: while it measures.
 * Memory:   none is left.
 */
#ifndef CMD_SWITCHCOST_H
#define CMD_SWITCHCOST_H

#include <stdint.h>

/*
 * Do it n times, and tell how long that took. Returns 0, or what refused: a
 * negative errno.
 */
typedef int (*cost_fn)(uint64_t n, uint64_t *ns);

/* In one thread. */
int cost_call(uint64_t n, uint64_t *ns);
int cost_clock(uint64_t n, uint64_t *ns);
int cost_atomic(uint64_t n, uint64_t *ns);
int cost_lock(uint64_t n, uint64_t *ns);
int cost_system_call(uint64_t n, uint64_t *ns);
int cost_pipe(uint64_t n, uint64_t *ns);
int cost_coroutine(uint64_t n, uint64_t *ns);

/* Two threads at once, each n times. */
int cost_apart(uint64_t n, uint64_t *ns);
int cost_false_sharing(uint64_t n, uint64_t *ns);
int cost_atomic_contended(uint64_t n, uint64_t *ns);
int cost_lock_contended(uint64_t n, uint64_t *ns);

/* Hand over n times between two of them. */
int cost_handover(uint64_t n, uint64_t *ns);
int cost_handover_same_cpu(uint64_t n, uint64_t *ns);
int cost_process_same_cpu(uint64_t n, uint64_t *ns);

/* Make one that does nothing, and wait for its end. */
int cost_thread(uint64_t n, uint64_t *ns);
int cost_process(uint64_t n, uint64_t *ns);

struct cost {
	double median_ns, min_ns;
};

/*
 * Several samples, each so many times that it takes time_ns or more.
 * Returns 0 or a negative errno.
 */
int cost_measure(
	cost_fn fn, uint64_t time_ns, unsigned nsamples, struct cost *cost);

/* What it means to have so many threads. */
struct crowd_result {
	unsigned nthreads; /* as many as could be started */
	uint64_t nhops; /* a token went so often from one to the next */
	uint64_t hops_ns;
	uint64_t voluntary; /* switches while it did: who waits, lets go */
	uint64_t work_wall_ns; /* all worked, in equal shares */
	uint64_t involuntary; /* switches meanwhile: by the kernel's wish */
};

/* Returns 0, -EAGAIN when no thread could be started, -ENOMEM. */
int crowd_measure(unsigned nthreads, uint64_t nhops, uint64_t work_ns,
	struct crowd_result *result);

#endif
