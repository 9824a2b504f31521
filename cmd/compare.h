/*
 * compare - what the parts of the command `compare` share
 *
 * A comparison is a list of rows, each one model at one work with so many
 * workers. compare_plan makes the rows, compare_measure fills in their runs,
 * compare_rank works out figures and order from these, and every form of
 * output is made from the ranked rows.
 *
 * Threads:  the main one.
 * Blocking: compare_measure, for all the runs.
 * Memory:   a comparison owns its rows, from compare_plan to compare_free.
 */
#ifndef CMD_COMPARE_H
#define CMD_COMPARE_H

#include "cmd/chart.h"
#include "cmd/host.h"
#include "cmd/measure.h"
#include "cmd/opt.h"
#include "cmd/stats.h"
#include "cmd/table.h"

#include <stdbool.h>
#include <stdio.h>

struct compare_options {
	struct opt_list models; /* none: all */
	struct opt_list threads;
	unsigned runs; /* 0: as many as fit the budget */
	uint64_t size; /* 0: the work's own */
	unsigned reference; /* index of a model */
	bool csv, markdown, chart, wide, list_works;
	const char *svg; /* a path, "-" for stdout, or NULL */
	const struct work *work; /* from the operand */
};

/* In the order in which they are shown. */
enum compare_state {
	ROW_RIGHT,
	ROW_IMPOSSIBLE, /* the model cannot do this work */
	ROW_FAILED, /* killed, or refused by the system */
	ROW_WRONG, /* measured, but the answer is not the right one */
};

struct compare_figures {
	struct summary wall; /* in seconds; n is 0: nothing was measured */
	double user_s, system_s; /* means */
	double cpu; /* (user + system) / wall; more than 1: CPUs at once */
	struct estimate speedup; /* over the reference; NaN: there is none */
	double efficiency; /* speed-up per CPU that the workers could use */
	double serial_fraction;
	uint64_t memory_bytes; /* the most of all runs */
	uint64_t voluntary, involuntary; /* medians, as all that follow */
	uint64_t minor_faults, major_faults;
	uint64_t nthreads, nprocesses, ncoroutines, handovers;
};

struct compare_row {
	const struct work *work; /* or its twin without a lock */
	const struct model *model;
	unsigned width; /* 1 for models that have no use for more */
	enum compare_state state;
	char reason[120]; /* why impossible or failed, else "" */
	int exit_code; /* of a failed run, as a shell would say it */

	struct measurement *runs; /* room for the most there may be */
	size_t nruns;

	struct compare_figures figures;
	unsigned rank; /* from 1; 0: none */
	uint64_t lost; /* without a lock: updates, at worst */
};

struct comparison {
	const struct work *work;
	const struct model *reference_model;
	uint64_t size;
	struct host host;
	unsigned nruns; /* of each row */
	bool partial; /* interrupted */

	struct compare_row *rows;
	size_t nrows;
	struct measurement *storage; /* of all rows' runs */

	bool truth_known; /* seq has answered */
	struct tally truth;
	const struct compare_row *reference; /* NULL when it has no time */
};

/* Returns 0 or -ENOMEM, after which there is nothing to free. */
int compare_plan(
	struct comparison *comparison, const struct compare_options *options);
void compare_free(struct comparison *comparison);

/*
 * All runs of all rows, in turn. Returns 0, also after an interrupt (see
 * partial), or an exit code after saying why.
 */
int compare_measure(struct comparison *comparison, struct measure *measure,
	unsigned runs_wanted);

/* Judge one run; the first of seq tells what the truth is. */
void compare_take(struct comparison *comparison, struct compare_row *row,
	const struct measurement *run, bool is_warm_up);

/* Work out all figures, and sort the rows. */
void compare_rank(struct comparison *comparison);

/* EXIT_GOOD, EXIT_NO for a wrong answer, EXIT_REFUSED for a failed row. */
int compare_judge(const struct comparison *comparison);

/* A competitor for the ranking, not the twin without a lock. */
bool compare_is_rival(
	const struct comparison *comparison, const struct compare_row *row);

/* "threads", or "threads 4" when there are several widths to tell apart. */
void compare_label(const struct comparison *comparison,
	const struct compare_row *row, char *out, size_t size);

/* The processors that a row's workers can be on at once. */
unsigned compare_processors(
	const struct comparison *comparison, const struct compare_row *row);

/* A word for programs: right, wrong, failed, impossible, no lock, not run. */
const char *compare_status(
	const struct comparison *comparison, const struct compare_row *row);

/* Seconds in the unit that suits all rows' wall times: "ms" or "s". */
double compare_wall_unit(
	const struct comparison *comparison, const char **name);

/* NULL when memory is short. */
struct table *compare_table(
	const struct comparison *comparison, bool wide, bool with_twins);

/* All plain numbers of a row, as members of the object that is open. */
void compare_json_figures(struct json *json, const struct compare_row *row);

/* In the form that was chosen. Returns 0, or an exit code after saying why. */
int compare_print(const struct comparison *comparison,
	const struct compare_options *options);

void compare_print_json(const struct comparison *comparison);

/* Running text as wide as the terminal, at most as a page. */
void compare_wrap(FILE *out, const char *text, unsigned at, unsigned indent);

/* What the table does not say: the answer, losses, exceptions, the machine. */
void compare_print_notes(const struct comparison *comparison, FILE *out);

/* One sentence per model. */
void compare_print_advice(const struct comparison *comparison, FILE *out);

/* The machine on one line. */
void compare_describe_host(
	const struct comparison *comparison, char *out, size_t size);

/* On stderr: what makes the times doubtful. */
void compare_warn_before(const struct comparison *comparison);
void compare_warn_after(const struct comparison *comparison);

/* Whether the SVG is all that goes to stdout. */
bool compare_to_stdout(const struct compare_options *options);

/* Say so; an exit code. */
int compare_refuse_memory(void);
int compare_refuse_svg(const char *path, int status);

/* Returns 0, or -ENOMEM. */
int compare_draw(const struct comparison *comparison, FILE *out,
	void (*draw)(const struct chart *chart, FILE *out));

#endif
