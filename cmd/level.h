/*
 * level - programs to be broken by hand, and which ones have been
 *
 * A level is a file NN-slug.c in the folder levels of the lessons. Its first
 * comment says what to bring about; then come comments for us:
 *
 *	title: a counter with two doors
 *	par: 1              the fewest preemptions
 *	spurious: 1         wake-ups that nobody signalled; 0 without the line
 *	win: 1 1 2 2        moves that win
 *	why: look, and ...  what to think of; it may go on in another `why`
 *	lesson: 14-barrier  where that is taught; both where what the explorer
 *	                    would say does not fit
 *
 * With -DFIXED it is the twin that cannot fail. tests/cli/levels.sh proves
 * all that.
 *
 * The fewest preemptions that a level was won with are kept in
 * $XDG_STATE_HOME/conc/levels, a line "02-visitors = 1" each.
 *
 * Threads:  one.
 * Blocking: for files.
 * Memory:   the caller's struct.
 */
#ifndef CMD_LEVEL_H
#define CMD_LEVEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	LEVEL_SLUG_SIZE = 48,
	LEVEL_TITLE_SIZE = 64,
	LEVEL_WHY_SIZE = 240,
	LEVEL_MOST = 99, /* of levels, and of what one may count */
};

struct level {
	char slug[LEVEL_SLUG_SIZE]; /* "02-visitors" */
	char title[LEVEL_TITLE_SIZE];
	unsigned par;
	char why[LEVEL_WHY_SIZE]; /* "": what the explorer says */
	char lesson[LEVEL_SLUG_SIZE];
	unsigned spurious;
	int best; /* preemptions; -1: not won yet */
};

struct level_shelf {
	char folder[PATH_MAX];
	struct level levels[LEVEL_MOST]; /* by number */
	size_t n;
};

/*
 * Find and read the levels, and what has been won; lessons is NULL for those
 * that came with conc. Returns 0, or an exit code after saying why not.
 */
int level_shelf_open(struct level_shelf *shelf, const char *lessons);

/* Take what the file of a level says of it. */
void level_read(struct level *level, FILE *in);

/* The level of that slug or number; or NULL. */
struct level *level_find(struct level_shelf *shelf, const char *word);

/* Whether a word is a level's, "2" or "02-visitors", and no file's. */
bool level_is_word(const char *word);

/* Say that there is no such level; EXIT_USAGE. */
int level_refuse(const struct level_shelf *shelf, const char *word);

/* False when it is too long. */
bool level_path(const struct level_shelf *shelf, const struct level *level,
	char path[PATH_MAX]);

/*
 * Note that it was won. Where that cannot be kept a warning says so, and that
 * is all.
 */
void level_won(struct level *level, unsigned used);

/* The goal, and the code without what only the twin has. */
void level_print_code(
	const struct level_shelf *shelf, const struct level *level);

/* All of them, as text or JSON. Returns an exit code. */
int level_print_list(const struct level_shelf *shelf);

/* What was won, and the next level to type. */
void level_print_won(const struct level_shelf *shelf, const struct level *level,
	unsigned used);

#endif
