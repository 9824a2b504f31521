/*
 * portfolio_impl - the inside of portfolio, for its files
 *
 * Threads:  one.
 * Blocking: as portfolio.h says.
 * Memory:   as portfolio.h says.
 */
#ifndef LIB_EXPLORE_PORTFOLIO_IMPL_H
#define LIB_EXPLORE_PORTFOLIO_IMPL_H

#include "lib/explore/atomicity.h"
#include "lib/explore/early.h"
#include "lib/explore/portfolio.h"
#include "lib/explore/sides.h"

struct portfolio {
	struct portfolio_options options;
	struct session *session;
	struct symbols *symbols;
	uint64_t deadline_ns;
	struct schedule_line lines[SCHEDULE_MAX_LINES];
	unsigned nlines;
	struct choice choices[WIRE_MAX_CHOICES]; /* of the best failure */
	uint32_t nchoices, npreemptions, nearly; /* as in struct wire */
	uint64_t fingerprint;
	enum memory_model memory; /* of what is looked at now */
	enum finding_kind ends_with; /* what is looked at now; see wire.h */
	unsigned spurious; /* wake-ups in what is looked at now */
	bool wakes_last; /* of those, when nobody else can go on, too */
	struct atomicity *atomicity;
	struct early_twin twin; /* of the failure; see early.h */
	struct sides sides; /* of races */
	struct guards *guards; /* or NULL */
	struct shown *shown; /* NULL: before portfolio_excuse */
	bool rehearsed; /* by portfolio_rehearse: it is played */
	const struct choice *prefix; /* of what is searched */
	bool settled; /* the choices above are of the steps as they are */
};

static const uint64_t portfolio_second_ns = 1000 * 1000 * 1000;

/* Make the lines that are known to race the steps of what runs next. */
void portfolio_learn_lines(struct portfolio *p);

struct wire_config portfolio_config(
	const struct portfolio *p, enum search_kind search);

/* What ends an execution for its sake alone: see struct wire_config. */
enum finding_kind portfolio_ends_with(const struct finding *failure);

/* Run the program once, as the wire says. As session_run. */
int portfolio_run(struct portfolio *p, int *wait_status);

/* The limit of time is over. */
bool portfolio_over(const struct portfolio *p);

/*
 * Run a search to its end, through races that make it begin anew. Returns an
 * enum session_status or -errno.
 */
int portfolio_search(struct portfolio *p, const struct wire_config *config,
	struct portfolio_result *result);

/* The execution in the wire is the failure to tell of. */
void portfolio_keep(struct portfolio *p, struct portfolio_result *result);

/* Of the steps, those that only concern what the compiler has made up. */
void portfolio_drop_temporaries(struct portfolio *p);

/* portfolio_simplify.c: the failure with the fewest preemptions. */
int portfolio_simplify(struct portfolio *p, struct portfolio_result *result);

/* portfolio_fall_back.c: a failure that was found and ended no search. */
void portfolio_fall_back(struct portfolio *p, struct portfolio_result *result);

/*
 * portfolio_no_return.c: false when a race was seen on the way, so that the
 * steps have changed and nothing is known.
 */
bool portfolio_find_no_return(
	struct portfolio *p, struct portfolio_result *result);

/* The simplest failure, and its point of no return. */
int portfolio_find_simplest(
	struct portfolio *p, struct portfolio_result *result);

/* portfolio_processes.c: the same of a program of several processes. */
int portfolio_explore_processes(
	struct portfolio *p, struct portfolio_result *result);
int portfolio_replay_processes(struct portfolio *p,
	const struct schedule *schedule, struct portfolio_result *result);

/* portfolio_show.c: the failure once more, with all that happened. */
int portfolio_show(struct portfolio *p, struct portfolio_result *result);
void portfolio_describe(struct portfolio *p, struct portfolio_result *result);

/* Carry out n choices, traced. As session_run. */
int portfolio_trace(
	struct portfolio *p, const struct choice *choices, uint32_t n);

/*
 * portfolio_early.c: the execution in the wire ends well, where that failure
 * does not; and what the failure, which the wire shows, read too early, or
 * which crowd is its cause. Each returns 0 or a negative errno.
 */
int portfolio_learn_good(struct portfolio *p, const struct finding *failure);
int portfolio_find_early(struct portfolio *p, struct portfolio_result *result);

/* portfolio_inspect.c: add what the trace in the wire tells. */
void portfolio_inspect(struct portfolio *p, struct portfolio_result *result);

/*
 * Where options.locks asks for it, see by chance which locks are held where;
 * then add the execution that is shown. Returns as portfolio_search.
 */
int portfolio_collect_locks(struct portfolio *p);
void portfolio_add_locks(struct portfolio *p);

/* Get to know, by chance, what executions that end well are like. */
int portfolio_excuse(struct portfolio *p, const struct finding *failure);

/*
 * The same, for locks that are taken in a cycle. It is a failure when a
 * schedule is found in which all wait; else the wire shows the execution.
 */
int portfolio_look_for_cycles(
	struct portfolio *p, struct portfolio_result *result);

#endif
