#include "cmd/suggest.h"

#include <string.h>

enum {
	SWAP = 0,
	SUBSTITUTION = 2,
	INSERTION = 1,
	DELETION = 3,
	FAR = 6,
	LONGEST = 40,
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

/*
 * Cost of turning a into b. Three rows of the table are enough: a swap looks
 * two rows back.
 */
static int distance(const char *a, size_t na, const char *b, size_t nb)
{
	int rows[3][LONGEST + 1];
	int *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= nb; j++)
		last[j] = (int)j * INSERTION;
	for (size_t i = 0; i < na; i++) {
		int *free_row = before;

		now[0] = (int)(i + 1) * DELETION;
		for (size_t j = 0; j < nb; j++) {
			int cost = last[j] + SUBSTITUTION * (a[i] != b[j]);

			if (i && j && a[i - 1] == b[j] && a[i] == b[j - 1])
				cost = least(cost, before[j - 1] + SWAP);
			cost = least(cost, last[j + 1] + DELETION);
			now[j + 1] = least(cost, now[j] + INSERTION);
		}
		before = last;
		last = now;
		now = free_row;
	}
	return last[nb];
}

/* The cost of keeping nothing: a word that is no nearer is another word. */
static int cost_of_all(size_t typed, size_t known)
{
	size_t both = typed < known ? typed : known;

	return (int)(both * SUBSTITUTION + (typed - both) * DELETION +
		     (known - both) * INSERTION);
}

const char *suggest(const char *typed, suggest_word_fn word, const void *from)
{
	size_t length = strlen(typed);
	const char *best = NULL;
	int best_cost = FAR;

	if (length == 0 || length > LONGEST)
		return NULL;
	for (size_t i = 0; word(from, i); i++) {
		const char *known = word(from, i);
		size_t known_length = strlen(known);
		int cost = -1;

		if (known_length > LONGEST)
			continue;
		if (strncmp(known, typed, length) != 0)
			cost = distance(typed, length, known, known_length);
		if (cost < best_cost &&
			cost < cost_of_all(length, known_length)) {
			best = known;
			best_cost = cost;
		}
	}
	return best;
}
