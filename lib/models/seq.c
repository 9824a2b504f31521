/*
 * seq: one item after another in the calling thread. The yardstick: every
 * speed-up is measured against it, and every answer.
 */
#include "lib/clock.h"
#include "lib/model.h"

#include <errno.h>

struct seq {
	struct env env;
	const struct model_params *params;
	struct model_result *result;
	uint64_t next_tick;
};

/* Once a tick has asked to stop, nobody asks again. */
static bool stop_requested(struct seq *seq)
{
	const struct model_params *params = seq->params;

	if (seq->result->stopped)
		return true;
	if (!params->tick || clock_now() < seq->next_tick)
		return false;
	seq->next_tick = clock_now() + MODEL_TICK_NS;
	seq->result->stopped = params->tick(
		params->context, seq->result->items_done);
	return seq->result->stopped;
}

static int seq_wait(struct env *env, uint64_t ns)
{
	struct seq *seq = (struct seq *)env;
	uint64_t now, slice, end = clock_now() + ns;

	while ((now = clock_now()) < end) {
		if (stop_requested(seq))
			return -ECANCELED;
		slice = now + MODEL_TICK_NS;
		clock_sleep_until(slice < end ? slice : end);
	}
	return 0;
}

static bool seq_pause(struct env *env)
{
	return stop_requested((struct seq *)env);
}

static const struct env_ops seq_ops = {
	.wait = seq_wait,
	.lock = env_nobody_to_lock_out,
	.unlock = env_nobody_to_let_in,
	.pause = seq_pause,
};

static int do_item(struct seq *seq, const struct job *job, uint64_t i)
{
	struct tally tally = {0};
	int status;

	seq->env.text.size = 0;
	status = job->work->item(job, &seq->env, i, &tally);
	if (status == 0 && seq->env.text.size)
		status = seq->params->write(seq->params->context,
			seq->env.text.data, seq->env.text.size);
	if (status < 0)
		return status;
	job_fold(job, &seq->result->total, &tally);
	seq->result->items_done++;
	return 0;
}

static int do_items(struct seq *seq, const struct job *job)
{
	int status = 0;

	for (uint64_t i = 0; i < job->nitems && status == 0; i++) {
		if (stop_requested(seq))
			return 0;
		status = do_item(seq, job, i);
	}
	return status == -ECANCELED && seq->result->stopped ? 0 : status;
}

static int seq_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct seq seq = {
		.env = {.ops = &seq_ops, .shared = params->shared},
		.params = params,
		.result = result,
		.next_tick = clock_now() + MODEL_TICK_NS,
	};
	int status = env_create(&seq.env, job);

	(void)model;
	if (status < 0)
		return status;
	status = do_items(&seq, job);
	env_destroy(&seq.env, job);
	return status;
}

const struct model model_seq = {
	.name = "seq",
	.summary = "one item after another, the yardstick",
	.when = "start here: nothing can go wrong between threads "
		"that do not exist",
	.lesson = NULL,
	.flags = MODEL_DETERMINISTIC,
	.run = seq_run,
};
