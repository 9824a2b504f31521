#include "cmd/primes_pipeline.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/primes.h"

/* value: what may stand after it, so that the hint can be typed. */
static int refuse_alone(const char *name, const char *value)
{
	msg_error("--%s means nothing without --pipeline", name);
	msg_hint("try 'conc primes --pipeline --%s%s'", name, value);
	return EXIT_USAGE;
}

/* Options of the pipeline where there is none. */
static int choose_none(const struct primes_pipeline_options *pipeline)
{
	if (pipeline->given.block)
		return refuse_alone("block", " 10");
	if (pipeline->given.window)
		return refuse_alone("window", " 8");
	if (pipeline->given.crash_worker)
		return refuse_alone("crash-worker", " 2 --model procs");
	if (pipeline->given.trace)
		return refuse_alone("trace", "");
	if (pipeline->given.check)
		return refuse_alone("check", "");
	return 0;
}

static int refuse_with(const char *name, const char *reason)
{
	msg_error("--pipeline and %s do not go together: %s", name, reason);
	msg_hint("try 'conc primes 1e5 --pipeline --block 10 --trace'");
	return EXIT_USAGE;
}

static bool wants_tuplets(const struct primes_options *chosen)
{
	bool any = false;

	for (int k = 2; k <= PRIMES_LARGEST_TUPLET; k++)
		any = any || chosen->tuplets[k];
	return any;
}

static int check_company(const struct primes_options *chosen)
{
	if (chosen->lo > 1)
		return refuse_with("LO", "each block depends on all the "
					 "primes below its root, from 2 on");
	if (chosen->nth)
		return refuse_with("--nth", "it needs a limit");
	if (chosen->print)
		return refuse_with("--print", "it keeps only those primes that "
					      "it divides by");
	if (wants_tuplets(chosen))
		return refuse_with("tuplets", "neighbours in two blocks are "
					      "found by two workers");
	if (chosen->schedule_given && chosen->schedule != SCHEDULE_DYNAMIC)
		return refuse_with("--schedule", "a block is handed out when "
						 "its dependency is finished");
	if (chosen->sieve_given && primes_sieve(chosen) != sieve_find("best"))
		return refuse_with("--sieve", "it divides");
	return 0;
}

static int check_model(const struct primes_pipeline_options *pipeline)
{
	const struct pipeline_engine *engine = pipeline_engine_find(
		pipeline->model);

	if (!engine) {
		msg_error("the model %s has no pipeline: there is one of "
			  "procs, threads and async",
			pipeline->model);
		msg_hint("try '--pipeline --model threads'");
		return EXIT_USAGE;
	}
	if (pipeline->crash_worker && !engine->processes) {
		msg_error("--crash-worker needs --model procs: in the model "
			  "%s all share one process, and one fate",
			pipeline->model);
		msg_hint("try '--pipeline --model procs --crash-worker %u'",
			pipeline->crash_worker);
		return EXIT_USAGE;
	}
	return 0;
}

/* A crash from conc.conf happens where there is a worker who can. */
static void forget_crash(struct primes_pipeline_options *pipeline)
{
	const struct pipeline_engine *engine = pipeline_engine_find(
		pipeline->model);

	if (!engine || !engine->processes ||
		pipeline->crash_worker > pipeline->threads)
		pipeline->crash_worker = 0;
}

static int check_numbers(const struct primes_pipeline_options *pipeline)
{
	if (pipeline->crash_worker > pipeline->threads) {
		msg_error("there is no worker %u to crash, only %u",
			pipeline->crash_worker, pipeline->threads);
		msg_hint("try '--threads %u'", pipeline->crash_worker);
		return EXIT_USAGE;
	}
	return 0;
}

int primes_pipeline_choose(struct primes_options *chosen, bool limit_given)
{
	struct primes_pipeline_options *pipeline = &chosen->pipeline;
	int status;

	if (!pipeline->on)
		return choose_none(pipeline);
	pipeline->limit = limit_given ? chosen->hi : PRIMES_PIPELINE_LIMIT;
	pipeline->threads = chosen->threads;
	pipeline->model = primes_model(chosen)->name;
	pipeline->count = chosen->count;
	pipeline->sum = chosen->sum;
	pipeline->last = chosen->last;
	if (!pipeline->given.crash_worker)
		forget_crash(pipeline);
	status = check_company(chosen);
	if (status == 0)
		status = check_model(pipeline);
	return status ? status : check_numbers(pipeline);
}
