/*
 * conc to-thread: a task waits for a thread, and is cancelled meanwhile.
 */
#include "lib/to_thread.h"
#include "cmd/command.h"
#include "cmd/heartbeat.h"
#include "cmd/msg.h"
#include "cmd/nap.h"
#include "cmd/report.h"
#include "lib/clock.h"

#include <errno.h>
#include <string.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)
#define MOST_NS (3600 * CLOCK_NS_PER_S)

struct options {
	uint64_t job, cancel_after, beat;
	bool abandon, ask;
};

enum outcome {
	FINISHED, /* before the cancel */
	DEFERRED,
	STOPPED, /* it asked, and was told */
	ABANDONED
};

struct show {
	struct report *report;
	struct loop *loop;
	const struct options *options;
	struct pool *pool;
	struct nap nap;
	struct future *began; /* or will not begin */
	struct future *ended, *cancelled;
	uint64_t begun;
	struct heartbeat heart;
	enum outcome outcome;
	union future_value result;
	int error; /* of the call */
	uint64_t cancel_ns; /* when it was cancelled */
	uint64_t seen_ns; /* when the job saw that; set before it ends */
};

static const struct {
	const char *name, *seen, *why;
} outcomes[] = {
	[FINISHED] = {"finished",
		"The job had ended before the cancel came: nothing was left "
		"to cancel.",
		"While it blocked its thread, the loop went on and ticked."},
	[DEFERRED] = {"deferred",
		"A thread cannot be stopped: the task, cancelled, went on "
		"waiting for it,",
		"got its result, and was told of the cancel at its next "
		"wait."},
	[STOPPED] = {"stopped",
		"The job looked each millisecond whether it was asked to stop, "
		"and ended early.",
		"Nobody else could have ended it: a thread is only ever "
		"asked."},
	[ABANDONED] = {"abandoned",
		"The task was told at once, and left the thread to itself.",
		"That went on to its end: what it used had to live as long, "
		"its result was lost."},
};

static void say(const struct show *show, const char *what)
{
	report_item(show->report, "%5.2f s  %s",
		(double)(loop_now(show->loop) - show->begun) /
			(double)CLOCK_NS_PER_S,
		what);
}

static void say_tick(void *arg)
{
	say(arg, "tick");
}

/* --- the job, in its thread --- */

static void ring(struct future *future)
{
	future_set(future, (union future_value){0});
}

static bool ends_first(const struct show *show)
{
	return show->options->job <= show->options->cancel_after;
}

/* Which comes first is not left to a busy machine. */
static void work_deaf(struct show *show)
{
	nap_until(&show->nap, clock_now() + show->options->job);
	if (!ends_first(show))
		future_wait(show->cancelled, CLOCK_NEVER);
}

/* tag::ask[] */
static int work_and_ask(struct show *show)
{
	uint64_t end = ends_first(show) ? clock_now() + show->options->job
					: CLOCK_NEVER;

	while (clock_now() < end && !future_asked_to_stop())
		if (!nap_until(&show->nap, clock_now() + CLOCK_NS_PER_MS))
			return 0;
	if (!future_asked_to_stop())
		return 0;
	show->seen_ns = clock_now();
	return -ECANCELED;
}
/* end::ask[] */

BODY(work)
{
	struct show *show = arg;
	int status = 0;

	(void)failure;
	ring(show->began);
	if (show->options->ask)
		status = work_and_ask(show);
	else
		work_deaf(show);
	value->word = 42;
	ring(show->ended);
	return status;
}

/* --- tasks --- */

/* tag::call[] */
BODY(call)
{
	struct show *show = arg;
	int status = to_thread(show->pool, work, show,
		show->options->abandon ? TO_THREAD_ABANDON : TO_THREAD_SHIELD,
		&show->result, failure);

	(void)value;
	ring(show->began);
	if (status == 0)
		say(show, "result=42");
	else if (status == -ECANCELED)
		say(show, "cancelled: the task ends, the thread does not");
	else if (status == FUTURE_FAILED && show->seen_ns)
		say(show, "the job saw that it was asked to stop, and ended");
	else
		show->error = status;
	if (status >= 0 && task_yield() == -ECANCELED)
		say(show, "the task is told that it was cancelled");
	return 0;
}
/* end::call[] */

static enum outcome outcome_of_cancel(const struct options *options)
{
	if (options->abandon)
		return ABANDONED;
	return options->ask ? STOPPED : DEFERRED;
}

static int cancel_after_a_while(struct show *show, struct task *caller)
{
	uint64_t due = loop_now(show->loop) + show->options->cancel_after;
	int status = task_join(caller, ends_first(show) ? CLOCK_NEVER : due);

	if (status != -ETIMEDOUT)
		return status;
	show->outcome = outcome_of_cancel(show->options);
	if (!show->options->abandon)
		say(show, "cancel deferred: the task waits for its thread");
	show->cancel_ns = clock_now();
	task_cancel(caller);
	ring(show->cancelled);
	return task_join(caller, CLOCK_NEVER);
}

static int await(struct future *future)
{
	return task_await(future, TASK_AWAIT_LEAVE, CLOCK_NEVER);
}

static int watch(struct show *show, struct task *caller)
{
	int status = await(show->began);

	if (status == 0 && !future_is_over(task_future(caller)))
		say(show, "the job begins in a thread");
	if (status == 0)
		status = cancel_after_a_while(show, caller);
	if (status == 0 && show->outcome == ABANDONED) {
		status = await(show->ended);
		say(show, show->options->ask
				  ? "the thread was asked to stop, and did"
				  : "thread finished anyway, with 42");
	}
	return status < 0 ? status : show->error;
}

BODY(supervise)
{
	struct show *show = arg;
	struct task *caller;
	int status = heartbeat_start(
		&show->heart, show->loop, show->options->beat);

	(void)value, (void)failure;
	if (status == 0)
		status = task_spawn(
			task_tasks(task_self()), "caller", call, show, &caller);
	if (status < 0)
		return status;
	status = watch(show, caller);
	nap_ring(&show->nap);
	ring(show->cancelled);
	heartbeat_stop(&show->heart);
	task_unref(caller);
	return status;
}

/* --- running --- */

static int run_tasks(struct show *show)
{
	struct tasks *tasks;
	struct failure failure;
	int status = tasks_create(show->loop, &tasks);

	if (status < 0)
		return status;
	tasks_enroll(tasks);
	show->begun = loop_now(show->loop);
	report_list(show->report, "events");
	status = tasks_run(tasks, "main", supervise, show, NULL, &failure);
	report_list_end(show->report);
	tasks_destroy(tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_loop(struct show *show)
{
	int status = loop_create(NULL, &show->loop);

	if (status < 0)
		return status;
	show->heart = (struct heartbeat){.tell = say_tick, .arg = show};
	status = run_tasks(show);
	loop_destroy(show->loop);
	return status;
}

/* The pool goes first: what it runs uses the rest. */
static int run_all(struct show *show)
{
	const struct pool_options options = {
		.size = pool_default_size(), .name = "to_thread"};
	int status = future_create(&show->began);

	if (status == 0)
		status = future_create(&show->ended);
	if (status == 0)
		status = future_create(&show->cancelled);
	if (status == 0)
		status = pool_create(&options, &show->pool);
	if (status == 0)
		status = run_loop(show);
	pool_destroy(show->pool);
	future_unref(show->cancelled);
	future_unref(show->ended);
	future_unref(show->began);
	return status;
}

static void tell(struct report *report, const struct show *show)
{
	enum outcome outcome = show->outcome;

	report_say(report, "outcome", "the call was", outcomes[outcome].name);
	if (outcome == FINISHED || outcome == DEFERRED)
		report_count(report, "result", "its result", show->result.word);
	if (show->seen_ns)
		report_time(report, "seen_after",
			"the job saw the cancel after",
			show->seen_ns - show->cancel_ns);
	report_count(report, "ticks", "ticks meanwhile", show->heart.nticks);
	report_explain(report, outcomes[outcome].seen, outcomes[outcome].why);
}

static int run(const void *given, int noperands, char **operands)
{
	struct report report;
	struct show show = {.report = &report, .options = given};
	int status;

	(void)noperands, (void)operands;
	report_begin(&report, "conc.to-thread");
	status = run_all(&show);
	if (status == 0)
		tell(&report, &show);
	report_end(&report);
	if (status == 0)
		return EXIT_GOOD;
	msg_error("cannot run the job: %s", strerror(-status));
	msg_hint("try 'conc to-thread' again when memory and threads are left");
	return EXIT_REFUSED;
}

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "job",
		.letter = 'j',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(job),
		.max = MOST_NS,
		.help = "how long the job blocks its thread"},
	{.name = "cancel-after",
		.letter = 'c',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(cancel_after),
		.max = MOST_NS,
		.help = "cancel the task so long after the job began"},
	{.name = "abandon",
		.letter = 'a',
		.kind = OPT_FLAG,
		.offset = FIELD(abandon),
		.help = "a cancelled task does not wait for its thread"},
	{.name = "ask",
		.kind = OPT_FLAG,
		.offset = FIELD(ask),
		.help = "the job looks each ms whether it is asked to stop"},
	{.name = "beat",
		.letter = 'b',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(beat),
		.min = CLOCK_NS_PER_MS,
		.max = 60 * CLOCK_NS_PER_S,
		.help = "the time between two ticks of the loop"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc to-thread", "a cancel that is put off to the end of the job"},
	{"conc to-thread --abandon", "the task ends at once, the thread later"},
	{"conc to-thread --ask", "a job that looks, and ends early"},
	{"conc to-thread --job 0.2", "the job ends before the cancel"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"events", "what happened, with the time, in the order of happening"},
	{"outcome", "finished (before the cancel), deferred (to the end of the "
		    "job), stopped (by itself, when asked) or abandoned"},
	{"result", "what the job came to, if it was finished or deferred"},
	{"seen_after_s", "with --ask: how long after the cancel the job saw "
			 "it"},
	{"ticks", "how often the loop ticked meanwhile"},
	{NULL, NULL},
};

static const struct options defaults = {
	.job = CLOCK_NS_PER_S,
	.cancel_after = 300 * CLOCK_NS_PER_MS,
	.beat = 100 * CLOCK_NS_PER_MS,
};

const struct command command_to_thread = {
	.name = "to-thread",
	.summary = "see a task wait for a thread, and be cancelled",
	.about = "Run a job that blocks in a thread, while a task waits for it "
		 "and a heartbeat of the loop ticks; then cancel the task.",
	.lesson = "23-offload-and-portal",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
