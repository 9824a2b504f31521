/*
 * queens: in how many ways n queens stand on an n by n board without
 * attacking one another. Computes only; an item is one way to place the
 * first two rows, and items differ much in size.
 *
 * The bit-board search is Martin Richards' ("Backtracking algorithms in MCPL
 * using bit patterns and recursion", 1997).
 */
#include "lib/work.h"

#include <errno.h>

enum {
	PAUSE_DEPTH = 10 /* rows left at which a look around costs little */
};

struct search {
	struct env *env;
	uint32_t all; /* a bit for each column */
	bool stopped;
};

/* Columns, and both diagonals, that are attacked in the current row. */
static uint64_t place(struct search *search, uint32_t columns, uint32_t left,
	uint32_t right, int rows)
{
	uint64_t ways = 0;
	uint32_t open = search->all & ~(columns | left | right);

	if (rows == 0)
		return 1;
	if (rows == PAUSE_DEPTH && env_pause(search->env))
		search->stopped = true;
	while (open && !search->stopped) {
		uint32_t queen = open & -open;

		open ^= queen;
		ways += place(search, columns | queen, (left | queen) << 1,
			(right | queen) >> 1, rows - 1);
	}
	return ways;
}

static int queens_open(struct job *job, uint64_t size, unsigned nworkers)
{
	(void)nworkers;
	job->nitems = size * size;
	return 0;
}

static uint64_t board_size(const struct job *job)
{
	uint64_t n = 1;

	while (n * n < job->nitems)
		n++;
	return n;
}

static int queens_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	uint64_t n = board_size(job);
	uint32_t first = UINT32_C(1) << i / n, second = UINT32_C(1) << i % n;
	struct search search = {.env = env, .all = (UINT32_C(1) << n) - 1};

	if (n == 1) {
		tally->word[0] = 1;
		return 0;
	}
	if (second & (first | first << 1 | first >> 1))
		return 0;
	tally->word[0] = place(&search, first | second,
		(first << 1 | second) << 1, (first >> 1 | second) >> 1,
		(int)n - 2);
	return search.stopped ? -ECANCELED : 0;
}

/* The numbers of solutions, OEIS A000170. */
static bool queens_right(const struct job *job, const struct tally *total)
{
	static const uint64_t solutions[] = {1, 0, 0, 2, 10, 4, 40, 92, 352,
		724, 2680, 14200, 73712, 365596, 2279184, 14772512, 95815104,
		666090624};

	return total->word[0] == solutions[board_size(job) - 1];
}

const struct work work_queens = {
	.name = "queens",
	.summary = "place n queens on an n by n board: computes, items of "
		   "very different size",
	.unit = "solutions",
	.size_means = "board size",
	.sample_size = 7,
	.default_size = 14,
	.max_size = 18,
	.open = queens_open,
	.item = queens_item,
	.right = queens_right,
};
