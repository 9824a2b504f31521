#include "cmd/exit.h"
#include "cmd/global.h"
#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/output.h"
#include "cmd/primes.h"
#include "cmd/progress.h"

#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What tick and write need to know. */
struct watch {
	struct progress progress;
	uint64_t nitems;
	bool wrote; /* a prime of the JSON array */
	int write_error; /* what the reader of --print or its disk did */
};

static int tick(void *context, uint64_t items_done)
{
	struct watch *watch = context;

	progress_update(&watch->progress, items_done, watch->nitems);
	return interrupt_requested();
}

/* A signal may also show as a write that took only a part. */
static int write_all(const char *data, size_t size)
{
	while (size) {
		ssize_t n;

		if (interrupt_requested())
			return -EINTR;
		n = write(STDOUT_FILENO, data, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Lines become members of an array: the newlines, commas between them. */
static int write_as_json(struct watch *watch, const char *data, size_t size)
{
	if (watch->wrote)
		fputc(',', stdout);
	watch->wrote = true;
	for (size_t i = 0; i + 1 < size; i++)
		fputc(data[i] == '\n' ? ',' : data[i], stdout);
	return ferror(stdout) ? -errno : 0;
}

static int write_text(void *context, const char *data, size_t size)
{
	struct watch *watch = context;

	watch->write_error = global.json ? write_as_json(watch, data, size)
					 : write_all(data, size);
	return watch->write_error;
}

static int refuse_sieve(const struct primes_options *options, int status)
{
	const char *name = primes_sieve(options)->name;

	if (status == -EFBIG)
		msg_error("the sieve '%s' keeps the whole range in memory, "
			  "and this one is too long for this machine",
			name);
	else
		msg_error("cannot prepare the sieve '%s': %s", name,
			strerror(-status));
	msg_hint("try '--sieve best', or a shorter range");
	return EXIT_REFUSED;
}

static int refuse_run(const struct primes_options *options, int status)
{
	const char *name = primes_model(options)->name;

	switch (status) {
	case -EAGAIN:
		msg_error("the system refused to start even one worker for "
			  "the model %s",
			name);
		msg_hint("try '--model seq', which needs none");
		break;
	case -ECHILD:
		msg_error("the workers of the model %s died faster than they "
			  "could be replaced",
			name);
		msg_hint("try '--model threads', whose workers cannot be "
			 "killed one by one");
		break;
	default:
		msg_error("the model %s failed: %s", name, strerror(-status));
		msg_hint("try fewer '--threads'");
	}
	return EXIT_REFUSED;
}

/*
 * The reader of --print has gone, or its disk is full. What goes through
 * stdio, output_finish reports.
 */
static int refuse_write(int status)
{
	return global.json ? EXIT_REFUSED : output_refuse(-status);
}

static void report_losses(
	const struct primes_options *options, const struct model_result *result)
{
	if (result->refused)
		msg_warning("the system refused %u of %u workers; the others "
			    "did the work",
			result->refused, options->threads);
	if (result->crashed)
		msg_warning("%u %s died before the end; other workers did "
			    "their blocks again, and the result is complete",
			result->crashed,
			result->crashed == 1 ? "worker" : "workers");
}

static void report_partial(const struct primes_run *run)
{
	msg_warning("interrupted after %.0f %% of the work: the result is "
		    "partial",
		100.0 * (double)run->result.items_done / (double)run->nitems);
}

/* Returns 0 or an exit code. */
static int judge(const struct primes_options *options,
	const struct watch *watch, int status, struct primes_run *run)
{
	if (interrupt_requested() && status < 0)
		run->result.stopped = true;
	else if (watch->write_error < 0)
		return refuse_write(watch->write_error);
	else if (status < 0)
		return refuse_run(options, status);
	report_losses(options, &run->result);
	if (run->result.stopped)
		report_partial(run);
	return 0;
}

static int run_job(const struct primes_options *options, const struct job *job,
	struct primes_run *run)
{
	struct watch watch = {.nitems = job->nitems};
	struct model_params params = {
		.width = options->threads,
		.schedule = options->schedule,
		.tick = tick,
		.write = write_text,
		.context = &watch,
	};
	struct json json;
	int status;

	if (options->print && global.json) {
		json_begin(&json, stdout, "conc.primes.list");
		json_array(&json, "primes");
	}
	interrupt_catch();
	progress_start(&watch.progress, "primes");
	status = model_run(primes_model(options), job, &params, &run->result);
	progress_stop(&watch.progress);
	if (options->print && global.json) {
		json_end(&json);
		json_bool(&json, "partial", run->result.stopped);
		json_finish(&json);
	}
	run->nitems = job->nitems;
	return judge(options, &watch, status, run);
}

static unsigned plan_nthreads(const struct primes_options *options)
{
	const struct model *model = primes_model(options);
	unsigned in_threads = MODEL_PARALLEL | MODEL_PREEMPTIVE;

	if (model->flags & (MODEL_PROCESSES | MODEL_ISOLATED) ||
		(model->flags & in_threads) != in_threads)
		return 1;
	return options->threads;
}

int primes_measure(const struct primes_options *options, unsigned wants,
	struct primes_run *run)
{
	struct primes_request request = {
		.lo = options->lo,
		.hi = options->hi,
		.kind = primes_sieve(options),
		.wants = wants,
		.nworkers = options->threads,
		.plan_nthreads = plan_nthreads(options),
	};
	uint64_t start = clock_now();
	struct job job;
	int status = primes_open(&job, &request);

	if (status < 0)
		return refuse_sieve(options, status);
	status = run_job(options, &job, run);
	job_close(&job);
	run->seconds += (double)(clock_now() - start) / CLOCK_NS_PER_S;
	return status;
}
