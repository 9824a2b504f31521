/*
 * lesson - what the verbs of `conc lesson` share: shelf, workshop, verdict
 *
 * A shelf is a folder of lessons. A lesson is a folder NN-slug in it:
 *
 *	lesson.conf     what it is called and how it is checked, see below
 *	README.md       the text, one or two screens
 *	NAME.c          the exercise as the learner gets it
 *	check.c         main and what must hold; the learner's file has neither
 *	hint-1.md hint-2.md
 *	solution/NAME.c the exercise, solved; solution.md explains it
 *	right/X.c       other right solutions
 *	wrong/X.c       wrong ones; the first line says what they must be told:
 *	                "expect: data race on 'balance'", in a comment
 *
 * A text is looked for in the folder of the language first: de/README.md.
 *
 * A workshop is the learner's directory: a copy of each exercise, in a folder
 * of the same name, and .conc-lessons, which says what is done; see
 * cmd/workshop.h.
 *
 * Threads:  one.
 * Blocking: for files, the compiler and the explorer.
 * Memory:   a shelf is allocated by lesson_shelf_open and lives until
 *           lesson_shelf_close; lessons point into it.
 */
#ifndef CMD_LESSON_H
#define CMD_LESSON_H

#include "cmd/command.h"
#include "cmd/workshop.h"
#include "lib/explore/portfolio.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	LESSON_SLUG_SIZE = 48,
	LESSON_WORDS_SIZE = 160,
	LESSON_HINTS = 2,
	LESSON_MOST_COMPANIONS = 4,
};

/* How a lesson's program is explored. */
enum lesson_explorer {
	LESSON_THREADS, /* every schedule of its threads */
	LESSON_PROCESSES, /* every schedule of its processes' system calls */
};

enum {
	LESSON_ANSWERS = 3,
};

/* What a learner is asked who has seen the exercise fail. */
struct lesson_question {
	const char *ask; /* NULL: nothing */
	const char *answers[LESSON_ANSWERS];
	const char *right; /* "a", "b" or "c" */
	const char *because;
};

/*
 * lesson.conf has a line `key = value` for each of these. The check's main is
 * explored once for each scenario, whose name is its argument; what takes too
 * many schedules at once is often few when taken apart.
 */
struct lesson {
	char slug[LESSON_SLUG_SIZE]; /* "06-mutex": the folder's name */
	char folder[PATH_MAX];
	char *text; /* of lesson.conf; the texts below point into it */
	const char *title; /* "A lock belongs to data" */
	const char *task; /* what to do, in one sentence */
	const char *file; /* the exercise: "bank.c" */
	const char *companions[LESSON_MOST_COMPANIONS + 1]; /* also given */
	const char *scenarios[LESSON_MOST_COMPANIONS + 1];
	const char *see; /* a command that shows the same thing */
	struct lesson_question question;
	unsigned explorer; /* an enum lesson_explorer */
	int bound; /* preemptions at most; -1: all schedules */
	unsigned spurious; /* wake-ups that nobody signalled */
	unsigned kills; /* of processes, in one schedule */
	unsigned memory; /* an enum memory_model */
	bool wait_all; /* main's return waits for the threads */
	bool locks; /* show which were held where */
};

struct lesson_shelf {
	char folder[PATH_MAX];
	struct lesson *lessons; /* by number */
	size_t n;
};

/* The options of every verb; NULL: not given. */
struct lesson_shared {
	const char *lessons; /* the shelf */
	const char *workshop;
};

extern struct lesson_shared lesson_shared;

/*
 * Find and read the shelf: what --lessons says, else the installed one, else
 * the one of the source tree. Returns 0, or an exit code after saying why not.
 */
int lesson_shelf_open(struct lesson_shelf *shelf);
void lesson_shelf_close(struct lesson_shelf *shelf);

/* The folder of the lessons that came with conc; false when it is gone. */
bool lesson_shelf_usual(char folder[PATH_MAX]);

/* Whether the shelf has a lesson of that slug, which need not be open. */
bool lesson_is_there(const char *slug);

/*
 * Read a lesson.conf, whose text lesson->text then is; or take what one says
 * from a text, which is cut up, and has room for a NUL after its length.
 * Returns 0, or an exit code after saying what is wrong.
 */
int lesson_read_conf(struct lesson *lesson, const char *path);
int lesson_parse_conf(
	struct lesson *lesson, const char *path, char *text, size_t length);

/* Say that a folder of lessons cannot be read; EXIT_REFUSED. */
int lesson_refuse_shelf(const char *folder, int error);

/*
 * The lesson of that slug, number or word: "06-mutex", "6", "mutex"; or NULL.
 */
struct lesson *lesson_find(const struct lesson_shelf *shelf, const char *word);

/* Say that there is no such lesson; EXIT_USAGE. */
int lesson_refuse(const struct lesson_shelf *shelf, const char *word);

/* The path of a file of the lesson; false when it would be too long. */
bool lesson_path(
	const struct lesson *lesson, const char *name, char path[PATH_MAX]);

/* The same for a text, in the reader's language where it is there. */
bool lesson_text_path(
	const struct lesson *lesson, const char *name, char path[PATH_MAX]);

/* Whether the lesson has this file. */
bool lesson_has(const struct lesson *lesson, const char *name);

/* Where the learner is: what all verbs but `list` and `start` begin with. */
struct lesson_place {
	struct lesson_shelf shelf;
	struct workshop workshop;
	struct lesson *lesson; /* the one asked for, or the current one */
};

/*
 * Open shelf and workshop; word names a lesson, or is NULL. Returns 0, or an
 * exit code after saying why not.
 */
int lesson_place_open(struct lesson_place *place, const char *word);
void lesson_place_close(struct lesson_place *place);

/*
 * The first of the lesson's companions, from *i on, that the learner has
 * changed; *i is behind it then. NULL: there is no other.
 */
const char *lesson_changed(const struct lesson_place *place, unsigned *i);

/* The path of the learner's file of a lesson. */
void lesson_exercise(const struct lesson_place *place,
	const struct lesson *lesson, char path[PATH_MAX]);

unsigned lesson_npassed(const struct lesson_place *place);
bool lesson_passed(
	const struct lesson_place *place, const struct lesson *lesson);

/*
 * How the lesson is named in a command that the learner is told: "" when that
 * is where it would be without a name, else " 06-mutex". Overwritten by the
 * next call.
 */
const char *lesson_named(const struct lesson_place *place);

/* The one after it; NULL at the end. */
struct lesson *lesson_after(const struct lesson_place *place);

/*
 * Whether the current lesson has a question that is not answered yet. It is no
 * part of passing: what passed means is what the check has proved.
 */
bool lesson_is_asking(const struct lesson_place *place);

/* The first that has not been passed, or the last. */
struct lesson *lesson_first_open(const struct lesson_place *place);

/*
 * Give the learner the files of a lesson that are not there yet. Returns 0 or
 * a negative errno; *path is what could not be written.
 */
int lesson_give(const struct lesson_place *place, const struct lesson *lesson,
	char path[PATH_MAX]);

/*
 * Print Markdown, with the code that it quotes. Returns 0, or an exit code
 * after saying why not.
 */
int lesson_render(const char *text, const struct lesson *lesson);

/*
 * Print one of its texts, or the JSON of it. Returns 0, or an exit code after
 * saying why not.
 */
int lesson_print_text(const struct lesson *lesson, const char *name);

/*
 * Check a learner's file: compile it with the lesson's check, explore it, and
 * print what was found or what was proved. Returns EXIT_GOOD when it passes,
 * EXIT_NO when it does not, which includes not compiling, or EXIT_REFUSED
 * after saying why nothing can be said.
 */
int lesson_check(const struct lesson *lesson, const char *path);

/* Check the learner's file, and note in the workshop what came of it. */
int lesson_try(struct lesson_place *place);

/* The parts of other verbs that `watch` has a key for. */
int lesson_print_hint(struct lesson_place *place, unsigned level);
int lesson_print_progress(struct lesson_place *place);
int lesson_go_to_next(struct lesson_place *place);
int lesson_do_reset(struct lesson_place *place);

enum {
	LESSON_GO_ON = -1, /* to the next scenario */
};

/*
 * The lesson's program with a learner's file, or, with NULL for a path, as it
 * was given. Builds it, calls `then` for each scenario until that returns
 * something other than LESSON_GO_ON, and removes what was built. Returns what
 * `then` returned, or an exit code after saying why it cannot be built.
 */
typedef int (*lesson_then_fn)(
	const struct portfolio_options *todo, void *context);
int lesson_with(const struct lesson *lesson, const char *path,
	lesson_then_fn then, void *context);

/*
 * The same with an ordinary program, as the compiler makes it, which can only
 * be run.
 */
int lesson_natively(const struct lesson *lesson, const char *path,
	lesson_then_fn then, void *context);

extern const struct command lesson_list, lesson_start, lesson_show,
	lesson_check_verb, lesson_play, lesson_break, lesson_explain,
	lesson_watch, lesson_new, lesson_run, lesson_hint, lesson_solution,
	lesson_reset, lesson_next, lesson_progress, lesson_verify;

#endif
