/*
 * conc pfor: a loop whose turns run at the same time, and what becomes of a
 * failure in one of them.
 */
#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"
#include "lib/clock.h"
#include "lib/parallel.h"
#include "lib/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct options {
	unsigned workers, n;
	struct opt_list fail;
	uint64_t work;
};

#define FIELD(field) offsetof(struct options, field)

enum {
	MOST_BODIES = 10000,
	NAME_SIZE = 16,
};

static const struct opt options[] = {
	{.name = "n",
		.letter = 'n',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(n),
		.max = MOST_BODIES,
		.help = "how many bodies the loop has, 0 to N - 1"},
	{.name = "fail",
		.letter = 'f',
		.kind = OPT_COUNTS,
		.argument = "LIST",
		.offset = FIELD(fail),
		.max = MOST_BODIES - 1,
		.default_text = "none",
		.help = "these bodies fail"},
	{.name = "workers",
		.letter = 'w',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(workers),
		.min = 1,
		.max = 256,
		.help = "threads at most"},
	{.name = "work",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(work),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "how long each body takes"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

struct loop {
	const struct options *chosen;
	atomic_uint nended;
	struct body {
		unsigned place; /* in the order of ending, from 1 */
		bool failed;
		char ran_in[NAME_SIZE];
	} bodies[];
};

static bool is_to_fail(const struct opt_list *list, uint64_t i)
{
	for (unsigned k = 0; k < list->n; k++)
		if (list->values[k] == i)
			return true;
	return false;
}

static int run_body(void *arg, uint64_t i, struct failure *failure)
{
	struct loop *loop = arg;
	struct body *body = &loop->bodies[i];

	clock_sleep(loop->chosen->work);
	pthread_getname_np(pthread_self(), body->ran_in, sizeof(body->ran_in));
	body->failed = is_to_fail(&loop->chosen->fail, i);
	body->place = atomic_fetch_add(&loop->nended, 1) + 1;
	if (!body->failed)
		return 0;
	failure_set(failure, -EIO, NULL, "body %u", (unsigned)i);
	return -EIO;
}

static const struct table_column columns[] = {
	{.key = "body", .heading = "body", .align = TABLE_RIGHT},
	{.key = "in", .heading = "in"},
	{.key = "ended", .heading = "ended", .align = TABLE_RIGHT},
	{.key = "result", .heading = "result"},
};

static struct table *bodies_table(const struct loop *loop)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));

	for (unsigned i = 0; table && i < loop->chosen->n; i++) {
		const struct body *body = &loop->bodies[i];

		table_row(table);
		table_uint(table, i);
		table_text(table, body->ran_in);
		table_uint(table, body->place);
		table_text(table, body->failed ? "failed" : "done");
	}
	return table;
}

static int tell(struct report *report, const struct loop *loop, int nfailed,
	const struct failure *failure, uint64_t wall_ns)
{
	char text[120];
	int status = report_table(report, "bodies", bodies_table(loop));

	report_count(report, "bodies_run", NULL, atomic_load(&loop->nended));
	report_count(report, "failed", NULL, (uint64_t)nfailed);
	report_count(report, "reported", NULL, nfailed > 0);
	report_time(report, "wall", NULL, wall_ns);
	if (nfailed)
		report_say(report, "error", "error",
			failure_format(failure, text, sizeof(text)));
	report_explain(report,
		"All bodies ran, whether others failed or not; the caller "
		"waited for all of them.",
		nfailed ? "Then one failure, the last to come, was the "
			  "caller's."
			: "Threads take the next few as they are free, so all "
			  "end together.");
	return status;
}

/* Returns an exit code, or a negative errno. */
static int run_loop(struct loop *loop, struct pool *pool)
{
	uint64_t start = clock_now();
	struct failure failure;
	struct report report;
	int nfailed = parallel_for(
		pool, loop->chosen->n, run_body, loop, &failure);
	int status;

	report_begin(&report, "conc.pfor");
	status = tell(&report, loop, nfailed, &failure, clock_now() - start);
	report_end(&report);
	if (status < 0)
		return status;
	return nfailed ? EXIT_NO : EXIT_GOOD;
}

static int make_and_run(const struct options *chosen)
{
	struct loop *loop = calloc(
		1, sizeof(*loop) + chosen->n * sizeof(loop->bodies[0]));
	struct pool *pool;
	int status = loop ? 0 : -ENOMEM;

	if (status == 0)
		status = pool_create(
			&(struct pool_options){
				.size = (int)chosen->workers, .name = "pfor"},
			&pool);
	if (status == 0) {
		loop->chosen = chosen;
		status = run_loop(loop, pool);
		pool_destroy(pool);
	}
	free(loop);
	return status;
}

/* Returns 0, or EXIT_USAGE after saying which body there is not. */
static int check(const struct options *chosen)
{
	for (unsigned k = 0; k < chosen->fail.n; k++) {
		if (chosen->fail.values[k] < chosen->n)
			continue;
		msg_error("--fail names body %u, and there are %u: 0 to N - 1",
			chosen->fail.values[k], chosen->n);
		msg_hint("try 'conc pfor --n 8 --fail 3'");
		return EXIT_USAGE;
	}
	return 0;
}

static int run(const void *given, int noperands, char **operands)
{
	int status = check(given);

	(void)noperands;
	(void)operands;
	if (status == 0)
		status = make_and_run(given);
	if (status >= 0)
		return status;
	msg_error("cannot run the loop: %s", strerror(-status));
	msg_hint("try 'conc pfor --n 2 --workers 1'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc pfor --n 8", "eight bodies, four at a time"},
	{"conc pfor --n 8 --fail 3", "one fails; all eight are run"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"bodies, body, in, ended, result",
		"one object for each body: its number, its thread, its place "
		"in the order of ending, and done or failed"},
	{"bodies_run, failed, reported, wall_s",
		"bodies that ran and that failed, failures that the caller "
		"was given, and the time of all"},
	{"error", "the failure that the caller was given"},
	{NULL, NULL},
};

static const struct options defaults = {
	.workers = 4, .n = 8, .work = 10 * CLOCK_NS_PER_MS};

const struct command command_pfor = {
	.name = "pfor",
	.summary = "run the bodies of a loop at once",
	.about = "Run the bodies of a loop in a pool of threads. All are run, "
		 "also when some fail; one failure is the caller's, and then "
		 "the exit status is 1.",
	.lesson = "18-thread-pool",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
