/*
 * conc explore: run a program under every schedule that matters, and show the
 * one that breaks it.
 */
#include "cmd/explore.h"

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/progress.h"
#include "cmd/term.h"
#include "cmd/text.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const explore_strategies[] = {
	"portfolio", "random", "pct", "pos", "bounded", "delay", "dpor", NULL};

static const int kinds[] = {-1, SEARCH_RANDOM, SEARCH_PCT, SEARCH_POS,
	SEARCH_BOUNDED, SEARCH_DELAY, SEARCH_DPOR};

const char *const explore_memory_names[] = {"sc", "tso", "c11", NULL};

#define FIELD(field) offsetof(struct explore_options, field)

static const struct opt options[] = {
	{.name = "time",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(time_ns),
		.min = 1000 * 1000,
		.max = UINT64_C(86400) * 1000 * 1000 * 1000,
		.help = "how long to search"},
	{.name = "strategy",
		.kind = OPT_CHOICE,
		.argument = "NAME",
		.offset = FIELD(strategy),
		.choices = explore_strategies,
		.help = "how to search: first by chance, then everything; or "
			"one way only"},
	EXPLORE_MEMORY_ROW,
	{.name = "bound",
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(bound),
		.min = 0,
		.max = 1000,
		.help = "preemptions, or delays, at most: for --strategy "
			"bounded, or delay"},
	{.name = "seed",
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(seed),
		.max = UINT64_MAX,
		.help = "begin the search by chance there"},
	{.name = "steps",
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(max_steps),
		.min = 10,
		.max = WIRE_MAX_CHOICES,
		.help = "steps of one execution at most"},
	{.name = "spurious",
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(spurious),
		.min = 0,
		.max = 100,
		.help = "wake-ups that nobody signalled, in one execution"},
	{.name = "processes",
		.kind = OPT_FLAG,
		.offset = FIELD(processes),
		.help = "a program of several processes: in every order of "
			"their calls (files, pipes, signals, waits)"},
	{.name = "kills",
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(kills),
		.max = 8,
		.help = "with --processes, kill so many of them (kill -9), "
			"before whichever call"},
	{.name = "isolate",
		.kind = OPT_FLAG,
		.offset = FIELD(isolate),
		.help = "give each execution a process and an empty folder "
			"of its own: it may use files, and much memory"},
	{.name = "wait-all",
		.kind = OPT_FLAG,
		.offset = FIELD(wait_all),
		.help = "let main's return wait for all threads"},
	{.name = "check-exit",
		.kind = OPT_FLAG,
		.offset = FIELD(check_exit),
		.help = "an exit status other than 0 is a failure"},
	{.name = "strict",
		.kind = OPT_FLAG,
		.offset = FIELD(strict),
		.help = "threads, locks and memory left at the end are a "
			"failure"},
	{.name = "outcomes",
		.kind = OPT_FLAG,
		.offset = FIELD(outcomes),
		.help = "find all that the program can print, and do not stop "
			"at a failure"},
	{.name = "locks",
		.kind = OPT_FLAG,
		.offset = FIELD(locks),
		.help = "list the data that threads share, and the locks that "
			"were held at each line that touches it"},
	{.name = "html",
		.kind = OPT_TEXT,
		.argument = "FILE",
		.offset = FIELD(html),
		.help = "write the failure as a page to step through"},
	EXPLORE_BUILD_ROWS,
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct explore_options defaults = {
	.compiler = "cc",
	.takes_stdin = true,
	.time_ns = UINT64_C(5) * 1000 * 1000 * 1000,
	.seed = 1,
	.bound = 2,
	.max_steps = EXPLORE_MAX_STEPS,
	.spurious = 1,
};

static struct progress progress;
static uint64_t limit_ns;

/* The search takes as long as it may, or less. */
static int tick(void *context)
{
	uint64_t elapsed = clock_now() - progress.start_ns;

	(void)context;
	progress_update(
		&progress, elapsed < limit_ns ? elapsed : limit_ns, limit_ns);
	return interrupt_requested();
}

void explore_begin_search(uint64_t limit)
{
	limit_ns = limit;
	progress_start(&progress, "search");
}

void explore_end_search(void)
{
	progress_stop(&progress);
}

static unsigned most_bound(const struct explore_options *chosen)
{
	if (!chosen->processes)
		return 4;
	return kinds[chosen->strategy] == SEARCH_BOUNDED ? chosen->bound
							 : UINT16_MAX;
}

struct portfolio_options explore_plan(const struct explore_options *chosen,
	const struct build_options *sources, const struct build *build,
	const char *const *arguments)
{
	return (struct portfolio_options){
		.sources = sources,
		.build = build,
		.arguments = arguments,
		.limit_ns = chosen->time_ns,
		.seed = chosen->seed,
		.max_steps = (uint32_t)chosen->max_steps,
		.spurious = chosen->spurious,
		.max_bound = most_bound(chosen),
		.processes = chosen->processes,
		.kills = chosen->kills,
		.invariant = chosen->invariant,
		.isolate = chosen->isolate,
		.memory = (enum memory_model)chosen->memory,
		.wait_all = chosen->wait_all,
		.outcomes = chosen->outcomes,
		.locks = chosen->locks,
		.check_exit = chosen->check_exit,
		.strict = chosen->strict,
		.only = kinds[chosen->strategy],
		.bound = chosen->bound,
		.tick = tick,
	};
}

static struct explore_view *open_view(const char *lesson,
	struct portfolio *portfolio, const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	struct explore_view *view = calloc(1, sizeof(*view));

	if (!view)
		return NULL;
	view->wire = portfolio_wire(portfolio);
	view->symbols = portfolio_symbols(portfolio);
	view->sources = todo->sources;
	view->result = result;
	view->todo = todo;
	view->calls = &todo->build->calls;
	view->outcomes = todo->outcomes;
	view->lesson = lesson;
	view->guards = portfolio_guards(portfolio);
	return view;
}

static void close_view(struct explore_view *view)
{
	explore_view_fini(view);
	free(view);
}

int explore_show_in(const char *lesson, struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	struct explore_view *view = open_view(lesson, portfolio, todo, result);
	int code;

	if (!view)
		return explore_refuse(-ENOMEM);
	explore_name_processes(result->schedule.processes);
	schedule_format(
		&result->schedule, view->schedule, sizeof(view->schedule));
	if (global.json)
		explore_print_json(view);
	else
		explore_print_text(view, term_page_width(STDOUT_FILENO));
	code = explore_save_page(view);
	close_view(view);
	if (code)
		return code;
	return result->answer == ANSWER_FOUND ? EXIT_NO : EXIT_GOOD;
}

int explore_show_locks(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	struct explore_view *view = open_view(NULL, portfolio, todo, result);

	if (!view)
		return explore_refuse(-ENOMEM);
	explore_print_locks(view);
	close_view(view);
	return 0;
}

int explore_show(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	int code = explore_show_in(NULL, portfolio, todo, result);
	bool refused = result->failure.kind == FOUND_REFUSED;

	return code == EXIT_NO && refused ? EXIT_REFUSED : code;
}

static int explore(const struct portfolio_options *todo)
{
	struct portfolio *portfolio;
	struct portfolio_result result;
	int error = portfolio_open(todo, &portfolio);
	int code;

	if (error)
		return explore_refuse(error);
	explore_begin_search(todo->limit_ns);
	error = portfolio_explore(portfolio, &result);
	explore_end_search();
	code = error ? explore_refuse(error)
		     : explore_show(portfolio, todo, &result);
	portfolio_close(portfolio);
	return code;
}

int explore_with(const struct explore_options *chosen, int noperands,
	char **operands, int (*then)(const struct portfolio_options *todo))
{
	const char *arguments[EXPLORE_MAX_ARGUMENTS + 2];
	struct build_options sources;
	struct portfolio_options todo;
	struct build build;
	int code = explore_sources(
		chosen, noperands, operands, &sources, arguments);

	if (code)
		return code;
	interrupt_catch();
	code = explore_build(&sources, &build);
	if (code)
		return code;
	todo = explore_plan(chosen, &sources, &build, arguments);
	code = explore_input(chosen, &build, &todo);
	if (!code && !interrupt_requested())
		code = then(&todo);
	build_remove(&build);
	return code;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct explore_options *chosen = given;
	int code;

	if (explore_refuse_options(chosen))
		return EXIT_USAGE;
	code = explore_try_page(chosen->html, noperands, operands);
	if (code)
		return code;
	return explore_with(chosen, noperands, operands, explore);
}

const struct command command_explore = {
	.name = "explore",
	.summary = "find the schedule that breaks a threaded C program",
	.about = "Compiles a C program that uses pthreads, as it is, runs it "
		 "under a scheduler of its own, again and again, each time in "
		 "another order, and shows the order that makes it fail, in "
		 "the lines of its source. Where all orders have been tried "
		 "it says so.",
	.operands = "FILE.c...|PROGRAM [ARGUMENT]...",
	.operands_min = 1,
	.operands_max = EXPLORE_MAX_ARGUMENTS,
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct explore_options),
	.examples =
		(const struct command_example[]){
			{"conc explore prog.c", "search for five seconds"},
			{"conc explore --time 60s prog.c 4 10",
				"a minute, with arguments for the program"},
			{"conc explore --memory tso prog.c",
				"with store buffers, as on x86"},
			{"conc explore --html failure.html prog.c",
				"a page to step through the failure"},
			{"conc explore ./prog",
				"a program that is built: all of it, where gcc "
				"built it with -fsanitize=thread"},
			{"conc explore --invariant 'count <= 4' prog.c",
				"find the step after which that is not so"},
			{"conc explore --processes --kills 1 prog.c",
				"a program that forks, each call a step, and "
				"kill -9 as one more"},
			{"conc explore --locks prog.c",
				"which lock guards which data, and where none "
				"does"},
			{"conc explore --outcomes prog.c",
				"all that it can print, and nothing else"},
			{0},
		},
	.json =
		(const struct command_member[]){
			{"answer", "found, none possible (all schedules were "
				   "explored), none found, or stopped"},
			{"memory, asked_memory, weak_orders",
				"the memory model that the answer is for, the "
				"one that was asked for, and whether atomics "
				"have orders but seq_cst, which c11 alone "
				"tries"},
			{"executions, steps_taken, elapsed_s",
				"what it took, all in all"},
			{"schedules, executions_before",
				"where all were explored: how many there are, "
				"each an execution, when orders that differ "
				"only in steps which do not affect each other "
				"are one; and the executions before, in "
				"search of a failure"},
			{"bound", "all schedules with so many preemptions (or "
				  "kills, or delays) at most were tried"},
			{"outcomes, executions, output, code, failure",
				"with --outcomes: each output, how often it "
				"came about, and its exit status or failure"},
			{"complete, executions_cut, _unlisted, _learning",
				"no others are possible; executions of none"},
			{"findings, kind, text, lesson, think, at, against",
				"what is wrong and what mends it; where, and "
				"what it races with or who freed it, each "
				"with thread, file, line, object and the "
				"locks that it holds"},
			{"then", "of three accesses the last, of freed memory "
				 "where malloc gave it"},
			{"locks, variable, common, gap, accesses",
				"with --locks: for each variable that threads "
				"share the locks that were held at all its "
				"accesses, or what is wrong with them; and "
				"each line that touches it"},
			{"holds, calls", "the locks held, and the way there"},
			{"schedule", "the word for conc replay"},
			{"weak", "it fails under that model, not under sc"},
			{"doubts", "why it is no proof that none was found"},
			{"confirmed", "a fresh process did the same again"},
			{"preemptions, fewest",
				"of the schedule shown, and whether it is "
				"proved that there is none with fewer"},
			{"always", "it fails in every order"},
			{"spurious, kills",
				"wake-ups without a signal, or time-outs, "
				"and kill -9 that it takes, too"},
			{"waits", "who waits for what, in words"},
			{"only_early", "only a wake-up without a signal could "
				       "help"},
			{"steps, step, thread, file, line, what",
				"the failed execution"},
			{"switch, lost, stuck, fails_by_switch",
				"it preempts; from it on all fails; who "
				"waits; the last preemption is the failure's"},
			{"access, delayed, stale, from",
				"of a step that is a load, a store, an update, "
				"or a store that reaches memory: whether it "
				"waits in a store buffer, whether it is not "
				"the newest, and the step whose store was "
				"read"},
			{0},
		},
	.notes =
		"It ends with 0 when nothing was found, with 1 when something "
		"was, with --outcomes, too, and with 3 when it cannot be "
		"explored. What is only noted (\"also seen\") "
		"is no failure: main "
		"that returns while threads run, threads that nobody joined, "
		"locks that a thread held at its end, "
		"memory that nobody can free any more (these are failures "
		"with --strict), output that depends on the schedule, locks "
		"that are taken in a cycle although no schedule was found in "
		"which all wait.\n\nAn --invariant is looked at after each "
		"write to what it reads, from the first pthread_create on; it "
		"must not change anything itself. With --at-rest it is looked "
		"at only where nobody holds a lock.\n\n"
		"Executions are more than schedules: some thousands come "
		"first, by chance, which finds most failures soon. Then each "
		"schedule is one execution; orders that differ only in steps "
		"which do not affect each other are one schedule.\n\n"
		"With --processes, each process stops before every call "
		"that others could notice, and every schedule begins in an "
		"empty folder. A process that dies of a fault, an assertion "
		"or with a status that nobody asks for is a failure; so are "
		"processes that wait for each other. Memory that they share is "
		"not seen, nor are threads in them.\n\nOf a program that is "
		"built already, its calls of "
		"pthread functions are put in every order: deadlocks and lost "
		"wake-ups show. Lost updates and data races show only where "
		"gcc built it with -fsanitize=thread, which reveals each "
		"access.\n\nWhat is shared with the outside cannot be explored "
		"and is refused: files, processes, signals, the network; but "
		"files can with --isolate, where relative names are those of "
		"an empty folder, new for each execution. The "
		"program's output is kept, its input is the same each time, "
		"its clock moves "
		"only when it sleeps or looks.\n\nAn access that misses what "
		"malloc gave, or a variable outside of functions, is seen as "
		"far as 16 or 64 bytes past its end. Not seen: one that misses "
		"an array inside of a structure or among the local variables, "
		"that lands inside of something else, that code makes which "
		"was not compiled here (libraries, objects, built programs), "
		"or that the compiler takes away (-O 1 and more).\n\nA proof "
		"holds for one --memory. sc: a load sees the last store. tso: "
		"each thread has a buffer of stores, which reach memory later, "
		"in order; it reads its own. A read-modify-write, a seq_cst "
		"store or fence, and all that synchronises wait until it is "
		"empty. c11: an atomic load may see any store that C11 allows "
		"by its order and those of the other threads; plain variables "
		"have their last value, and races on them are reported. Not "
		"explored: loads that see what is stored later (load "
		"buffering), plain variables with old values under c11, and a "
		"weak compare-and-exchange that fails without a reason. A "
		"failure that comes about under sc, too, is shown there.",
	.lesson = "05-data-race",
	.run = run,
};
