/*
 * rw - threads that read a table and threads that write it, under one lock
 *
 * Threads:  the main one; it starts others and joins them.
 * Blocking: until they have ended.
 * Memory:   none is left.
 */
#ifndef CMD_RW_H
#define CMD_RW_H

#include <stdint.h>

enum rw_kind {
	RW_RWLOCK, /* many readers or one writer */
	RW_MUTEX, /* one, whoever it is */
};

enum {
	RW_MOST_THREADS = 64 /* of each sort */
};

struct rw_plan {
	enum rw_kind kind;
	unsigned nreaders, nwriters;
	uint64_t n; /* times that each goes in */
};

struct rw_thread {
	uint64_t ntimes, nwaits; /* went in; found it taken */
};

struct rw_result {
	unsigned nreaders, nwriters; /* as many as could be started */
	uint64_t wall_ns;
	unsigned peak_readers; /* inside at once */
	uint64_t nmixed; /* saw somebody inside who should not be */
	uint64_t ntorn; /* reads of a table that was half written */
	struct rw_thread readers[RW_MOST_THREADS], writers[RW_MOST_THREADS];
};

/* Returns 0, -EAGAIN when the system refused all threads of a sort, -ENOMEM. */
int rw_measure(const struct rw_plan *plan, struct rw_result *result);

#endif
