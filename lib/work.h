/*
 * work - something to compute, cut into items that know no model
 *
 * A job is one piece of work made ready: so many items, numbered from 0, each
 * of which can be computed alone, in any order, by any thread or process. An
 * item answers with a tally, ten plain 64-bit words that a pipe, a shared
 * page or a file can carry. Tallies are folded into a total; folding commutes,
 * so that no model has to keep the answers in order. An item may also write
 * text (a list of primes), which the model passes on in the order of items.
 *
 * What differs from model to model reaches an item through struct env: how to
 * wait, how to exclude the others, how to let them have a turn. That is all a
 * work knows of who runs it.
 *
 * Threads:  a job is immutable once opened; an env belongs to one worker.
 * Blocking: env_wait, env_lock; env_pause may run other coroutines.
 * Memory:   work_open fills the caller's job and job_close frees what it
 *           holds; the model owns env, its text buffer and shared memory.
 */
#ifndef LIB_WORK_H
#define LIB_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TALLY_NWORDS = 10
};

struct tally {
	uint64_t word[TALLY_NWORDS];
};

/* A fixed buffer that an item appends to; the job says how much it needs. */
struct text {
	char *data;
	size_t size, capacity;
};

enum work_flags {
	WORK_WAITS = 1 << 0, /* items wait rather than compute */
	WORK_SHARES = 1 << 1, /* items need memory that all workers see */
	WORK_BROKEN = 1 << 2, /* wrong on purpose, to show what goes wrong */
};

struct job {
	const struct work *work;
	uint64_t nitems;
	size_t text_size; /* most bytes of text one item makes; 0: none */
	size_t shared_size; /* bytes of zeroed memory that all workers see */
	unsigned max_live; /* items that may be begun at once; 0: any number */
	void *plan; /* the work's own; read by all workers */
};

struct env;

struct env_ops {
	int (*wait)(struct env *env, uint64_t ns);
	bool (*lock)(struct env *env);
	void (*unlock)(struct env *env);
	bool (*pause)(struct env *env);
};

struct env {
	const struct env_ops *ops;
	void *shared; /* job->shared_size bytes, NULL where nothing is shared */
	void *scratch; /* the work's own buffers, from enter to leave */
	struct text text;
};

struct work {
	const char *name;
	const char *summary;
	const char *unit; /* what word 0 of the total counts: "primes" */
	const char *size_means; /* what the size stands for: "upper bound" */
	unsigned flags;
	uint64_t sample_size; /* done in a moment: for tests, a first look */
	uint64_t default_size, max_size;
	const struct work *unsafe_twin; /* the same without its lock, or NULL */

	/*
	 * Cut work of this size into items for so many workers.
	 * Returns 0, -EINVAL for a size out of range, or -ENOMEM.
	 */
	int (*open)(struct job *job, uint64_t size, unsigned nworkers);
	void (*close)(struct job *job);

	/* Buffers of one worker, reused from item to item. NULL: none. */
	int (*enter)(const struct job *job, struct env *env);
	void (*leave)(const struct job *job, struct env *env);

	/*
	 * Compute item i, again from the start if a worker died over it.
	 * Returns 0 and the tally, -ECANCELED when env_pause asked to stop,
	 * or another negative errno.
	 */
	int (*item)(const struct job *job, struct env *env, uint64_t i,
		struct tally *tally);

	/* NULL: every word is added up. */
	void (*fold)(struct tally *total, const struct tally *tally);

	/* After all items: take what stands in shared memory into the total. */
	void (*finish)(
		const struct job *job, const void *shared, struct tally *total);

	/* Whether this is the right answer; NULL where only agreement tells. */
	bool (*right)(const struct job *job, const struct tally *total);
};

/* Every work there is, in the order of works/list.def; ends with NULL. */
extern const struct work *const works[];

/* The work of that name, or NULL. */
const struct work *work_find(const char *name);

/* Returns 0, -EINVAL or -ENOMEM; on failure there is nothing to close. */
int job_open(struct job *job, const struct work *work, uint64_t size,
	unsigned nworkers);
void job_close(struct job *job);

void job_fold(
	const struct job *job, struct tally *total, const struct tally *tally);

/*
 * One word that stands for a whole answer, the same for equal tallies on
 * every machine (FNV-1a, by Fowler, Noll and Vo).
 */
uint64_t tally_checksum(const struct tally *tally);

/* Wait without computing. Returns 0, or -ECANCELED when asked to stop. */
int env_wait(struct env *env, uint64_t ns);

/*
 * Exclude the other workers from what is shared. No pause or wait between
 * the two: a coroutine would keep all others out for ever. env_lock returns
 * true when the last holder died in the middle (a killed process): what the
 * lock guards may be half changed, and the caller has to mend it.
 */
bool env_lock(struct env *env);
void env_unlock(struct env *env);

/*
 * Operations for env_ops of a model in which a worker is alone with its
 * memory, just sleeps to wait, or is killed rather than asked to stop.
 */
bool env_nobody_to_lock_out(struct env *env);
void env_nobody_to_let_in(struct env *env);
int env_sleep(struct env *env, uint64_t ns);
bool env_never_asked(struct env *env);

/*
 * A point, every 20 to 200 us or so, at which others may have their turn.
 * Returns true when the item should give up with -ECANCELED.
 */
bool env_pause(struct env *env);

#endif
