/*
 * board - works made to test models, and a run that must leave nothing behind
 *
 * The plan of such a job is memory that threads and processes see alike, in
 * which items note what they meet.
 */
#ifndef TESTS_BOARD_H
#define TESTS_BOARD_H

#include "lib/clock.h"
#include "lib/model.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	WIDTH = 3,
	NITEMS = 40,
	MEETING_LIMIT_S = 20,
};

struct board {
	atomic_int inside, most_inside; /* items being computed */
	atomic_int nmet;
	atomic_int attempts[NITEMS];
	unsigned meet; /* how many items must be in flight at once */
	int fatal_item; /* kills its worker at the first attempt; -1: none */
	int failing_item; /* returns -EDOM; -1: none */
};

static inline struct board *board_create(void)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(board, MAP_FAILED);
	board->fatal_item = board->failing_item = -1;
	return board;
}

static inline void note_most_inside(struct board *board, int now)
{
	int most = atomic_load(&board->most_inside);

	while (most < now &&
		!atomic_compare_exchange_weak(&board->most_inside, &most, now))
		;
}

/*
 * Wait until `meet` items are in flight together. A model that cannot do
 * that runs into the limit, and the count tells.
 */
static inline void meet(struct board *board, struct env *env)
{
	uint64_t limit = clock_now() + MEETING_LIMIT_S * CLOCK_NS_PER_S;

	atomic_fetch_add(&board->nmet, 1);
	while ((unsigned)atomic_load(&board->nmet) < board->meet &&
		clock_now() < limit && env_wait(env, 100 * 1000) == 0)
		;
}

/* Between two pauses: what a lock for the interpreter has to keep apart. */
static inline void compute_stretch(struct board *board)
{
	uint64_t end = clock_now() + CLOCK_NS_PER_MS;

	note_most_inside(board, atomic_fetch_add(&board->inside, 1) + 1);
	while (clock_now() < end)
		;
	atomic_fetch_sub(&board->inside, 1);
}

static inline int computing_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	(void)i;
	for (int stretch = 0; stretch < 20; stretch++) {
		compute_stretch(job->plan);
		if (env_pause(env))
			return -ECANCELED;
	}
	tally->word[0] = 1;
	return 0;
}

static inline int board_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	struct board *board = job->plan;

	note_most_inside(board, atomic_fetch_add(&board->inside, 1) + 1);
	if (board->meet)
		meet(board, env);
	atomic_fetch_sub(&board->inside, 1);
	if (atomic_fetch_add(&board->attempts[i], 1) == 0 &&
		(int)i == board->fatal_item)
		raise(SIGKILL);
	if ((int)i == board->failing_item)
		return -EDOM;
	tally->word[0] = 1;
	tally->word[1] = i;
	if (job->text_size)
		env->text.size = (size_t)snprintf(
			env->text.data, env->text.capacity, "%d\n", (int)i);
	return 0;
}

static inline int board_open(struct job *job, uint64_t size, unsigned nworkers)
{
	(void)nworkers;
	job->nitems = size;
	job->plan = board_create();
	return 0;
}

static const struct work board_work = {
	.name = "board",
	.max_size = NITEMS,
	.open = board_open,
	.item = board_item,
};

static const struct work computing_work = {
	.name = "computing",
	.max_size = NITEMS,
	.open = board_open,
	.item = computing_item,
};

static inline struct board *open_board(struct job *job, uint64_t nitems)
{
	ck_assert_int_eq(job_open(job, &board_work, nitems, WIDTH), 0);
	return job->plan;
}

static inline unsigned count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static inline void assert_no_children(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

static inline int run(const struct model *model, const struct job *job,
	unsigned width, struct model_result *result)
{
	struct model_params params = {.width = width};
	unsigned nfds = count_fds();
	int status = model_run(model, job, &params, result);

	ck_assert_uint_eq(count_fds(), nfds);
	assert_no_children();
	return status;
}

#endif
