/*
 * portfolio - the searches that are made, one after the other, and the answer
 *
 *	learn     a few random executions show which accesses race; their
 *	          lines become steps. Again until nothing new shows.
 *	hunt      executions by chance, by strategies that differ in what they
 *	          find soon
 *	prove     all schedules, if there is time
 *	simplify  after a failure: with no preemption at all, then with one,
 *		  ...; where that has no end in time, take switches away from
 *		  what was found
 *	show      the simplest once more, with everything that happened
 *
 * Threads:  one.
 * Blocking: up to options.limit_ns, and a little for what is shown.
 * Memory:   portfolio_open allocates, portfolio_close frees.
 */
#ifndef LIB_EXPLORE_PORTFOLIO_H
#define LIB_EXPLORE_PORTFOLIO_H

#include "lib/explore/build.h"
#include "lib/explore/crowd.h"
#include "lib/explore/guards.h"
#include "lib/explore/schedule.h"
#include "lib/explore/session.h"
#include "lib/explore/symbols.h"

struct portfolio_options {
	const struct build_options *sources;
	const struct build *build;
	const char *const *arguments; /* of the program, ended by NULL */
	uint64_t limit_ns; /* for learning, hunting and proving together */
	uint64_t seed;
	uint32_t max_steps;
	unsigned spurious;
	/* Preemptions tried for the simplest schedule; of processes, at all. */
	unsigned max_bound;
	enum memory_model memory;
	bool wait_all;
	bool outcomes; /* find every output; do not stop at a failure */
	bool locks; /* see which were held where: a few executions more */
	bool check_exit;
	bool processes; /* it is a program of several */
	unsigned kills; /* with kill -9, in one execution */
	bool spare_first; /* not the first process */
	const char *invariant; /* a command that has to end with 0, or NULL */
	bool isolate; /* each execution in a process of its own */
	bool strict; /* what a process leaves behind is a failure */
	int only; /* an enum search_kind, or -1 for the portfolio */
	unsigned bound; /* of SEARCH_BOUNDED and SEARCH_DELAY alone */
	const char *input; /* what the program reads */
	uint32_t input_size;
	uint64_t max_executions; /* of one search, or 0 */
	session_tick_fn tick;
	void *context;
};

enum portfolio_answer {
	ANSWER_NONE_POSSIBLE, /* all schedules were explored */
	ANSWER_NONE_FOUND, /* within the time and bounds */
	ANSWER_FOUND, /* a failure; the wire holds its execution */
	ANSWER_STOPPED, /* by tick */
};

struct portfolio_result {
	enum portfolio_answer answer;
	uint64_t nexecutions, nsteps;
	uint64_t nlearning; /* of these, before a search of somebody's choice */
	uint64_t elapsed_ns;
	uint64_t nschedules; /* of the exhaustive search, if it ended */
	bool within_bound; /* there are others, beyond options.bound */
	uint32_t doubts; /* enum doubt: why "none possible" was not said */
	int preemptions; /* that the failure takes; -1: not known */
	bool fewest; /* with less than that it cannot be had */
	enum memory_model memory; /* in which it fails; else that asked for */
	enum memory_model asked_memory;
	bool weak; /* it fails there, and under MEMORY_SC in no schedule */
	bool weak_orders; /* of all schedules: atomics have them */
	unsigned spurious; /* wake-ups without a signal, and time-outs */
	uint32_t lost_at; /* choices after which no way leads to a good end */
	bool early_in_vain; /* nor would wake-ups without a signal help */
	struct early_left left;
	struct early early; /* what the failure had read too early */
	struct crowd crowd; /* that makes it fail */
	bool always; /* nor does one from the start: every order fails */
	int found_by; /* an enum search_kind */
	unsigned kills; /* that the failure takes */
	unsigned bound; /* preemptions and kills, all within that were tried */
	bool complete; /* and there are no others */
	bool confirmed; /* a fresh process gave the same execution */
	struct finding failure; /* FOUND_NOTHING when there is none */
	struct schedule schedule; /* of the failure */
};

struct portfolio;

int portfolio_open(
	const struct portfolio_options *options, struct portfolio **result);
void portfolio_close(struct portfolio *portfolio);

/* Returns 0 or -errno. */
int portfolio_explore(
	struct portfolio *portfolio, struct portfolio_result *result);

/*
 * Carry out a schedule. The result is ANSWER_FOUND or ANSWER_NONE_FOUND; a
 * finding of FOUND_DIVERGED says that it does not fit this program.
 */
int portfolio_replay(struct portfolio *portfolio,
	const struct schedule *schedule, struct portfolio_result *result);

/*
 * Add to the result of such a replay what portfolio_explore tells of a failure
 * beyond its execution: the fewest preemptions, the point of no return, what
 * else was seen. It explores, so it takes as long. The portfolio is a fresh
 * one, and its wire then has the failure. When it was stopped the result is as
 * it was, and the wire is not.
 */
int portfolio_explain(struct portfolio *portfolio,
	const struct schedule *schedule, struct portfolio_result *result);

/*
 * Once after portfolio_explore, before the first portfolio_pause: from here on
 * no access becomes a step that was none, so that choices go on meaning the
 * same; and a few executions show which accesses concern several threads, so
 * that an execution that goes on looks as it did. Returns 0 or -errno.
 */
int portfolio_rehearse(struct portfolio *portfolio);

/*
 * Begin an execution with n choices and stop there: the wire has the events
 * so far and how every thread stands. Where one of the choices cannot be made,
 * or the program ended on the way, wire->paused is false.
 */
int portfolio_pause(
	struct portfolio *portfolio, const struct choice *choices, uint32_t n);

/*
 * Look for a failure, or a good end, after these choices; wire->choices then
 * has the whole way. Returns 1 when there is one, 0 when none was found
 * (*none_left: there is none), or -errno.
 */
int portfolio_look_ahead(struct portfolio *portfolio,
	const struct choice *choices, uint32_t n, bool good, bool *none_left);

/*
 * The same in all orders of the steps, those included that differ in nothing
 * but when memory is freed, which is no step.
 */
int portfolio_look_everywhere(struct portfolio *portfolio,
	const struct choice *choices, uint32_t n, bool good, bool *none_left);

/*
 * The same for a failure with the wake-ups that were asked for, where it is
 * played without them.
 */
int portfolio_look_with_wakeups(struct portfolio *portfolio,
	const struct choice *choices, uint32_t n, bool *none_left);

/* The same for a failure, with as few preemptions as it takes from there. */
int portfolio_look_for_failure(struct portfolio *portfolio,
	const struct choice *choices, uint32_t n, bool *none_left);

/* Of memory in the trace: the compiler puts a value there on its way. */
bool portfolio_is_temporary(struct portfolio *portfolio, uint64_t object);

struct wire *portfolio_wire(struct portfolio *portfolio);
struct symbols *portfolio_symbols(struct portfolio *portfolio);

/* Which locks were held where; NULL unless options.locks asks for it. */
const struct guards *portfolio_guards(const struct portfolio *portfolio);

#endif
