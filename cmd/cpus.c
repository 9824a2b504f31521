/*
 * conc cpus: how many threads the process-wide pool for computing has, why,
 * and what changing that does to jobs that run.
 */
#include "lib/cpus.h"
#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/pool.h"
#include "cmd/report.h"
#include "lib/clock.h"
#include "lib/cpu_pool.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

struct options {
	unsigned set, then, jobs;
	uint64_t work;
};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "set",
		.letter = 's',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(set),
		.min = 1,
		.max = POOL_MAX_SIZE,
		.default_text = "what the environment and the CPUs say",
		.help = "the number of threads"},
	{.name = "jobs",
		.letter = 'j',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(jobs),
		.max = 100000,
		.default_text = "none; 12 with --then",
		.help = "jobs to run"},
	{.name = "work",
		.letter = 'w',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(work),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "how long each of them takes"},
	{.name = "then",
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(then),
		.min = 1,
		.max = POOL_MAX_SIZE,
		.default_text = "none",
		.help = "change the number while they run"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

struct run {
	const struct options *chosen;
	struct pool *pool;
	struct pool_gate gate; /* where jobs wait for the change, with --then */
	atomic_uint nrunning, peak, nran;
};

static int work(void *arg, union future_value *value, struct failure *failure)
{
	struct run *run = arg;
	unsigned now = atomic_fetch_add(&run->nrunning, 1) + 1;
	unsigned peak = atomic_load(&run->peak);

	(void)value;
	(void)failure;
	while (now > peak &&
		!atomic_compare_exchange_weak(&run->peak, &peak, now))
		;
	if (run->chosen->then)
		pool_gate_pass(&run->gate);
	clock_sleep(run->chosen->work);
	atomic_fetch_sub(&run->nrunning, 1);
	atomic_fetch_add(&run->nran, 1);
	return 0;
}

/* Surplus threads leave after the job they are at; that takes a moment. */
static int settled(int size)
{
	while (cpu_pool_live() > size)
		clock_sleep(CLOCK_NS_PER_MS);
	return cpu_pool_live();
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Change the number while as many jobs run as there are threads. */
static int change(struct run *run, unsigned njobs, struct report *report)
{
	unsigned wanted = (unsigned)cpu_pool_size();
	int status;

	pool_gate_await(&run->gate, run->pool, least(wanted, njobs));
	report_count(report, "live_before", NULL, (uint64_t)cpu_pool_live());
	status = cpu_pool_set_size((int)run->chosen->then);
	pool_gate_open(&run->gate, njobs);
	pool_drain(run->pool, CLOCK_NEVER);
	report_count(report, "then", NULL, run->chosen->then);
	report_count(report, "live_then", NULL,
		(uint64_t)settled((int)run->chosen->then));
	report_line(report);
	return status;
}

/* Returns 0, or a negative errno; *posted is how many jobs there are. */
static int post_all(struct run *run, unsigned njobs, unsigned *posted)
{
	int status = 0;

	for (*posted = 0; *posted < njobs && status == 0;) {
		status = pool_post(run->pool, work, run);
		*posted += status == 0;
	}
	return status;
}

static int tell_jobs(struct run *run, unsigned njobs, struct report *report)
{
	uint64_t start = clock_now(), capacity = (uint64_t)cpu_pool_size();
	unsigned posted;
	int status = post_all(run, njobs, &posted);

	if (status == 0 && run->chosen->then)
		status = change(run, njobs, report);
	else
		pool_gate_open(&run->gate, posted);
	pool_drain(run->pool, CLOCK_NEVER);
	report_count(report, "capacity", NULL, capacity);
	report_count(report, "live", NULL, (uint64_t)cpu_pool_live());
	report_count(report, "peak_parallel", NULL, atomic_load(&run->peak));
	report_time(report, "wall", NULL, clock_now() - start);
	report_line(report);
	report_count(report, "jobs", NULL, njobs);
	report_count(report, "ran", NULL, atomic_load(&run->nran));
	report_count(report, "lost", NULL, posted - atomic_load(&run->nran));
	report_explain(report,
		"All that computes in a process shares one pool, made as there "
		"is work for it.",
		"With a smaller number surplus threads leave after their job; "
		"none is lost.");
	return status;
}

/* The number alone in the first line, for scripts. */
static void tell_number(struct report *report)
{
	struct cpus cpus = cpus_measure();

	if (report->is_json)
		report_count(
			report, "capacity", NULL, (uint64_t)cpu_pool_size());
	else
		printf("%d\n", cpu_pool_size());
	report_say(report, "from", "from", cpu_pool_reason());
	report_count(report, "affinity", NULL, (uint64_t)cpus.affinity);
	report_count(report, "quota", NULL, (uint64_t)cpus.quota);
	report_explain(report,
		"--set comes first, then OMP_NUM_THREADS, then the CPUs that "
		"may be used here:",
		"affinity and control groups count. OMP_THREAD_LIMIT is the "
		"most of the last two.");
}

static int answer(const struct options *chosen, struct report *report)
{
	struct run run = {.chosen = chosen};
	unsigned njobs = chosen->jobs;
	int status = chosen->set ? cpu_pool_set_size((int)chosen->set) : 0;

	if (status == 0)
		status = cpu_pool_get(&run.pool);
	if (status < 0)
		return status;
	if (!njobs && chosen->then)
		njobs = 12;
	if (!njobs) {
		tell_number(report);
		return 0;
	}
	pool_gate_init(&run.gate);
	status = tell_jobs(&run, njobs, report);
	cpu_pool_shutdown(POOL_WAIT);
	pool_gate_fini(&run.gate);
	return status;
}

static int run(const void *given, int noperands, char **operands)
{
	struct report report;
	int status;

	(void)noperands;
	(void)operands;
	report_begin(&report, "conc.cpus");
	status = answer(given, &report);
	report_end(&report);
	if (status >= 0)
		return EXIT_GOOD;
	msg_error("cannot run the jobs: %s", strerror(-status));
	msg_hint("try 'conc cpus --set 1 --jobs 2'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc cpus", "how many threads compute here, and why"},
	{"OMP_NUM_THREADS=3 conc cpus -q", "3, as the environment says"},
	{"conc cpus --set 2 --jobs 8 --work 100ms", "four rounds of two jobs"},
	{"conc cpus --set 8 --then 2", "six threads leave, and no job is lost"},
	{NULL, NULL},
};

static const struct command_variable environment[] = {
	{"OMP_NUM_THREADS", "the number of threads; of a list the first"},
	{"OMP_THREAD_LIMIT", "no more than this"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"capacity, from", "the number of threads, and what decided it"},
	{"affinity, quota", "CPUs that this process may run on, and what its "
			    "control groups allow; 0: all"},
	{"jobs, ran, lost", "jobs submitted, run, and the difference: 0"},
	{"live, peak_parallel, wall_s", "threads at the end, jobs that ran at "
					"once, at most, and the time of all"},
	{"live_before, then, live_then", "threads before the change, wished, "
					 "and after it"},
	{NULL, NULL},
};

static const struct options defaults = {.work = 100 * CLOCK_NS_PER_MS};

const struct command command_cpus = {
	.name = "cpus",
	.summary = "how many threads compute, and why",
	.about = "Tell how many threads the pool that a whole process shares "
		 "has, and what decided it. With --jobs run some there, with "
		 "--then change the number while they run.",
	.lesson = "18-thread-pool",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.environment = environment,
	.json = members,
	.run = run,
};
