/* Jobs through a pool: who ran how many, and how many ran at once. */
#include "cmd/pool.h"

#include "cmd/exit.h"
#include "lib/clock.h"
#include "lib/locals.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TAG_SIZE = 16,
	NAME_SIZE = 16,
};

struct run {
	const struct pool_wish *wish;
	uint64_t start_ns;
	atomic_uint nrunning, peak;
};

struct job {
	struct run *run;
	unsigned number; /* from 1 */
	uint64_t begun_ns, ended_ns;
	char worker[NAME_SIZE];
	char came_with[TAG_SIZE], left_with[TAG_SIZE];
};

static void come(struct run *run)
{
	unsigned now = atomic_fetch_add(&run->nrunning, 1) + 1;
	unsigned peak = atomic_load(&run->peak);

	while (now > peak &&
		!atomic_compare_exchange_weak(&run->peak, &peak, now))
		;
}

static void copy_tag(char tag[TAG_SIZE])
{
	const char *value = locals_get("req");

	snprintf(tag, TAG_SIZE, "%s", value ? value : "none");
}

/* The job sees its submitter's tag, and changes its own. */
static void tag(struct job *job)
{
	char mine[TAG_SIZE];

	copy_tag(job->came_with);
	snprintf(mine, sizeof(mine), "job-%u", job->number);
	if (locals_set("req", mine) == 0)
		copy_tag(job->left_with);
}

static int work(void *arg, union future_value *value, struct failure *failure)
{
	struct job *job = arg;

	(void)failure;
	come(job->run);
	job->begun_ns = clock_now();
	pthread_getname_np(pthread_self(), job->worker, sizeof(job->worker));
	if (job->run->wish->trace)
		tag(job);
	clock_sleep(job->run->wish->work_ns);
	job->ended_ns = clock_now();
	atomic_fetch_sub(&job->run->nrunning, 1);
	value->word = job->number;
	return 0;
}

/* Returns how many were submitted, all if none was refused. */
static unsigned submit_all(struct pool *pool, struct run *run, struct job *jobs,
	struct future **futures, int *status)
{
	unsigned n;

	for (n = 0; n < run->wish->jobs; n++) {
		jobs[n] = (struct job){.run = run, .number = n + 1};
		*status = pool_submit(pool, work, &jobs[n], &futures[n]);
		if (*status < 0)
			break;
	}
	return n;
}

static const struct table_column worker_columns[] = {
	{.key = "worker", .heading = "worker"},
	{.key = "ran", .heading = "jobs", .align = TABLE_RIGHT},
};

static void add_worker(const struct pool_member *member, void *arg)
{
	table_row(arg);
	table_text(arg, member->name);
	table_uint(arg, member->nran);
}

static struct table *workers_table(struct pool *pool)
{
	struct table *table = table_create(worker_columns,
		sizeof(worker_columns) / sizeof(worker_columns[0]));

	if (table)
		pool_each_member(pool, add_worker, table);
	return table;
}

static const struct table_column job_columns[] = {
	{.key = "job", .heading = "job", .align = TABLE_RIGHT},
	{.key = "in", .heading = "in"},
	{.key = "begun_ms",
		.heading = "begun",
		.unit = "ms",
		.align = TABLE_RIGHT},
	{.key = "ended_ms",
		.heading = "ended",
		.unit = "ms",
		.align = TABLE_RIGHT},
	{.key = "came_with", .heading = "came with"},
	{.key = "left_with", .heading = "set to"},
};

static double ms_since(uint64_t start_ns, uint64_t ns)
{
	return (double)(ns - start_ns) / CLOCK_NS_PER_MS;
}

static struct table *jobs_table(
	const struct run *run, const struct job *jobs, unsigned n)
{
	struct table *table = table_create(
		job_columns, sizeof(job_columns) / sizeof(job_columns[0]));

	for (unsigned i = 0; table && i < n; i++) {
		const struct job *job = &jobs[i];

		table_row(table);
		table_uint(table, job->number);
		table_text(table, job->worker);
		table_real(table, ms_since(run->start_ns, job->begun_ns), 1);
		table_real(table, ms_since(run->start_ns, job->ended_ns), 1);
		table_format_text(table, "req=%s", job->came_with);
		table_format_text(table, "req=%s", job->left_with);
	}
	return table;
}

/* Returns 0, -ENOMEM. */
static int tell_trace(struct report *report, const struct run *run,
	const struct job *jobs, unsigned n)
{
	char own[TAG_SIZE];
	int status = report_table(report, "trace", jobs_table(run, jobs, n));

	copy_tag(own);
	report_say(report, "caller", "the caller's own, afterwards: req", own);
	return status;
}

static int tell(struct report *report, struct run *run, struct pool *pool,
	struct future **futures, unsigned n)
{
	uint64_t wall = clock_now() - run->start_ns;
	unsigned ran = pool_count(futures, n, FUTURE_DONE);

	report_count(report, "workers", NULL, run->wish->workers);
	report_count(report, "jobs", NULL, run->wish->jobs);
	report_count(report, "ran", NULL, ran);
	report_count(report, "peak", NULL, atomic_load(&run->peak));
	report_time(report, "wall", NULL, wall);
	return report_table(report, "members", workers_table(pool));
}

static int run_jobs(struct run *run, struct pool *pool, struct job *jobs,
	struct future **futures, struct report *report)
{
	int status = 0, told;
	unsigned n = submit_all(pool, run, jobs, futures, &status);

	pool_drain(pool, CLOCK_NEVER);
	if (status == 0) {
		told = tell(report, run, pool, futures, n);
		if (told == 0 && run->wish->trace)
			told = tell_trace(report, run, jobs, n);
		status = told;
	}
	pool_drop(futures, n);
	return status;
}

int pool_show_run(const struct pool_wish *wish, struct report *report)
{
	struct run run = {.wish = wish, .start_ns = clock_now()};
	struct job *jobs = calloc(wish->jobs, sizeof(*jobs));
	struct future **futures = calloc(wish->jobs, sizeof(struct future *));
	struct pool *pool = NULL;
	int status = jobs && futures ? 0 : -ENOMEM;

	if (status == 0)
		status = pool_open(wish->workers, POOL_HELP, &pool);
	if (status == 0 && wish->trace)
		status = locals_set("req", "7");
	if (status == 0)
		status = run_jobs(&run, pool, jobs, futures, report);
	pool_destroy(pool);
	free(futures);
	free(jobs);
	report_explain(report,
		"Threads were made as jobs came, never more than workers; each "
		"took the next job.",
		wish->trace ? "A job sees what its submitter had set; what it "
			      "sets itself stays its own."
			    : "So the time is that of all jobs, divided among "
			      "the workers.");
	return status < 0 ? status : EXIT_GOOD;
}
